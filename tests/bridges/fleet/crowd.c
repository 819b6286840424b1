/*
 * Callers of Asterisk that come one after the other: each call is two connections, which send silence every 20 ms and hear what
 * the bridge sends, until its time is over or the bridge ends it. Prints a line of JSON for each connection that has ended.
 *
 *     crowd HOST PORT CALLS_A_SECOND SECONDS_OF_A_CALL CALLS_AT_A_TIME
 *
 * `stop` on stdin: no new calls, and the end when the last is over. The end of stdin: all hang up at once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The second party comes later, as one who is called does. */
enum { HEAD = 3, BLOCK = 320, MESSAGE = HEAD + BLOCK, LEGS = 2, MOST = 4096, TICK_US = 20000, SECOND_LEG_US = 100000, ALONE_US = 3000000, GOODBYE_US = 10000000 };
enum { HANG_UP = 0x00, UUID = 0x01, AUDIO = 0x10 };

struct leg {
    struct call *call;
    int fd, used, number, is_hung_up, is_told;
    int64_t began_us, first_us, heard_us, most_us, over_us, goodbye_us, blocks;
    unsigned char input[MESSAGE];
};

struct call {
    int is_used, has_ended;
    int64_t began_us;
    unsigned char id[16];
    struct leg legs[LEGS];
};

static struct {
    struct sockaddr_in address;
    struct call calls[MOST];
    int epoll, most, open, has_stopped;
    int64_t every_us, length_us, next_us;
} crowd;

static int64_t now_us(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void tell(struct leg *leg, const char *why) {
    const unsigned char *id = leg->call->id;
    int64_t now = now_us();

    leg->is_told = 1;
    leg->over_us = now;
    printf("{\"call\":\"");
    for (int n = 0; n < 15; n++)
        printf(n == 3 || n == 5 || n == 7 || n == 9 ? "%02x-" : "%02x", id[n]);
    printf("%x\",\"leg\":%d,\"began\":%.3f,\"first\":%.3f,\"ended\":%.3f,\"blocks\":%lld,\"most_ms\":%lld,\"why\":\"%s\"}\n", id[15] >> 4, leg->number,
           (double)leg->began_us / 1e6, (double)leg->first_us / 1e6, (double)now / 1e6, (long long)leg->blocks, (long long)leg->most_us / 1000, why);
    fflush(stdout);
}

static void end(struct leg *leg, const char *why) {
    if (leg->fd < 0)
        return;
    tell(leg, why);
    close(leg->fd);
    leg->fd = -1;
}

static void begin_leg(struct call *call, int number) {
    struct leg *leg = &call->legs[number];
    unsigned char hello[HEAD + 16] = {UUID, 0, 16};
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = leg}};
    int yes = 1;

    *leg = (struct leg){.call = call, .number = number, .began_us = now_us()};
    memcpy(hello + HEAD, call->id, 16);
    hello[HEAD + 15] = (unsigned char)((call->id[15] & 0xf0) | number);
    leg->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* The proxy is on this machine: it accepts at once. */
    if (connect(leg->fd, (struct sockaddr *)&crowd.address, sizeof crowd.address) < 0 || send(leg->fd, hello, sizeof hello, MSG_NOSIGNAL) < 0) {
        end(leg, "not connected");
        return;
    }
    setsockopt(leg->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(leg->fd, F_SETFL, O_NONBLOCK);
    epoll_ctl(crowd.epoll, EPOLL_CTL_ADD, leg->fd, &event);
}

static void begin_call(int64_t now) {
    struct call *call = crowd.calls;

    while (call->is_used)
        call++;
    *call = (struct call){.is_used = 1, .began_us = now, .legs = {{.fd = -1}, {.fd = -1}}};
    (void)!getrandom(call->id, sizeof call->id, 0);
    crowd.open++;
    begin_leg(call, 0);
}

