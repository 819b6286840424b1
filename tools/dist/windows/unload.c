/* A host that loads the DLL, uses it by the addresses of its functions, and unloads it, again and again: after
 * palabra_shutdown() none of the library's threads is left, and neither handles nor thread-local slots grow. Without
 * palabra_shutdown() the library goes on, and the host ends as any other. Prints what is wrong, and exits with 1 for it. */
#include <palabra.h>

#include "threads.h"

#include <stdio.h>

#define PATIENCE_MS 120000
/* Windows has 1088 slots in a process, and Rust's library takes some for what is of a thread. */
#define IDLE_ROUNDS 1200
#define ROUNDS 5
/* The system numbers handles in fours. */
#define HIGHEST_HANDLE 0x4000

static struct {
    HMODULE module;
    palabra_status(PALABRA_CALL *client_new)(const palabra_client_config *, palabra_client **, palabra_error *);
    palabra_status(PALABRA_CALL *client_free)(palabra_client *);
    palabra_status(PALABRA_CALL *open)(palabra_client *, const palabra_translation_config *, palabra_session **, palabra_error *);
    palabra_status(PALABRA_CALL *get_event_handle)(palabra_session *, void **);
    palabra_status(PALABRA_CALL *speak)(palabra_session *, const char *, const char *, uint32_t, uint64_t);
    palabra_status(PALABRA_CALL *end)(palabra_session *);
    int32_t(PALABRA_CALL *poll)(palabra_session *, palabra_event *, int32_t);
    palabra_status(PALABRA_CALL *release)(palabra_event *);
    palabra_status(PALABRA_CALL *close)(palabra_session *, int32_t);
    palabra_status(PALABRA_CALL *shutdown)(int32_t);
} dll;

static int fail(const char *what, int round) {
    printf("unload: %s (round %d, error %lu)\n", what, round, (unsigned long)GetLastError());
    return 0;
}

static int load(void) {
    struct {
        const char *name;
        void *place;
    } names[] = {{"palabra_client_new", &dll.client_new},
                 {"palabra_client_free", &dll.client_free},
                 {"palabra_session_open_translation", &dll.open},
                 {"palabra_session_get_event_handle", &dll.get_event_handle},
                 {"palabra_session_speak", &dll.speak},
                 {"palabra_session_end", &dll.end},
                 {"palabra_session_poll_event", &dll.poll},
                 {"palabra_event_release", &dll.release},
                 {"palabra_session_close", &dll.close},
                 {"palabra_shutdown", &dll.shutdown}};
    size_t number;

    dll.module = LoadLibraryW(L"palabra.dll");
    if (dll.module == NULL)
        return 0;
    for (number = 0; number < sizeof names / sizeof *names; number++) {
        FARPROC found = GetProcAddress(dll.module, names[number].name);

        if (found == NULL)
            return 0;
        *(FARPROC *)names[number].place = found;
    }
    return 1;
}

static palabra_session *open_session(void) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_session *session = NULL;

    config.source_language = "en";
    config.target_languages = "es";
    config.end_silence_ms = 1000;
    if (dll.client_new(NULL, &client, NULL) < 0 || dll.open(client, &config, &session, NULL) < 0)
        return NULL;
    return dll.client_free(client) < 0 ? NULL : session;
}

/* Of all kinds. Wine's GetProcessHandleCount() knows none. */
static int open_handles(void) {
    uintptr_t number;
    DWORD flags;
    int count = 0;

    for (number = 4; number < HIGHEST_HANDLE; number += 4)
        count += GetHandleInformation((HANDLE)number, &flags) != 0;
    return count;
}

static int is_over_well(palabra_session *session) {
    palabra_event event = PALABRA_EVENT_INIT;
    int code = PALABRA_ERR_TIMEOUT;

    dll.speak(session, "Good evening", "es", 0, 0);
    dll.end(session);
    while (dll.poll(session, &event, PATIENCE_MS) > 0) {
        if (event.kind == PALABRA_EVENT_CLOSED)
            code = event.code;
        dll.release(&event);
    }
    return code == PALABRA_OK && dll.close(session, PATIENCE_MS) == PALABRA_OK;
}

static int unloads_before_it_has_a_thread(void) {
    palabra_client *client = NULL;
    int round;

    for (round = 0; round < IDLE_ROUNDS; round++)
        if (!load() || dll.client_new(NULL, &client, NULL) < 0 || dll.client_free(client) < 0 || !FreeLibrary(dll.module))
            return fail("a client", round);
    return 1;
}

static int unloads_after_a_shutdown(void) {
    int round, handles = 0, now = 0;

    for (round = 0; round < ROUNDS; round++) {
        palabra_session *session = load() ? open_session() : NULL;

        if (session == NULL || named_threads() == 0)
            return fail("no session", round);
        if (!is_over_well(session))
            return fail("a session that fails", round);
        if (dll.shutdown(PATIENCE_MS) != PALABRA_OK)
            return fail("no shutdown", round);
        if (named_threads() != 0)
            return fail("a thread of the library is left", round);
        if (!FreeLibrary(dll.module))
            return fail("it is not unloaded", round);
        now = open_handles();
        /* What the system keeps from a first use is no growth. */
        if (round == 1)
            handles = now;
    }
    printf("unload: %d handles after two rounds, %d after %d\n", handles, now, ROUNDS);
    return now <= handles ? 1 : fail("handles grow", round);
}

/* Its thread runs on in code that stays where it is, and raises the object for READY. */
static int unloads_while_it_runs(void) {
    palabra_session *session = load() ? open_session() : NULL;
    void *events = NULL;

    if (session == NULL || dll.get_event_handle(session, &events) < 0)
        return fail("no session to unload beside", 0);
    if (!FreeLibrary(dll.module))
        return fail("it is not unloaded while it runs", 0);
    if (WaitForSingleObject(events, PATIENCE_MS) != WAIT_OBJECT_0)
        return fail("no event while it is unloaded", 0);
    if (!load() || !is_over_well(session))
        return fail("the session is lost", 0);
    return 1;
}

/* The process ends with a session that is open. */
static int ends_while_it_runs(void) {
    return open_session() != NULL && named_threads() != 0 ? 1 : fail("no session to end with", 0);
}

int main(void) {
    if (!unloads_before_it_has_a_thread() || !unloads_after_a_shutdown() || !unloads_while_it_runs() || !ends_while_it_runs())
        return 1;
    printf("unload: OK\n");
    return 0;
}
