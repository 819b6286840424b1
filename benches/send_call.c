/* What palabra_session_send_audio() costs its caller when nothing else runs: SESSIONS sessions in turn, 320 ms each,
 * into rings that no cache holds any more. Nobody answers, so the library's thread has nothing to do.
 *
 * send_call [SESSIONS]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#define FRAMES 7680u /* 320 ms at 24 kHz */
#define ROUNDS 6     /* as many as the ring of a session holds */
#define PATTERN 65536u

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

/* A port that takes connections and says nothing: sessions stay where they are. */
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

int main(int argc, char **argv)
{
    static int16_t pcm[2 * PATTERN];
    size_t sessions = argc > 1 ? (size_t)atoi(argv[1]) : 100, calls = 0, i, round;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;
    palabra_session **session = calloc(sessions, sizeof *session);
    uint64_t *ns = calloc(sessions * ROUNDS, sizeof *ns);
    struct rusage before, after;
    char url[64];

    snprintf(url, sizeof url, "ws://127.0.0.1:%d/", silent_port());
    config.source_language = "en";
    config.target_languages = "es";
    config.ws_url = url;
    config.token = "token";
    if (!sessions || !session || !ns || palabra_client_new(NULL, &client, &error) < 0)
        return 1;
    for (i = 0; i < sessions; i++)
        if (palabra_session_open(client, &config, &session[i], &error) < 0) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }
    for (i = 0; i < 2 * PATTERN; i++)
        pcm[i] = (int16_t)(uint16_t)(31u * i);
    getrusage(RUSAGE_THREAD, &before);
    for (round = 0; round < ROUNDS; round++)
        for (i = 0; i < sessions; i++) {
            uint64_t start = now_ns();
            if (palabra_session_send_audio(session[i], pcm + (size_t)(round * FRAMES) % PATTERN, FRAMES) != FRAMES)
                return 1;
            ns[calls++] = now_ns() - start;
        }
    getrusage(RUSAGE_THREAD, &after);
    qsort(ns, calls, sizeof *ns, by_value);
    printf("%zu sessions, %zu calls of 15 kB: p50 %.2f us, p99 %.2f us, max %.2f us; %ld page faults, %ld preemptions\n",
           sessions, calls, (double)ns[calls / 2] / 1e3, (double)ns[calls * 99 / 100] / 1e3,
           (double)ns[calls - 1] / 1e3, after.ru_minflt - before.ru_minflt, after.ru_nivcsw - before.ru_nivcsw);
    for (i = 0; i < sessions; i++)
        palabra_session_close(session[i], 0);
    palabra_client_free(client);
    palabra_shutdown(0);
    free(session);
    free(ns);
    return 0;
}