static void say_goodbye(struct leg *leg) {
    const unsigned char goodbye[HEAD] = {HANG_UP, 0, 0};

    if (leg->fd < 0 || leg->is_hung_up)
        return;
    leg->is_hung_up = 1;
    leg->goodbye_us = now_us();
    (void)!send(leg->fd, goodbye, sizeof goodbye, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(leg->fd, SHUT_WR);
}

static void say(struct leg *leg) {
    static const unsigned char silence[MESSAGE] = {AUDIO, BLOCK >> 8, BLOCK & 255};

    if (leg->fd >= 0 && !leg->is_hung_up)
        (void)!send(leg->fd, silence, sizeof silence, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void look_at(struct call *call, int64_t now) {
    struct leg *one = &call->legs[0], *two = &call->legs[1];

    if (!one->is_told && two->began_us == 0 && now >= call->began_us + SECOND_LEG_US)
        begin_leg(call, 1);
    for (int n = 0; n < LEGS; n++)
        say(&call->legs[n]);
    if (now >= call->began_us + crowd.length_us) {
        say_goodbye(one);
        say_goodbye(two);
    }
    /* Who is left alone by a call that did not come about hangs up. */
    if (one->is_told && two->fd >= 0 && now >= one->over_us + ALONE_US)
        say_goodbye(two);
    if (two->is_told && one->fd >= 0 && now >= two->over_us + ALONE_US)
        say_goodbye(one);
    for (int n = 0; n < LEGS; n++)
        if (call->legs[n].fd >= 0 && call->legs[n].is_hung_up && now >= call->legs[n].goodbye_us + GOODBYE_US)
            end(&call->legs[n], "no goodbye");
    if (one->is_told && (two->is_told || two->began_us == 0)) {
        call->is_used = 0;
        crowd.open--;
    }
}

static void take_block(struct leg *leg, int64_t now) {
    if (leg->blocks++ == 0)
        leg->first_us = now;
    else if (now - leg->heard_us > leg->most_us)
        leg->most_us = now - leg->heard_us;
    leg->heard_us = now;
}

static void hear(struct leg *leg, int64_t now) {
    ssize_t count = 0;

    while (leg->fd >= 0) {
        int want = leg->used < HEAD ? HEAD - leg->used : HEAD + (leg->input[1] << 8 | leg->input[2]) - leg->used;
        if (want > 0 && (count = recv(leg->fd, leg->input + leg->used, (size_t)want, MSG_DONTWAIT)) <= 0)
            break;
        leg->used += want > 0 ? (int)count : 0;
        if (leg->used < HEAD || leg->used < HEAD + (leg->input[1] << 8 | leg->input[2]))
            continue;
        if (leg->input[0] == AUDIO)
            take_block(leg, now);
        else if (leg->input[0] == HANG_UP) {
            end(leg, leg->is_hung_up ? "done" : "hung up");
            return;
        }
        leg->used = 0;
    }
    if (leg->fd >= 0 && (count == 0 || (errno != EAGAIN && errno != EINTR)))
        end(leg, leg->is_hung_up ? "done" : "cut");
}

static void take_word(void) {
    char text[64];
    ssize_t count = read(STDIN_FILENO, text, sizeof text);

    crowd.has_stopped = 1;
    if (count > 0)
        return;
    epoll_ctl(crowd.epoll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
    crowd.length_us = 0;
}

static void run(void) {
    struct epoll_event events[256];
    int64_t due = now_us();

    while (!crowd.has_stopped || crowd.open > 0) {
        int64_t now = now_us();
        if (now >= due) {
            for (int n = 0; n < MOST; n++)
                if (crowd.calls[n].is_used)
                    look_at(&crowd.calls[n], now);
            due += TICK_US;
        }
        if (!crowd.has_stopped && now >= crowd.next_us && crowd.open < crowd.most) {
            begin_call(now);
            crowd.next_us = now + crowd.every_us;
        }
        int count = epoll_wait(crowd.epoll, events, 256, 2);
        for (int n = 0; n < count; n++) {
            if (events[n].data.ptr == NULL)
                take_word();
            else
                hear(events[n].data.ptr, now_us());
        }
    }
}

int main(int argc, char **argv) {
    struct epoll_event event = {.events = EPOLLIN};

    if (argc != 6 || (crowd.most = atoi(argv[5])) > MOST)
        return 2;
    crowd.address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &crowd.address.sin_addr);
    crowd.every_us = (int64_t)(1e6 / atof(argv[3]));
    crowd.length_us = (int64_t)(1e6 * atof(argv[4]));
    crowd.epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(crowd.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    run();
    return 0;
}
