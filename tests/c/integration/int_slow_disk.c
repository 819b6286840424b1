/* devserver: --no-rate-limits */
/* A recording on a disk that blocks for ever: its own session, other sessions, close and shutdown still work. */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64];
static palabra_session *recorded;
static atomic_int begun;

/* A pipe without a reader: opening it for writing blocks. */
static void *record(void *unused)
{
    palabra_error error = PALABRA_ERROR_INIT;

    (void)unused;
    CHECK_STATUS(palabra_session_start_recording(recorded, path, NULL, &error), PALABRA_OK);
    begun = 1;
    return NULL;
}

/* A second of speech in small steps: each chunk that is sent passes the recorder. */
static void speak(palabra_session *session)
{
    static const int16_t silence[2400];

    for (int sent = 0; sent < 24000;) {
        palabra_status taken = palabra_session_send_audio(session, silence, 2400);
        if (!CHECK(taken >= 0))
            return;
        sent += (int)taken;
        clock_sleep_ms(5);
    }
}

int main(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *other;
    pthread_t thread;
    talk_fate fate = {0};

    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    snprintf(path, sizeof path, "slow-disk-%ld.wav", (long)getpid());
    REQUIRE(mkfifo(path, 0600) == 0);
    recorded = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(recorded, 60000), PALABRA_OK);
    REQUIRE(pthread_create(&thread, NULL, record, NULL) == 0);
    speak(recorded);
    other = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(other, 60000), PALABRA_OK);
    pthread_join(thread, NULL);
    CHECK(begun);
    CHECK_STATUS(palabra_session_stop_recording(recorded, 0, &error), PALABRA_ERR_TIMEOUT);
    CHECK_STATUS(palabra_session_start_recording(recorded, path, NULL, &error), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(recorded, 0), PALABRA_OK);
    speak(other);
    CHECK_STATUS(palabra_session_end(other), PALABRA_OK);
    talk_until_closed(other, &fate, 60000);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK_STATUS(palabra_session_close(other, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    /* The files are incomplete, and no call waits for them. */
    CHECK_STATUS(palabra_shutdown(200), PALABRA_ERR_TIMEOUT);
    unlink(path);
    return check_result();
}
