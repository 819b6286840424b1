/* How long a program waits at the start: from before palabra_client_new() to the first byte on the wire, in processes of which each is new.
 * Prints the median and the worst of as many as are asked for (20), in us.
 *
 * build/start [PROCESSES]
 */
#define _GNU_SOURCE
#include <palabra.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENT, OPEN, BYTE, FIGURES };

static const char *const names[FIGURES] = {"palabra_client_new", "and palabra_session_open_translation", "to the first byte on the wire"};
static int listener;
static double first_byte;

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The service: notes when the first byte is there, and closes. */
static void *serve(void *unused)
{
    char byte;
    int peer = accept(listener, NULL, NULL);

    if (peer >= 0 && read(peer, &byte, 1) == 1)
        first_byte = now_us();
    close(peer);
    return unused;
}

/* In a process that has not used the library. */
static int measure(int port, double *figures)
{
    palabra_client_config client_config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_session *session = NULL;
    pthread_t service;
    char url[64];
    double begin;

    snprintf(url, sizeof url, "ws://127.0.0.1:%d/stream", port);
    client_config.credentials.api_key = "key";
    client_config.translation_url = url;
    config.source_language = "en";
    config.target_languages = "es";
    pthread_create(&service, NULL, serve, NULL);
    begin = now_us();
    if (palabra_client_new(&client_config, &client, NULL) != PALABRA_OK)
        return 0;
    figures[CLIENT] = now_us() - begin;
    if (palabra_session_open_translation(client, &config, &session, NULL) != PALABRA_OK)
        return 0;
    figures[OPEN] = now_us() - begin;
    pthread_join(service, NULL);
    figures[BYTE] = first_byte - begin;
    return first_byte > 0;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The figures of one process. */
static int run(int port, double *figures)
{
    int ends[2], good = 0;
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0)
        return 0;
    if (child == 0) {
        good = measure(port, figures) && write(ends[1], figures, FIGURES * sizeof *figures) == FIGURES * (ssize_t)sizeof *figures;
        _exit(good ? 0 : 1);
    }
    close(ends[1]);
    good = read(ends[0], figures, FIGURES * sizeof *figures) == FIGURES * (ssize_t)sizeof *figures;
    close(ends[0]);
    waitpid(child, NULL, 0);
    return good;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 20, n, figure;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    double *all = calloc((size_t)(count > 0 ? count : 1) * FIGURES, sizeof *all);
    double figures[FIGURES] = {0};

    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (count < 1 || all == NULL || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        return 2;
    for (n = 0; n < count; n++) {
        if (!run(ntohs(address.sin_port), figures)) {
            fprintf(stderr, "start: the library did not come to the first byte\n");
            return 1;
        }
        for (figure = 0; figure < FIGURES; figure++)
            all[figure * count + n] = figures[figure];
    }
    for (figure = 0; figure < FIGURES; figure++) {
        qsort(all + figure * count, (size_t)count, sizeof *all, by_value);
        printf("%s: median %.0f us, at most %.0f us\n", names[figure], all[figure * count + count / 2], all[figure * count + count - 1]);
    }
    free(all);
    return 0;
}
