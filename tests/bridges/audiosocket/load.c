/*
 * Many calls of Asterisk at once: connects two lines for each, plays a recording on all of them by the clock, and notes when
 * the blocks come that are to be heard. Prints one line of JSON.
 *
 *     load PORT CALLS SECONDS SPEECH.raw       (16-bit little-endian, 8 kHz, one channel)
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 3, BLOCK = 320, MESSAGE = HEAD + BLOCK, BLOCK_MS = 20, GAP_STEPS = 1000, WARM_MS = 3000 };

struct line {
    int fd, used, is_over;
    size_t at; /* in the speech */
    int64_t heard_us, blocks, loud, sent;
    unsigned char input[MESSAGE];
};

static struct {
    struct line *lines;
    int count;
    unsigned char *speech;
    size_t speech_bytes;
    int64_t begin_us;
    int64_t gaps[GAP_STEPS + 1]; /* by ms, after the first seconds */
    int64_t unsent;
} all;

static int64_t now_us(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void open_line(struct line *line, int port, int number) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    unsigned char hello[HEAD + 16] = {0x01, 0, 16};
    int yes = 1;

    /* The call's number, and the leg as the last digit. */
    hello[HEAD + 12] = (unsigned char)(number / 2 >> 8);
    hello[HEAD + 13] = (unsigned char)(number / 2);
    hello[HEAD + 15] = (unsigned char)(number % 2);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(line->fd, (struct sockaddr *)&address, sizeof address) < 0)
        fail("connect");
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (send(line->fd, hello, sizeof hello, MSG_NOSIGNAL) != sizeof hello)
        fail("send");
    fcntl(line->fd, F_SETFL, O_NONBLOCK);
    line->at = (size_t)number * 7919 * BLOCK % all.speech_bytes;
}

static void say(struct line *line) {
    unsigned char block[MESSAGE] = {0x10, BLOCK >> 8, BLOCK & 255};

    if (line->is_over)
        return;
    if (line->at + BLOCK > all.speech_bytes)
        line->at = 0;
    memcpy(block + HEAD, all.speech + line->at, BLOCK);
    line->at += BLOCK;
    line->sent++;
    if (send(line->fd, block, sizeof block, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof block)
        all.unsent++;
}

static void take_block(struct line *line, int64_t now) {
    int64_t gap = (now - line->heard_us) / 1000;

    if (line->blocks++ > 0 && now - all.begin_us > WARM_MS * 1000)
        all.gaps[gap > GAP_STEPS ? GAP_STEPS : gap]++;
    line->heard_us = now;
    for (int n = HEAD; n < MESSAGE; n += 2)
        if (abs((int16_t)(line->input[n] | line->input[n + 1] << 8)) > 500) {
            line->loud++;
            break;
        }
}

static void hear(struct line *line, int64_t now) {
    ssize_t count;

    while ((count = recv(line->fd, line->input + line->used, (size_t)(MESSAGE - line->used), MSG_DONTWAIT)) > 0) {
        line->used += (int)count;
        if (line->used >= HEAD && line->input[0] != 0x10)
            break;
        if (line->used < MESSAGE)
            continue;
        take_block(line, now);
        line->used = 0;
    }
    if (count > 0 || count == 0 || (errno != EAGAIN && errno != EINTR)) {
        line->is_over = 1;
        close(line->fd);
    }
}

/* The lines speak one after the other within 20 ms, as those of different telephones do. */
static void run(int epoll, int64_t end_us) {
    struct epoll_event events[256];
    int64_t due = now_us();
    int turn = 0;

    while (due < end_us) {
        int64_t now = now_us();
        while (now >= due) {
            for (int n = turn; n < all.count; n += BLOCK_MS)
                say(&all.lines[n]);
            turn = (turn + 1) % BLOCK_MS;
            due += 1000;
        }
        int happened = epoll_wait(epoll, events, 256, 1);
        now = now_us();
        for (int n = 0; n < happened; n++)
            hear(events[n].data.ptr, now);
    }
}

static int64_t gap_below(double share) {
    int64_t count = 0, seen = 0;

    for (int n = 0; n <= GAP_STEPS; n++)
        count += all.gaps[n];
    for (int n = 0; n <= GAP_STEPS; n++)
        if ((double)(seen += all.gaps[n]) >= share * (double)count)
            return n + 1;
    return -1;
}

static void report(void) {
    int64_t blocks = 0, sent = 0, least = INT64_MAX, over = 0, quiet = 0;

    for (int n = 0; n < all.count; n++) {
        struct line *line = &all.lines[n];
        blocks += line->blocks;
        sent += line->sent;
        least = line->blocks < least ? line->blocks : least;
        over += line->is_over;
        quiet += line->loud == 0;
    }
    printf("{\"lines\":%d,\"sent\":%lld,\"unsent\":%lld,\"heard\":%lld,\"least\":%lld,\"over\":%lld,\"quiet\":%lld,"
           "\"gap_p50_ms\":%lld,\"gap_p99_ms\":%lld,\"gap_p999_ms\":%lld,\"gap_most_ms\":%lld}\n",
           all.count, (long long)sent, (long long)all.unsent, (long long)blocks, (long long)least, (long long)over, (long long)quiet,
           (long long)gap_below(0.5), (long long)gap_below(0.99), (long long)gap_below(0.999), (long long)gap_below(1));
}

static void read_speech(const char *path) {
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        fail(path);
    fseek(file, 0, SEEK_END);
    all.speech_bytes = (size_t)ftell(file) / BLOCK * BLOCK;
    rewind(file);
    all.speech = malloc(all.speech_bytes);
    if (all.speech == NULL || fread(all.speech, 1, all.speech_bytes, file) != all.speech_bytes)
        fail(path);
    fclose(file);
}

int main(int argc, char **argv) {
    struct rlimit files = {65536, 65536};
    int epoll = epoll_create1(EPOLL_CLOEXEC);

    if (argc != 5)
        return 2;
    setrlimit(RLIMIT_NOFILE, &files);
    read_speech(argv[4]);
    all.count = 2 * atoi(argv[2]);
    all.lines = calloc((size_t)all.count, sizeof *all.lines);
    for (int n = 0; n < all.count; n++) {
        struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = &all.lines[n]}};
        open_line(&all.lines[n], atoi(argv[1]), n);
        epoll_ctl(epoll, EPOLL_CTL_ADD, all.lines[n].fd, &event);
    }
    all.begin_us = now_us();
    run(epoll, all.begin_us + atoll(argv[3]) * 1000000);
    report();
    return 0;
}
