/* How late the parties of a call hear each other's own voices, and whether they click, by the clock: a telephone and a
 * studio, each on a thread of its own, while the sessions connect, are READY, after the server was killed, and when other
 * sessions have taken their place; with chunks of two lengths and with bursts.
 * devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "lag.h"
#include "server.h"
#include "talk.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#define SECONDS 30
#define KILLED_MS 12000
#define BACK_MS 18000
#define TICKS (SECONDS * 1000 / LAG_TICK_MS)
#define FRAMES (SECONDS * LAG_RATE)
#define WIDE 6 /* times the rate of the telephone */
#define MOST_LATE_MS 40 /* a machine whose threads are later measures itself */
#define HOP (LAG_WINDOW / 4)
#define MOST_MS 40
#define RECOVERED_MS 3500
#define EDGE_MS 200 /* of a phase, which belongs to neither */

enum { CONNECTING, READY, KILLED, REOPENED, PHASES };
static const char *const phase_names[PHASES] = {"connecting", "ready", "server killed", "reopened"};

typedef struct {
    palabra_leg *leg;
    pthread_t thread;
    int number, burst_every, burst; /* in packets: so many are held back and arrive together */
    /* What it hears, at the rate of a telephone, and for each tick the largest step at its own rate. */
    float heard[FRAMES];
    int steps[TICKS];
    char is_mixed[TICKS]; /* with speech of the service */
    int64_t up_ms[2], down_ms; /* when what it says was translated, and no more; 0: not yet */
    _Atomic int64_t late_ms;   /* the most that its thread was late: the machine's part */
} party;

typedef struct {
    const char *name;
    int32_t chunk_ms;
    int most_ms; /* what is right for the party that hears bursts, until RECOVERED_MS after each */
    palabra_call *call;
    party parties[2];
} line;

static line lines[] = {
    {.name = "chunk 100"},
    {.name = "chunk 320", .chunk_ms = 320},
    {.name = "bursts of 400 ms", .most_ms = 240, .parties = {{.burst_every = 250, .burst = 20}}},
};
#define LINES ((int)(sizeof lines / sizeof *lines))

static int16_t said[2][FRAMES + LAG_PACKET];
static int64_t begun;
static int too_late;

static void wait_for_tick(party *p, int tick)
{
    int64_t late = clock_now_ms() - (begun + (int64_t)tick * LAG_TICK_MS);
    if (late < 0)
        clock_sleep_ms(-late);
    late = clock_now_ms() - (begun + (int64_t)tick * LAG_TICK_MS);
    if (late > atomic_load(&p->late_ms))
        atomic_store(&p->late_ms, late);
}

/* Keeps what a party hears in a tick. */
static void hear(party *p, int tick, int32_t sound, const float *heard, int step)
{
    static _Thread_local float before;
    int i;

    CHECK(sound >= 0);
    p->is_mixed[tick] = (sound & PALABRA_SOUND_SPEECH) != 0;
    for (i = 0; i < LAG_PACKET * step; i++) {
        int bend = (int)fabsf(heard[i] - before);
        p->steps[tick] = bend > p->steps[tick] ? bend : p->steps[tick];
        before = heard[i];
        if (i % step == 0)
            p->heard[tick * LAG_PACKET + i / step] = heard[i];
    }
}

static void *on_a_telephone(void *of)
{
    static _Thread_local uint8_t packets[LAG_RATE / 2], heard[LAG_PACKET];
    static _Thread_local float levels[LAG_PACKET];
    party *p = of;
    int tick, i, held = 0;
    int32_t sound;

    for (tick = 0; tick < TICKS; tick++) {
        wait_for_tick(p, tick);
        CHECK_STATUS(palabra_leg_silence(p->leg, PALABRA_SILENCE_ALL), PALABRA_OK);
        for (i = 0; i < LAG_PACKET; i++)
            packets[held * LAG_PACKET + i] = lag_mulaw(said[0][tick * LAG_PACKET + i]);
        held++;
        int is_held = p->burst_every > 0 && tick % p->burst_every >= p->burst_every - p->burst;
        sound = palabra_leg_exchange(p->leg, packets, is_held ? 0 : held * LAG_PACKET, heard, LAG_PACKET);
        held = is_held ? held : 0;
        for (i = 0; i < LAG_PACKET; i++)
            levels[i] = lag_linear(heard[i]);
        hear(p, tick, sound, levels, 1);
    }
    return NULL;
}

