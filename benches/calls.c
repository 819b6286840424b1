/* What many two-way calls cost in one process: each has two mu-law telephones that exchange 20 ms in every tick, a
 * ducked original, and parties that speak in turn. Prints processor time, memory, the time of an exchange, ticks that
 * were late, and how long after the end of a sentence its translation was heard.
 *
 * tests/c/support/with_devserver.py --devserver target/debug/palabra-devserver --devserver-arg=--no-rate-limits \
 *     --timeout 600 -- build/calls [CALLS [SECONDS [CHUNK_MS [PRIORITY]]]]
 *
 * PRIORITY is that of the media thread, 1 to 99 of SCHED_FIFO, which only root may set; 0: the usual one.
 */
#define _GNU_SOURCE
#include <palabra.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define FRAMES 160
#define TICK_NS 20000000
#define TURN 250    /* ticks of a party's turn: it speaks, and listens to its translation */
#define SENTENCE 100 /* ticks of its sentence */
#define LATE_NS 5000000

struct party {
    palabra_leg *leg;
    int64_t said_at; /* when the other party's sentence was over; 0: its translation was heard, or is not awaited */
};

struct call {
    palabra_call *call;
    struct party parties[2];
};

struct sample {
    uint32_t *values;
    size_t count, room;
};

static struct call *calls;
static int call_count = 100, priority, links_up, links_down;
static unsigned char sentence[SENTENCE * FRAMES], silence[FRAMES];
static struct sample exchanges, waits;
static int late, most_late_us, ticks;
static atomic_int measured, over;
static double media_seconds;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void note(struct sample *sample, int64_t ns)
{
    if (sample->count < sample->room)
        sample->values[sample->count++] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double part(const struct sample *sample, double share)
{
    return sample->count == 0 ? 0 : sample->values[(size_t)(share * (double)(sample->count - 1))];
}

static unsigned char mulaw(int sample)
{
    int sign = sample < 0 ? 0x80 : 0, magnitude = (sample < 0 ? -sample : sample) + 132, exponent = 7;

    while (exponent > 0 && !(magnitude & (1 << (exponent + 7))))
        exponent--;
    return (unsigned char)~(sign | exponent << 4 | (magnitude >> (exponent + 3) & 15));
}

/* Syllables of a voice. */
static void make_sentence(void)
{
    size_t n;

    for (n = 0; n < sizeof sentence; n++) {
        double syllable = fabs(sin((double)n * 3.14159265 / 1600.0));
        sentence[n] = mulaw((int)(6000 * syllable * sin((double)n * 0.12) + 3000 * syllable * sin((double)n * 0.53)));
    }
    memset(silence, 0xFF, sizeof silence);
}

static double seconds_of(int who)
{
    struct rusage used;
    getrusage(who, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static double resident_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    if (file != NULL)
        fclose(file);
    return (double)(pages * sysconf(_SC_PAGESIZE)) / 1024;
}

/* One packet of a party in and out. `tick` is counted for this call. */
static void exchange(struct call *call, int number, int tick)
{
    struct party *party = &call->parties[number], *other = &call->parties[1 - number];
    int is_its_turn = tick / TURN % 2 == number, at = tick % TURN;
    const unsigned char *said = is_its_turn && at < SENTENCE ? sentence + at * FRAMES : silence;
    unsigned char heard[FRAMES];
    int64_t begin = now_ns();
    int32_t sound = palabra_leg_exchange(party->leg, said, FRAMES, heard, FRAMES);
    int64_t end = now_ns();

    if (!atomic_load(&measured))
        return;
    note(&exchanges, end - begin);
    if (is_its_turn && at == SENTENCE - 1)
        other->said_at = end;
    if (sound > 0 && sound & PALABRA_SOUND_SPEECH && party->said_at != 0) {
        note(&waits, (end - party->said_at) / 1000);
        party->said_at = 0;
    }
}

static void sleep_until(int64_t ns)
{
    struct timespec due = {ns / 1000000000, ns % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static void set_priority(void)
{
    struct sched_param wanted = {.sched_priority = priority};

    if (priority > 0 && pthread_setschedparam(pthread_self(), SCHED_FIFO, &wanted) != 0) {
        fprintf(stderr, "calls: the media thread may not have priority %d\n", priority);
        exit(1);
    }
}

static void *media(void *unused)
{
    int64_t due;
    double before = 0;
    int n, tick = 0, was_measured = 0;

    set_priority();
    due = now_ns();
    for (; !atomic_load(&over); due += TICK_NS, tick++) {
        int64_t behind;
        sleep_until(due);
        behind = now_ns() - due;
        if (atomic_load(&measured)) {
            if (!was_measured)
                before = seconds_of(RUSAGE_THREAD);
            was_measured = 1;
            ticks++;
            late += behind > LATE_NS;
            if (behind / 1000 > most_late_us)
                most_late_us = (int)(behind / 1000);
        }
        for (n = 0; n < call_count; n++) {
            exchange(&calls[n], 0, tick + n * 37);
            exchange(&calls[n], 1, tick + n * 37);
        }
    }
    media_seconds = seconds_of(RUSAGE_THREAD) - before;
    return unused;
}

static int join(struct call *call, int number)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    config.language = number == 0 ? "en" : "es";
    config.input.encoding = PALABRA_ENCODING_MULAW;
    if (palabra_leg_join(call->call, &config, &call->parties[number].leg, &error) == PALABRA_OK)
        return 1;
    fprintf(stderr, "calls: %s: %s\n", palabra_status_name(error.code), error.text);
    return 0;
}

static int open_calls(palabra_client *client, palabra_queue *queue, int chunk_ms)
{
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int n;

    translation.input.chunk_ms = chunk_ms;
    for (n = 0; n < call_count; n++) {
        palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
        config.queue = queue;
        config.call_tag = (uint64_t)n;
        if (palabra_call_open(client, &config, &translation, &calls[n].call, &error) != PALABRA_OK) {
            fprintf(stderr, "calls: %s: %s\n", palabra_status_name(error.code), error.text);
            return 0;
        }
        if (!join(&calls[n], 0) || !join(&calls[n], 1))
            return 0;
    }
    return 1;
}

/* Takes events until then, or until every link is up. */
static void take_events(palabra_queue *queue, int64_t until, int awaits_links)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (now_ns() < until && !(awaits_links && links_up == 2 * call_count)) {
        if (palabra_queue_poll_event(queue, &event, 50) <= 0)
            continue;
        if (event.kind == PALABRA_EVENT_LINK_UP)
            links_up++;
        else if (event.kind == PALABRA_EVENT_LINK_DOWN) {
            links_down++;
            fprintf(stderr, "calls: link down: %s\n", event.text);
        }
        palabra_event_release(&event);
    }
}

static void print_stats(void)
{
    int64_t lag = 0, dropped = 0, finished = 0, concealed = 0;
    int n, number;

    for (n = 0; n < call_count; n++)
        for (number = 0; number < 2; number++) {
            palabra_leg_stats stats = PALABRA_LEG_STATS_INIT;
            palabra_leg_get_stats(calls[n].parties[number].leg, &stats);
            lag = stats.original_lag_most_ms > lag ? stats.original_lag_most_ms : lag;
            dropped += stats.input_dropped_ms;
            finished += stats.phrases_finished;
            concealed += stats.original_concealed_ms;
        }
    printf("original: most lag %lld ms, concealed %lld ms; input dropped %lld ms; phrases heard %lld\n", (long long)lag,
           (long long)concealed, (long long)dropped, (long long)finished);
}

static void measure(palabra_queue *queue, int seconds, double resident_before)
{
    double before, process, main_before, main_seconds, resident, load[1] = {0};
    int64_t begin;

    /* The first turns fill what is allocated once. */
    take_events(queue, now_ns() + 2LL * TURN * TICK_NS, 0);
    atomic_store(&measured, 1);
    begin = now_ns();
    before = seconds_of(RUSAGE_SELF);
    main_before = seconds_of(RUSAGE_THREAD);
    take_events(queue, begin + (int64_t)seconds * 1000000000, 0);
    process = seconds_of(RUSAGE_SELF) - before;
    main_seconds = seconds_of(RUSAGE_THREAD) - main_before;
    resident = resident_kb();
    begin = now_ns() - begin;
    atomic_store(&over, 1);
    getloadavg(load, 1);
    printf("processor time, share of a core for a call: %.2f %%\n", 100 * process / ((double)begin / 1e9) / call_count);
    printf("memory for a call: %.0f kB; load of the machine %.1f\n", (resident - resident_before) / call_count, load[0]);
    printf("threads, s of %.0f s: all %.2f, events %.2f", (double)begin / 1e9, process, main_seconds);
}

static void print_times(void)
{
    qsort(exchanges.values, exchanges.count, sizeof *exchanges.values, by_value);
    qsort(waits.values, waits.count, sizeof *waits.values, by_value);
    printf(", media %.2f\n", media_seconds);
    printf("exchange of 20 ms, %s, us: p50 %.1f, p99 %.1f, p99.9 %.1f, max %.0f (%zu)\n",
           priority > 0 ? "with real-time priority" : "without real-time priority", part(&exchanges, 0.5) / 1e3,
           part(&exchanges, 0.99) / 1e3, part(&exchanges, 0.999) / 1e3, part(&exchanges, 1) / 1e3, exchanges.count);
    printf("ticks late by more than %d ms: %d of %d, at most %.1f ms\n", LATE_NS / 1000000, late, ticks,
           (double)most_late_us / 1e3);
    printf("end of a sentence to its translation, ms: p50 %.0f, p99 %.0f (%zu)\n", part(&waits, 0.5) / 1e3,
           part(&waits, 0.99) / 1e3, waits.count);
}

int main(int argc, char **argv)
{
    int seconds = argc > 2 ? atoi(argv[2]) : 60, chunk_ms = argc > 3 ? atoi(argv[3]) : 0, n;
    palabra_client *client = NULL;
    palabra_queue *queue = NULL;
    double resident_before;
    int64_t begin;
    pthread_t thread;

    priority = argc > 4 ? atoi(argv[4]) : 0;
    if (argc > 1)
        call_count = atoi(argv[1]);
    if (call_count < 1 || seconds < 1)
        return 2;
    /* Whoever reads this in a pipe knows by the first line when it begins. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    make_sentence();
    calls = calloc((size_t)call_count, sizeof *calls);
    exchanges.room = (size_t)(seconds + 1) * 50 * 2 * (size_t)call_count;
    waits.room = exchanges.room / TURN + 2 * (size_t)call_count;
    exchanges.values = malloc(exchanges.room * sizeof *exchanges.values);
    waits.values = malloc(waits.room * sizeof *waits.values);
    /* Not memory of a call. */
    memset(exchanges.values, 1, exchanges.room * sizeof *exchanges.values);
    memset(waits.values, 1, waits.room * sizeof *waits.values);
    if (palabra_client_new(NULL, &client, NULL) != PALABRA_OK || palabra_queue_new(0, &queue, NULL) != PALABRA_OK)
        return 1;
    resident_before = resident_kb();
    begin = now_ns();
    if (!open_calls(client, queue, chunk_ms))
        return 1;
    pthread_create(&thread, NULL, media, NULL);
    take_events(queue, begin + 60000000000, 1);
    printf("%d calls, chunks of %d ms: %d of %d links up after %.1f s\n", call_count, chunk_ms ? chunk_ms : 100, links_up,
           2 * call_count, (double)(now_ns() - begin) / 1e9);
    measure(queue, seconds, resident_before);
    pthread_join(thread, NULL);
    print_times();
    print_stats();
    printf("links down: %d\n", links_down);
    for (n = 0; n < call_count; n++)
        palabra_call_close(calls[n].call, 0);
    palabra_queue_free(queue);
    palabra_client_free(client);
    palabra_shutdown(10000);
    return links_up != 2 * call_count || links_down != 0;
}
