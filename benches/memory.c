/* Memory of a session: what SESSIONS of them add to the resident memory of a process beside the first one, when they are
 * READY and nothing was sent, and while they have talked for SECONDS; and what is left of it when they are closed.
 *
 * tests/c/support/with_devserver.py --devserver target/devserver/palabra-devserver --devserver-arg=--no-rate-limits \
 *     --timeout 600 -- build/memory [SESSIONS [SECONDS [events|playout [BLOCK_MS [GROUP]]]]]
 *
 * So many sessions connect at the same time. What that takes is freed when they are READY, but the allocator keeps it.
 *
 * Over wss: --devserver-arg=--tls-cert=FILE --devserver-arg=--tls-key=FILE, and SSL_CERT_FILE=FILE in the environment.
 */
#define _GNU_SOURCE
#include <palabra.h>

#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define RATE 24000
#define SENTENCE (2 * RATE) /* frames; a pause of half as many follows */

static palabra_session **sessions;
static int count = 500, seconds = 20, is_playout, block_ms = 20, group = 10, ready, closed, errors;
static int16_t said[SENTENCE + SENTENCE / 2];
static atomic_int talks, heard_frames;
static long faults;
static unsigned long refused;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
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

/* What is allocated and not freed. */
static double allocated_kb(void)
{
    struct mallinfo2 info = mallinfo2();
    return (double)(info.uordblks + info.hblkhd) / 1024;
}

static void make_speech(void)
{
    int n;

    for (n = 0; n < SENTENCE; n++) {
        double syllable = fabs(sin(n * 3.14159265 / 4800.0));
        said[n] = (int16_t)(6000 * syllable * sin(n * 0.04) + 3000 * syllable * sin(n * 0.177));
    }
}

static void sleep_until(int64_t ns)
{
    struct timespec due = {ns / 1000000000, ns % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static long faults_of_thread(void)
{
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    return used.ru_minflt;
}

/* A block of each session: what it says, and with playout what it hears. Every fifth of the sessions has its turn in a fifth
 * of a block. */
static void *talk(void *unused)
{
    int frames = RATE / 1000 * block_ms, part = 0, n;
    int16_t *heard = calloc((size_t)frames, sizeof *heard);
    int64_t due = now_ns();
    long before;

    memset(heard, 1, (size_t)frames * sizeof *heard);
    before = faults_of_thread();
    for (; atomic_load(&talks); part++, due += block_ms * 200000) {
        sleep_until(due);
        for (n = part % 5; n < count; n += 5) {
            size_t at = ((size_t)(part / 5) * (size_t)frames + (size_t)n * 997) % (SENTENCE + SENTENCE / 2 - (size_t)frames);
            palabra_status taken = palabra_session_send_audio(sessions[n], said + at, (uint32_t)frames);
            refused += taken >= 0 && taken < frames;
            if (is_playout && palabra_session_read_audio(sessions[n], NULL, heard, (uint32_t)frames) > 0)
                atomic_fetch_add(&heard_frames, 1);
        }
    }
    faults = faults_of_thread() - before;
    free(heard);
    return unused;
}

static void take_events(palabra_queue *queue, int64_t until, const int *counter, int wanted)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (now_ns() < until && (counter == NULL || *counter < wanted)) {
        if (palabra_queue_poll_event(queue, &event, 50) <= 0)
            continue;
        ready += event.kind == PALABRA_EVENT_READY;
        closed += event.kind == PALABRA_EVENT_CLOSED;
        errors += event.kind == PALABRA_EVENT_ERROR || event.kind == PALABRA_EVENT_OVERFLOW;
        if (event.kind == PALABRA_EVENT_AUDIO)
            atomic_fetch_add(&heard_frames, 1);
        palabra_event_release(&event);
    }
}

static int open_sessions(palabra_client *client, palabra_queue *queue, int from, int to)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int n;

    config.source_language = "en";
    config.target_languages = "es";
    config.queue = queue;
    config.output.mode = is_playout ? PALABRA_OUTPUT_PLAYOUT : PALABRA_OUTPUT_EVENTS;
    for (n = from; n < to; n++)
        if (palabra_session_open_translation(client, &config, &sessions[n], &error) != PALABRA_OK) {
            fprintf(stderr, "memory: %s: %s\n", palabra_status_name(error.code), error.text);
            return 0;
        }
    take_events(queue, now_ns() + 120000000000, &ready, to);
    return ready == to;
}

int main(int argc, char **argv)
{
    palabra_client *client = NULL;
    palabra_queue *queue = NULL;
    double one, idle, warm, left, trimmed, allocated[4];
    pthread_t thread;
    int n;

    if (argc > 1)
        count = atoi(argv[1]);
    if (argc > 2)
        seconds = atoi(argv[2]);
    is_playout = argc > 3 && strcmp(argv[3], "playout") == 0;
    if (argc > 4)
        block_ms = atoi(argv[4]);
    if (argc > 5)
        group = atoi(argv[5]);
    sessions = calloc((size_t)count, sizeof *sessions);
    if (count < 2 || group < 1 || block_ms < 5 || block_ms > 1000 || sessions == NULL)
        return 2;
    make_speech();
    if (palabra_client_new(NULL, &client, NULL) != PALABRA_OK || palabra_queue_new(0, &queue, NULL) != PALABRA_OK)
        return 1;
    if (!open_sessions(client, queue, 0, 1))
        return 1;
    one = resident_kb();
    allocated[0] = allocated_kb();
    for (n = 1; n < count; n += group)
        if (!open_sessions(client, queue, n, n + group < count ? n + group : count))
            return 1;
    take_events(queue, now_ns() + 1000000000, NULL, 0);
    idle = resident_kb();
    allocated[1] = allocated_kb();
    atomic_store(&talks, 1);
    pthread_create(&thread, NULL, talk, NULL);
    take_events(queue, now_ns() + (int64_t)seconds * 1000000000, NULL, 0);
    warm = resident_kb();
    allocated[2] = allocated_kb();
    atomic_store(&talks, 0);
    pthread_join(thread, NULL);
    for (n = 0; n < count; n++)
        palabra_session_close(sessions[n], 0);
    take_events(queue, now_ns() + 2000000000, NULL, 0);
    left = resident_kb();
    allocated[3] = allocated_kb();
    malloc_trim(0);
    trimmed = resident_kb();
    printf("%d sessions, %s, blocks of %d ms, %d connecting at a time: idle %.1f kB each, after %d s %.1f kB each\n", count,
           is_playout ? "playout" : "events", block_ms, group, (idle - one) / (count - 1), seconds,
           (warm - one) / (count - 1));
    printf("closed: of %.0f kB the allocator keeps %.0f, after malloc_trim %.0f\n", warm - one, left - one, trimmed - one);
    printf("allocated (glibc): idle %.1f kB each, talking %.1f kB each; closed: %.0f kB\n", (allocated[1] - allocated[0]) / (count - 1),
           (allocated[2] - allocated[0]) / (count - 1), allocated[3] - allocated[0]);
    printf("first session and library %.0f kB; audio %d, errors %d, blocks not taken whole %lu, page faults of the audio "
           "thread %ld\n", one, atomic_load(&heard_frames), errors, refused, faults);
    palabra_shutdown(2000);
    palabra_queue_free(queue);
    palabra_client_free(client);
    free(sessions);
    return 0;
}
