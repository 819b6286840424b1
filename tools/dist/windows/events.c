/* What programs do on Windows alone: waits for events by their object beside another one, records to a file whose name no
 * code page has, sees the library's threads by their name, and compares events' times with its own clock. Prints what is
 * wrong, and exits with 1 for it. */
#include <palabra.h>

#include "threads.h"

#include <stdio.h>
#include <string.h>

#define PATIENCE_MS 120000
/* Latin, Cyrillic, Japanese, and a letter outside the first plane. */
static const char recording[] = "Gespr\xc3\xa4" "ch \xd0\xb7\xd0\xb2\xd1\x83\xd0\xba \xe9\x9f\xb3 \xf0\x9f\x94\x8a.wav";
static const wchar_t same[] = L"Gespr\u00e4ch \u0437\u0432\u0443\u043a \u97f3 \U0001f50a.wav";

static int fail(const char *what) {
    printf("events: %s\n", what);
    return 1;
}

/* As event times are told. */
static int64_t now_ns(void) {
    LARGE_INTEGER count, per_second;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&per_second);
    return count.QuadPart / per_second.QuadPart * 1000000000 + count.QuadPart % per_second.QuadPart * 1000000000 / per_second.QuadPart;
}

static int64_t over_ns; /* when the session was over, by its event */

/* How often the object was waited for; -1: that took too long, or it stays set. */
static int wait_for_end(palabra_session *session, void *events, HANDLE other) {
    palabra_event event = PALABRA_EVENT_INIT;
    HANDLE objects[] = {other, events};
    int waits, is_over = 0;

    for (waits = 0; !is_over; waits++) {
        if (WaitForMultipleObjects(2, objects, FALSE, PATIENCE_MS) != WAIT_OBJECT_0 + 1)
            return -1;
        while (palabra_session_poll_event(session, &event, 0) > 0) {
            over_ns = event.time_ns;
            is_over |= event.kind == PALABRA_EVENT_CLOSED && event.code == PALABRA_OK;
            palabra_event_release(&event);
        }
    }
    /* Nothing follows the end: the library has reset it. */
    return WaitForSingleObject(events, 0) == WAIT_TIMEOUT ? waits : -1;
}

int main(void) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_session *session = NULL;
    void *events = NULL;
    HANDLE other = CreateEventW(NULL, TRUE, FALSE, NULL);
    int64_t begun_ns = now_ns();

    config.source_language = "en";
    config.target_languages = "es";
    config.output.mode = PALABRA_OUTPUT_BOTH;
    if (palabra_client_new(NULL, &client, NULL) < 0 || palabra_session_open_translation(client, &config, &session, NULL) < 0)
        return fail("no session");
    if (palabra_session_get_event_handle(session, &events) < 0 || events == NULL)
        return fail("no event object");
    if (named_threads() < 1)
        return fail("no thread has a name");
    DeleteFileW(same);
    if (palabra_session_start_recording(session, recording, NULL, NULL) < 0)
        return fail("no recording");
    palabra_session_speak(session, "Good evening", "es", 0, 0);
    palabra_session_end(session);
    if (wait_for_end(session, events, other) <= 0)
        return fail("the event object does not follow the events");
    if (over_ns < begun_ns || over_ns > now_ns())
        return fail("events have another clock");
    if (palabra_session_stop_recording(session, PATIENCE_MS, NULL) < 0)
        return fail("the recording is not written");
    if (GetFileAttributesW(same) == INVALID_FILE_ATTRIBUTES || !DeleteFileW(same))
        return fail("no file of that name");
    palabra_session_close(session, 1000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    printf("events: OK\n");
    return 0;
}