/* Sends and reads apart. */
static void *in_a_studio(void *of)
{
    static _Thread_local float packet[LAG_PACKET * WIDE], heard[LAG_PACKET * WIDE];
    party *p = of;
    int tick, i;
    int32_t sound;

    for (tick = 0; tick < TICKS; tick++) {
        const int16_t *from = said[1] + tick * LAG_PACKET;
        wait_for_tick(p, tick);
        CHECK_STATUS(palabra_leg_silence(p->leg, PALABRA_SILENCE_ALL), PALABRA_OK);
        for (i = 0; i < LAG_PACKET * WIDE; i++) {
            int low = from[i / WIDE], high = from[i / WIDE + 1];
            packet[i] = (float)(low + (high - low) * (i % WIDE) / (double)WIDE) / 32768;
        }
        CHECK_EQ(palabra_leg_send_audio(p->leg, packet, LAG_PACKET * WIDE), LAG_PACKET * WIDE);
        sound = palabra_leg_read_audio(p->leg, heard, LAG_PACKET * WIDE);
        for (i = 0; i < LAG_PACKET * WIDE; i++)
            heard[i] *= 32768;
        hear(p, tick, sound, heard, WIDE);
    }
    return NULL;
}

static void open_line(palabra_client *client, palabra_queue *queue, line *l)
{
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    int n;

    config.flags = PALABRA_CALL_REOPEN;
    config.call_tag = (uint64_t)(l - lines);
    config.queue = queue;
    translation.input.chunk_ms = l->chunk_ms;
    CHECK_STATUS(palabra_call_open(client, &config, &translation, &l->call, NULL), PALABRA_OK);
    for (n = 0; n < 2; n++) {
        palabra_leg_config leg = PALABRA_LEG_CONFIG_INIT;
        leg.language = n == 0 ? "en" : "es";
        leg.input.encoding = n == 0 ? PALABRA_ENCODING_MULAW : PALABRA_ENCODING_F32;
        leg.input.sample_rate = n == 0 ? LAG_RATE : WIDE * LAG_RATE;
        CHECK_STATUS(palabra_leg_join(l->call, &leg, &l->parties[n].leg, NULL), PALABRA_OK);
        REQUIRE(l->parties[n].leg != NULL);
        l->parties[n].number = n;
    }
}

static void start_line(line *l)
{
    REQUIRE(pthread_create(&l->parties[0].thread, NULL, on_a_telephone, &l->parties[0]) == 0);
    REQUIRE(pthread_create(&l->parties[1].thread, NULL, in_a_studio, &l->parties[1]) == 0);
}

static void take(const palabra_event *event)
{
    party *p = event->leg < 0 ? NULL : &lines[event->session_tag].parties[event->leg];
    int64_t now = clock_now_ms() - begun;

    CHECK(event->kind != PALABRA_EVENT_CLOSED);
    if (event->kind == PALABRA_EVENT_LINK_UP)
        p->up_ms[p->up_ms[0] != 0] = now;
    else if (event->kind == PALABRA_EVENT_LINK_DOWN && p->down_ms == 0)
        p->down_ms = now;
}

/* Takes events until so many ms after the begin. */
static void take_until(palabra_queue *queue, int64_t ms)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (clock_now_ms() < begun + ms)
        if (palabra_queue_poll_event(queue, &event, 20) == 1) {
            take(&event);
            CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
        }
}

/* What is heard there came in a burst, or the lag is still on its way back from one. */
static int is_recovering(const party *speaker, int at)
{
    int tick = at / LAG_PACKET;
    return speaker->burst_every > 0 && tick >= speaker->burst_every - speaker->burst &&
           (tick + speaker->burst + LAG_WINDOW / LAG_PACKET) % speaker->burst_every <
               RECOVERED_MS / LAG_TICK_MS + speaker->burst + LAG_WINDOW / LAG_PACKET;
}

