/* A process that was stopped does not send silence for the time of the stop.
 * devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "stopping.h"
#include "talk.h"

#define WIRE_RATE 16000
#define STOP_MS 3000

static int in_child(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    int64_t since;

    config.wire_sample_rate = WIRE_RATE;
    config.input.gap.policy = PALABRA_GAP_SILENCE;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    since = clock_now_ms();
    while (stopping_silence_ms(session, WIRE_RATE) == 0)
        clock_sleep_ms(10);
    raise(SIGSTOP);
    clock_sleep_ms(1000);
    /* The amount that is due by the clock, without the stop. */
    CHECK_WITHIN(stopping_silence_ms(session, WIRE_RATE), 600, clock_now_ms() - since - STOP_MS + 100);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}

int main(void)
{
    return stopping_run(in_child, STOP_MS);
}
