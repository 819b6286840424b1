/* Two copies of the library in one process, as two plugins load them: each refuses the other's handles and works. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <palabra.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "peers.h"

#define COPY "./life_two_copies.so"

typedef struct copy {
    void *library;
    palabra_client *client;
    palabra_queue *queue;
    palabra_session *session;
    palabra_event event;
} copy;

/* ISO C defines no conversion from object to function pointer; POSIX guarantees the same representation. */
static void find(const copy *of, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(of->library, name);
    if (symbol == NULL) {
        fprintf(stderr, "%s: %s\n", name, dlerror());
        exit(EXIT_FAILURE);
    }
    memcpy(function, &symbol, size);
}

/* Makes `name_` that function of a copy. */
#define FIND(of, name, type) \
    type;                    \
    find(of, #name, &name##_, sizeof name##_)

static void load(copy *of, const char *url)
{
    FIND(of, palabra_client_new,
         palabra_status (*palabra_client_new_)(const palabra_client_config *, palabra_client **, palabra_error *));
    FIND(of, palabra_queue_new, palabra_status (*palabra_queue_new_)(uint32_t, palabra_queue **, palabra_error *));
    FIND(of, palabra_session_open_translation,
         palabra_status (*palabra_session_open_translation_)(palabra_client *, const palabra_translation_config *,
                                                             palabra_session **, palabra_error *));
    FIND(of, palabra_queue_poll_event, int32_t (*palabra_queue_poll_event_)(palabra_queue *, palabra_event *, int32_t));
    palabra_client_config account = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    account.credentials.client_id = "id";
    account.credentials.client_secret = "secret";
    account.api_url = url;
    CHECK_STATUS(palabra_client_new_(&account, &of->client, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_queue_new_(0, &of->queue, NULL), PALABRA_OK);
    config.source_language = "en";
    config.target_languages = "es";
    config.queue = of->queue;
    config.stream.url = url; /* directly to the stream, which refuses */
    config.stream.token = "token";
    CHECK_STATUS(palabra_session_open_translation_(of->client, &config, &of->session, NULL), PALABRA_OK);
    CHECK_EQ(palabra_queue_poll_event_(of->queue, &of->event, -1), 1);
    CHECK_EQ(of->event.kind, PALABRA_EVENT_CLOSED);
}

/* Passes every kind of handle of `owner` to the functions of `of`. */
static void calls(const copy *of, copy *owner, palabra_status expected)
{
    FIND(of, palabra_session_get_error, palabra_status (*palabra_session_get_error_)(palabra_session *, palabra_error *));
    FIND(of, palabra_queue_wakeup, palabra_status (*palabra_queue_wakeup_)(palabra_queue *));
    FIND(of, palabra_session_close, palabra_status (*palabra_session_close_)(palabra_session *, int32_t));
    FIND(of, palabra_event_release, palabra_status (*palabra_event_release_)(palabra_event *));
    FIND(of, palabra_queue_free, palabra_status (*palabra_queue_free_)(palabra_queue *));
    FIND(of, palabra_client_free, palabra_status (*palabra_client_free_)(palabra_client *));
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_get_error_(owner->session, &error), expected);
    CHECK_STATUS(palabra_queue_wakeup_(owner->queue), expected);
    CHECK_STATUS(palabra_session_close_(owner->session, 1000), expected);
    CHECK_STATUS(palabra_event_release_(&owner->event), expected);
    CHECK_STATUS(palabra_queue_free_(owner->queue), expected);
    CHECK_STATUS(palabra_client_free_(owner->client), expected);
}

static int copied(const char *from, const char *to)
{
    static char block[1 << 16];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    size_t read;

    if (in == NULL || out == NULL)
        return 0;
    while ((read = fread(block, 1, sizeof block, in)) > 0)
        if (fwrite(block, 1, read, out) != read)
            return 0;
    fclose(in);
    return fclose(out) == 0;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : getenv("PALABRA_LIBRARY");
    copy one = {.event = PALABRA_EVENT_INIT}, other = {.event = PALABRA_EVENT_INIT};
    char url[64];
    int port = 0, peer = peers_refusing(&port);

    if (path == NULL || peer < 0 || !copied(path, COPY))
        return EXIT_FAILURE;
    peers_url(url, sizeof url, "ws", port);
    one.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    other.library = dlopen(COPY, RTLD_NOW | RTLD_LOCAL);
    if (one.library == NULL || other.library == NULL || one.library == other.library) {
        fprintf(stderr, "there are no two copies\n");
        return EXIT_FAILURE;
    }
    load(&one, url);
    load(&other, url);
    CHECK(one.session != other.session && one.client != other.client && one.queue != other.queue);
    calls(&one, &other, PALABRA_ERR_BAD_HANDLE);
    calls(&other, &one, PALABRA_ERR_BAD_HANDLE);
    calls(&one, &one, PALABRA_OK);
    {
        FIND(&one, palabra_shutdown, palabra_status (*palabra_shutdown_)(int32_t));
        CHECK_STATUS(palabra_shutdown_(2000), PALABRA_OK);
    }
    calls(&other, &other, PALABRA_OK);
    {
        FIND(&other, palabra_shutdown, palabra_status (*palabra_shutdown_)(int32_t));
        CHECK_STATUS(palabra_shutdown_(2000), PALABRA_OK);
    }
    remove(COPY);
    close(peer);
    return check_result();
}
