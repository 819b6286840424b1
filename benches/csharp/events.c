/* The cost of an event in C, for benches/csharp/table.py: SESSIONS sessions, each sent BLOCKS blocks of speech of 200 ms as
 * fast as the socket takes them, over one queue; their audio is copied. Rounds with a tenth of them come before, as for C#.
 * Prints one line of JSON.
 *
 * events SESSIONS BLOCKS
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* How often this thread slept. */
static long slept(void)
{
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    return used.ru_nvcsw;
}

static void must(palabra_status status, const palabra_error *error)
{
    if (status < 0) {
        fprintf(stderr, "events: %s\n", error->text);
        exit(1);
    }
}

static void measure(int sessions, int blocks, int is_told)
{
    char id[64];
    snprintf(id, sizeof id, "dev~blast=%d", blocks);
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client_config account = PALABRA_CLIENT_CONFIG_INIT;
    account.credentials.client_id = id;
    account.credentials.client_secret = "x";
    palabra_client *client;
    must(palabra_client_new(&account, &client, &error), &error);
    palabra_queue *queue;
    must(palabra_queue_new(0, &queue, &error), &error);
    palabra_session **session = calloc((size_t)sessions, sizeof *session);
    for (int n = 0; n < sessions; n++) {
        palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
        config.source_language = "en";
        config.target_languages = "es";
        config.queue = queue;
        config.session_tag = (uint64_t)n;
        config.input.gap.policy = PALABRA_GAP_SILENCE;
        config.limits.event_count = 100000;
        config.limits.event_bytes = 1 << 28;
        must(palabra_session_open_translation(client, &config, &session[n], &error), &error);
    }
    static int16_t copy[48000];
    palabra_event event = PALABRA_EVENT_INIT;
    uint64_t events = 0, audio = 0, dropped = 0, wanted = (uint64_t)sessions * (uint64_t)blocks;
    double poller = seconds_of(CLOCK_THREAD_CPUTIME_ID), all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    double begin = seconds_of(CLOCK_MONOTONIC);
    long sleeps = slept();
    /* Nothing for 30 s: some sessions could not be opened, as the machine is too busy to measure on. */
    while (audio + dropped < wanted && palabra_queue_poll_event(queue, &event, 30000) > 0) {
        events++;
        if (event.kind == PALABRA_EVENT_OVERFLOW)
            dropped += event.dropped;
        if (event.kind == PALABRA_EVENT_AUDIO) {
            audio++;
            memcpy(copy, event.pcm, (size_t)event.pcm_frames * sizeof *copy);
        }
        palabra_event_release(&event);
    }
    sleeps = slept() - sleeps;
    double seconds = seconds_of(CLOCK_MONOTONIC) - begin;
    poller = seconds_of(CLOCK_THREAD_CPUTIME_ID) - poller;
    all = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    if (is_told)
        printf("{\"way\":\"c\",\"events\":%" PRIu64 ",\"audio\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"seconds\":%.3f,\"eventUs\":%.3f,"
               "\"processUs\":%.3f,\"sleeps\":%ld,\"peakMb\":%.1f}\n",
               events, audio, dropped, seconds, 1e6 * poller / (double)events, 1e6 * all / (double)events, sleeps, (double)used.ru_maxrss / 1024);
    for (int n = 0; n < sessions; n++)
        palabra_session_close(session[n], 0);
    palabra_queue_free(queue);
    palabra_client_free(client);
    free(session);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int sessions = atoi(argv[1]), blocks = atoi(argv[2]);
    for (int n = 0; n < 4; n++)
        measure(sessions / 10, blocks, 0);
    measure(sessions, blocks, 1);
    return 0;
}
