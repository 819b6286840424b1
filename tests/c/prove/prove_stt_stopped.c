/* After the end, silence is sent in real time to a service that does not know finalize; a process that was stopped does
 * not send the silence that it missed.
 * devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "stopping.h"
#include "talk.h"

#define RATE 16000
#define CHUNK_MS 320
#define STOP_MS 3000

static int in_child(void)
{
    static const int16_t quiet[RATE / 2];
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = talk_client("dev~no_answer~.silence");
    palabra_session *session = NULL;
    int64_t since;

    config.language = "en";
    CHECK_STATUS(palabra_session_open_stt(client, &config, &session, &error), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_EQ(palabra_session_send_audio(session, quiet, RATE / 2), RATE / 2);
    since = clock_now_ms();
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (stopping_silence_ms(session, RATE) == 0)
        clock_sleep_ms(10);
    raise(SIGSTOP);
    clock_sleep_ms(500);
    CHECK_WITHIN(stopping_silence_ms(session, RATE), CHUNK_MS, clock_now_ms() - since - STOP_MS + 2 * CHUNK_MS);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}

int main(void)
{
    return stopping_run(in_child, STOP_MS);
}
