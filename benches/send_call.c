/* Cost of palabra_session_send_audio() for its caller on an idle machine, compared with a memcpy of the same frames
 * into memory that is equally cold: SESSIONS sessions in turn, so that no ring buffer is in a cache. The server never
 * answers, so the library's thread has nothing to do.
 *
 * send_call [SESSIONS]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#define RATE 24000u
#define RING_FRAMES (2 * RATE) /* the default capacity of a session */
#define PATTERN 65536u

static int16_t pcm[2 * PATTERN];
static palabra_session **session;
static int16_t **memory;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* A port that accepts connections and never answers: sessions stay CONNECTING. */
static int silent_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) < 0)
        return -1;
    return ntohs(address.sin_port);
}

static int by_call(size_t i, size_t at, size_t frames)
{
    return palabra_session_send_audio(session[i], pcm + at % PATTERN, (uint32_t)frames) == (palabra_status)frames;
}

static int by_memcpy(size_t i, size_t at, size_t frames)
{
    memcpy(memory[i] + at, pcm + at % PATTERN, frames * sizeof *pcm);
    return 1;
}

/* Fills every ring buffer once, a piece at a time, and prints the time of a piece. */
static int measure(const char *name, int (*copy)(size_t, size_t, size_t), size_t sessions, size_t from, size_t to,
                   size_t frames)
{
    size_t calls = 0, at, i;
    uint64_t *ns = calloc(sessions * (to - from) / frames, sizeof *ns);
    struct rusage before, after;

    if (!ns)
        return 0;
    getrusage(RUSAGE_THREAD, &before);
    for (at = from; at + frames <= to; at += frames)
        for (i = 0; i < sessions; i++) {
            uint64_t start = now_ns();
            if (!copy(i, at, frames))
                return 0;
            ns[calls++] = now_ns() - start;
        }
    getrusage(RUSAGE_THREAD, &after);
    qsort(ns, calls, sizeof *ns, by_value);
    printf("%-10s %5.1f ms %7zu calls  p50 %5.2f us  p99 %5.2f us  max %8.2f us  %ld page faults, %ld preemptions\n",
           name, (double)frames * 1e3 / RATE, calls, (double)ns[calls / 2] / 1e3, (double)ns[calls * 99 / 100] / 1e3,
           (double)ns[calls - 1] / 1e3, after.ru_minflt - before.ru_minflt, after.ru_nivcsw - before.ru_nivcsw);
    free(ns);
    return 1;
}

static int open_all(size_t sessions, palabra_client *client)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    char url[64];
    size_t i;

    snprintf(url, sizeof url, "ws://127.0.0.1:%d/", silent_port());
    config.source_language = "en";
    config.target_languages = "es";
    config.stream.url = url;
    config.stream.token = "token";
    for (i = 0; i < sessions; i++) {
        if (palabra_session_open_translation(client, &config, &session[i], &error) < 0) {
            fprintf(stderr, "%s\n", error.text);
            return 0;
        }
        if (!(memory[i] = malloc(RING_FRAMES * sizeof **memory)))
            return 0;
        memset(memory[i], 1, RING_FRAMES * sizeof **memory);
    }
    return 1;
}

int main(int argc, char **argv)
{
    size_t sessions = argc > 1 ? (size_t)atoi(argv[1]) : 100, i;
    palabra_client *client = NULL;
    int done;

    session = calloc(sessions, sizeof *session);
    memory = calloc(sessions, sizeof *memory);
    if (!sessions || !session || !memory || palabra_client_new(NULL, &client, NULL) < 0 || !open_all(sessions, client))
        return 1;
    for (i = 0; i < 2 * PATTERN; i++)
        pcm[i] = (int16_t)(uint16_t)(31u * i);
    printf("%zu sessions in turn\n", sessions);
    /* The first half of every ring buffer in steps of 20 ms, the rest in steps of 320 ms. */
    done = measure("send_audio", by_call, sessions, 0, RATE, RATE / 50) &&
           measure("memcpy", by_memcpy, sessions, 0, RATE, RATE / 50) &&
           measure("send_audio", by_call, sessions, RATE, RING_FRAMES, RATE * 8 / 25) &&
           measure("memcpy", by_memcpy, sessions, RATE, RING_FRAMES, RATE * 8 / 25);
    for (i = 0; i < sessions; i++) {
        palabra_session_close(session[i], 0);
        free(memory[i]);
    }
    palabra_client_free(client);
    palabra_shutdown(0);
    free(session);
    free(memory);
    return !done;
}
