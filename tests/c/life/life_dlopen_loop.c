/* Load, use, shut down and unload, twenty times: the numbers of threads and descriptors do not grow. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <palabra.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "peers.h"
#include "process.h"

#define ROUNDS 20

static int failures;

static void expect(int round, const char *what, long got, long wanted)
{
    if (got == wanted)
        return;
    fprintf(stderr, "round %d: %s is %ld, not %ld\n", round, what, got, wanted);
    failures++;
}

/* ISO C defines no conversion from object to function pointer; POSIX guarantees the same representation. */
static void find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        fprintf(stderr, "%s: %s\n", name, dlerror());
        exit(EXIT_FAILURE);
    }
    memcpy(function, &symbol, size);
}

#define FIND(name) find(library, #name, &name##_, sizeof name##_)

static void use(void *library, int round, const char *url)
{
    palabra_status (*palabra_client_new_)(const palabra_client_config *, palabra_client **, palabra_error *);
    palabra_status (*palabra_session_open_translation_)(palabra_client *, const palabra_translation_config *,
                                                        palabra_session **, palabra_error *);
    int32_t (*palabra_session_poll_event_)(palabra_session *, palabra_event *, int32_t);
    palabra_status (*palabra_event_release_)(palabra_event *);
    palabra_status (*palabra_session_close_)(palabra_session *, int32_t);
    palabra_status (*palabra_client_free_)(palabra_client *);
    palabra_status (*palabra_shutdown_)(int32_t);
    palabra_client_config client_config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_client *client = NULL;
    palabra_session *session = NULL;

    FIND(palabra_client_new);
    FIND(palabra_session_open_translation);
    FIND(palabra_session_poll_event);
    FIND(palabra_event_release);
    FIND(palabra_session_close);
    FIND(palabra_client_free);
    FIND(palabra_shutdown);
    client_config.credentials.client_id = "id";
    client_config.credentials.client_secret = "secret";
    client_config.api_url = url;
    config.source_language = "en";
    config.target_languages = "es";
    config.stream.url = url; /* directly to the stream: one attempt, refused immediately */
    config.stream.token = "token";
    expect(round, "palabra_client_new", palabra_client_new_(&client_config, &client, NULL), PALABRA_OK);
    expect(round, "palabra_session_open_translation",
           palabra_session_open_translation_(client, &config, &session, NULL), PALABRA_OK);
    expect(round, "palabra_session_poll_event", palabra_session_poll_event_(session, &event, 5000), 1);
    expect(round, "event.kind", event.kind, PALABRA_EVENT_CLOSED);
    expect(round, "event.code", event.code, PALABRA_ERR_CONNECT);
    expect(round, "palabra_event_release", palabra_event_release_(&event), PALABRA_OK);
    expect(round, "palabra_session_close", palabra_session_close_(session, 1000), PALABRA_OK);
    expect(round, "palabra_client_free", palabra_client_free_(client), PALABRA_OK);
    expect(round, "palabra_shutdown", palabra_shutdown_(2000), PALABRA_OK);
}

/* A thread that was joined can stay visible in /proc for a moment. */
static int threads_settled_at(int wanted)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    while (process_threads() != wanted && clock_now_ms() < deadline)
        clock_sleep_ms(1);
    return process_threads();
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : getenv("PALABRA_LIBRARY");
    char url[64];
    int port = 0, round, threads, descriptors, peer = peers_refusing(&port);

    if (path == NULL)
        path = "libpalabra.so";
    if (peer < 0)
        return EXIT_FAILURE;
    peers_url(url, sizeof url, "ws", port);
    threads = process_threads();
    descriptors = process_descriptors();
    for (round = 1; round <= ROUNDS && failures == 0; round++) {
        void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (library == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return EXIT_FAILURE;
        }
        use(library, round, url);
        expect(round, "dlclose", dlclose(library), 0);
        expect(round, "number of threads", threads_settled_at(threads), threads);
        expect(round, "number of descriptors", process_descriptors(), descriptors);
    }
    close(peer);
    return failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
