/* Fifty calls whose server is killed in the middle of a sentence: the parties hear each other at every tick, another server
 * at the same place is asked for all sessions again, those that have waited longest first, and what is said then is translated;
 * each phrase is heard once.
 * devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "server.h"
#include "talk.h"

#include <signal.h>
#include <sys/wait.h>

#define CALLS 50
#define LINKS (2 * CALLS) /* leg 0 of a call, leg 1, and so on */
#define PER_MINUTE 1200   /* 50 ms apart */
#define TICK_MS 20
#define TICK 160
#define SENTENCE_TICKS 50
#define SAME_MS 50 /* what is lost within so short a time has no order */
#define REST_TICKS 200 /* what is left of a sentence was heard */

typedef struct {
    palabra_call *call;
    palabra_leg *legs[2];
    int started, finished;
    uint64_t last_phrase;
} line;

static line lines[CALLS];
static palabra_queue *queue;
static int ups, downs, came_down[LINKS], up_order[LINKS], twice;
static int64_t next_tick, down_ns[LINKS];

static void take(const palabra_event *event)
{
    line *it = &lines[event->session_tag];
    int link = 2 * (int)event->session_tag + event->leg;

    CHECK(event->kind != PALABRA_EVENT_CLOSED);
    if (event->kind == PALABRA_EVENT_LINK_UP) {
        if (ups < LINKS)
            up_order[ups] = link;
        ups++;
    } else if (event->kind == PALABRA_EVENT_LINK_DOWN) {
        CHECK((event->flags & PALABRA_FLAG_RETRIABLE) != 0);
        if (came_down[link]++ == 0) {
            down_ns[link] = event->time_ns;
            downs++;
        }
    } else if (event->kind == PALABRA_EVENT_PLAYOUT_STARTED) {
        it->started++;
        twice += event->phrase <= it->last_phrase;
        it->last_phrase = event->phrase;
    }
    it->finished += event->kind == PALABRA_EVENT_PLAYOUT_FINISHED;
}

/* One tick of all lines. Returns how many of those who listen hear the other's own voice. */
static int tick(int speaks)
{
    static int16_t said[TICK], silence[TICK], heard[TICK];
    palabra_event event = PALABRA_EVENT_INIT;
    int i, hear = 0;

    for (i = 0; i < TICK; i++)
        said[i] = (int16_t)(i / 10 % 2 == 0 ? 4000 : -4000);
    for (i = 0; i < CALLS; i++) {
        int32_t sound = palabra_leg_exchange(lines[i].legs[1], silence, TICK, heard, TICK);
        CHECK(sound >= 0);
        CHECK(palabra_leg_exchange(lines[i].legs[0], speaks ? said : silence, TICK, heard, TICK) >= 0);
        hear += (sound & PALABRA_SOUND_ORIGINAL) != 0;
    }
    while (palabra_queue_poll_event(queue, &event, 0) == 1) {
        take(&event);
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    next_tick += TICK_MS;
    if (next_tick > clock_now_ms())
        clock_sleep_ms(next_tick - clock_now_ms());
    return hear;
}

static void speak(int ticks)
{
    for (; ticks > 0; ticks--)
        tick(1);
}

static void tick_until(const int *figure, int wanted)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (*figure < wanted && clock_now_ms() < deadline)
        tick(0);
    CHECK_EQ(*figure, wanted);
}

/* Each hears one phrase more. */
static void say_a_sentence(void)
{
    int i, before[CALLS];

    for (i = 0; i < CALLS; i++)
        before[i] = lines[i].finished;
    speak(SENTENCE_TICKS);
    for (i = 0; i < CALLS; i++)
        tick_until(&lines[i].finished, before[i] + 1);
}

static void open_line(palabra_client *client, int number)
{
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    int i;

    config.flags = PALABRA_CALL_REOPEN;
    config.call_tag = (uint64_t)number;
    config.queue = queue;
    config.connects_per_minute = PER_MINUTE;
    CHECK_STATUS(palabra_call_open(client, &config, NULL, &lines[number].call, NULL), PALABRA_OK);
    for (i = 0; i < 2; i++) {
        palabra_leg_config leg = PALABRA_LEG_CONFIG_INIT;
        leg.language = i == 0 ? "en" : "es";
        CHECK_STATUS(palabra_leg_join(lines[number].call, &leg, &lines[number].legs[i], NULL), PALABRA_OK);
    }
}

static server kill_and_return(server its, const char *port)
{
    int status;

    CHECK_EQ(kill(its.process, SIGKILL), 0);
    CHECK_EQ(waitpid(its.process, &status, 0), its.process);
    close(its.output);
    return server_start(port, NULL);
}

/* Links whose first attempt met the server that was not there yet wait for another one, and count for themselves. */
static void judge_order(void)
{
    int i, before, waited = 0;
    int64_t most = 0, first = INT64_MAX, last = 0;

    for (i = 0; i < LINKS; i++) {
        int64_t ns = down_ns[up_order[i]];
        first = ns < first ? ns : first;
        last = ns > last ? ns : last;
        if (came_down[up_order[i]] > 1)
            continue;
        waited++;
        for (before = 0; before < i; before++)
            if (came_down[up_order[before]] == 1 && down_ns[up_order[before]] - ns > most)
                most = down_ns[up_order[before]] - ns;
    }
    printf("lost within %.1f ms, %d links came up again in the order of their loss, to %.1f ms; %d had met no server\n",
           (double)(last - first) / 1e6, waited, (double)most / 1e6, LINKS - waited);
    CHECK(waited > LINKS / 2);
    CHECK_WITHIN(most / 1000000, 0, SAME_MS);
}

int main(void)
{
    palabra_client *client;
    char url[128];
    int i, hear, silent = 0;
    int64_t killed;
    server its;

    if (getenv("PALABRA_DEVSERVER") == NULL)
        return check_skip("there is no devserver to start");
    its = server_start("0", NULL);
    server_address(&its, "api_url", url, sizeof url);
    client = talk_client_at("demo", url, 0);
    CHECK_STATUS(palabra_queue_new(0, &queue, NULL), PALABRA_OK);
    for (i = 0; i < CALLS; i++)
        open_line(client, i);
    next_tick = clock_now_ms();
    tick_until(&ups, LINKS);
    say_a_sentence();
    speak(SENTENCE_TICKS / 2);
    ups = 0;
    killed = clock_now_ms();
    its = kill_and_return(its, strrchr(url, ':') + 1);
    /* What was late meanwhile is made up for at once. */
    next_tick = clock_now_ms();
    for (i = 0; i < SENTENCE_TICKS / 2; i++) {
        hear = tick(1);
        silent += hear < CALLS;
    }
    tick_until(&downs, LINKS);
    tick_until(&ups, LINKS);
    printf("all links are up %.1f s after the server was killed; the other's voice was heard by all in %d of %d ticks\n",
           (double)(clock_now_ms() - killed) / 1000, SENTENCE_TICKS / 2 - silent, SENTENCE_TICKS / 2);
    judge_order();
    CHECK_EQ(silent, 0);
    for (i = 0; i < REST_TICKS; i++)
        tick(0);
    say_a_sentence();
    for (i = 0; i < CALLS; i++) {
        /* The rest of the broken sentence is a phrase where the link was up soon enough. */
        CHECK_WITHIN(lines[i].started, 2, 3);
        CHECK_STATUS(palabra_call_close(lines[i].call, 0), PALABRA_OK);
    }
    CHECK_EQ(twice, 0);
    printf("%d calls: each has heard a phrase before and one after it, and none twice\n", CALLS);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(5000);
    kill(its.process, SIGTERM);
    return check_result();
}