/* One phase of what a party hears of the other one. */
static void judge_phase(const line *l, const party *listener, const party *speaker, int phase, int64_t from_ms, int64_t to_ms)
{
    static int lags[FRAMES / HOP];
    lag_line sound = {said[speaker->number], listener->heard, listener->is_mixed, 1};
    int late = (int)(atomic_load(&listener->late_ms) + atomic_load(&speaker->late_ms));
    int is_burst = speaker->burst_every > 0, most_ms = is_burst ? l->most_ms : MOST_MS;
    int at, tick, known = 0, spoken = 0, clear = 0, step = 0, median, most, settled = 0;
    /* Twice what was said has, at the rate at which it is heard; the packets of a telephone add some. */
    int most_step = 2 * lag_step(sound.said, FRAMES) / (speaker->number == 0 ? WIDE : 1);

    for (at = (int)from_ms * LAG_RATE / 1000; at < (int)to_ms * LAG_RATE / 1000 - LAG_WINDOW; at += HOP) {
        int lag = lag_near(&sound, at, known > 0 ? lags[known - 1] : -1), is_spoken = lag_is_spoken(&sound, at, most_ms * LAG_RATE / 1000);
        spoken += is_spoken, clear += is_spoken && lag >= 0;
        if (lag >= 0)
            lags[known++] = lag;
        if (!is_recovering(speaker, at))
            settled = lag > settled ? lag : settled;
    }
    settled = settled * 1000 / LAG_RATE;
    REQUIRE(known > 0 && spoken > 0);
    qsort(lags, (size_t)known, sizeof *lags, lag_by_size);
    /* With both of its edges. */
    for (tick = (int)(from_ms - EDGE_MS) / LAG_TICK_MS; tick < (int)(to_ms + EDGE_MS) / LAG_TICK_MS && tick < TICKS; tick++)
        if (!listener->is_mixed[tick] && !listener->is_mixed[tick - 1])
            step = listener->steps[tick] > step ? listener->steps[tick] : step;
    median = (int)ceil(lag_share(lags, known, 0.5)), most = (int)ceil(lag_share(lags, known, 1));
    printf("%-16s %-22s %-13s p50 %d ms, p99.9 %.0f ms, max %d ms, settled %d ms; clear in %d of %d; largest step %d of %d\n", l->name,
           speaker->number == 0 ? "mu-law 8 to float 48" : "float 48 to mu-law 8", phase_names[phase], median,
           ceil(lag_share(lags, known, 0.999)), most, settled, clear, spoken, step, most_step);
    too_late |= late > 2 * MOST_LATE_MS;
    if (too_late)
        return;
    CHECK_WITHIN(settled, 0, MOST_MS + 2 * late);
    CHECK_WITHIN(most, 0, most_ms + 2 * late);
    CHECK_WITHIN(clear * 100, (is_burst ? 60 : 90) * spoken, 100 * spoken);
    CHECK_WITHIN(step, 0, most_step);
}

static void judge(const line *l)
{
    int n;

    for (n = 0; n < 2; n++) {
        const party *speaker = &l->parties[n], *listener = &l->parties[1 - n];
        /* The first second is its begin. */
        int64_t edges[PHASES + 1] = {1000, speaker->up_ms[0], speaker->down_ms, speaker->up_ms[1], SECONDS * 1000};
        int phase;
        for (phase = 0; phase < PHASES; phase++) {
            REQUIRE(edges[phase] < edges[phase + 1] - 2 * EDGE_MS);
            judge_phase(l, listener, speaker, phase, edges[phase] + EDGE_MS, edges[phase + 1] - EDGE_MS);
        }
        printf("%-16s the machine was at most %d ms late\n", l->name, (int)atomic_load(&listener->late_ms));
    }
}

/* Kills the server in the middle of what is said, and starts another one at its place. */
static server kill_and_return(palabra_queue *queue, server its, const char *port)
{
    int status;

    take_until(queue, KILLED_MS);
    CHECK_EQ(kill(its.process, SIGKILL), 0);
    CHECK_EQ(waitpid(its.process, &status, 0), its.process);
    close(its.output);
    take_until(queue, BACK_MS);
    return server_start(port, "--start-delay-ms=1000");
}

int main(void)
{
    palabra_client *client;
    palabra_queue *queue = NULL;
    char url[128];
    server its;
    int i, n;

    if (getenv("PALABRA_DEVSERVER") == NULL)
        return check_skip("there is no devserver to start");
    lag_say(said[0], FRAMES + LAG_PACKET, 1);
    lag_say(said[1], FRAMES + LAG_PACKET, 77);
    its = server_start("0", "--start-delay-ms=3000");
    server_address(&its, "api_url", url, sizeof url);
    client = talk_client_at("demo", url, 0);
    CHECK_STATUS(palabra_queue_new(0, &queue, NULL), PALABRA_OK);
    for (i = 0; i < LINES; i++)
        open_line(client, queue, &lines[i]);
    begun = clock_now_ms() + 20;
    for (i = 0; i < LINES; i++)
        start_line(&lines[i]);
    its = kill_and_return(queue, its, strrchr(url, ':') + 1);
    take_until(queue, SECONDS * 1000);
    for (i = 0; i < LINES; i++)
        for (n = 0; n < 2; n++)
            pthread_join(lines[i].parties[n].thread, NULL);
    for (i = 0; i < LINES; i++) {
        judge(&lines[i]);
        CHECK_STATUS(palabra_call_close(lines[i].call, 0), PALABRA_OK);
    }
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(5000);
    kill(its.process, SIGTERM);
    if (too_late)
        return check_skip("the machine is too busy: its threads were late");
    return check_result();
}
