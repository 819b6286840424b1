/* A caller that does not poll: the queue keeps to its limits, OVERFLOW tells what was lost, CLOSED always comes. */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

#define TAG 0xABCDEF0123456789u

static palabra_session *finished_session(uint32_t event_limit, uint32_t event_bytes_limit)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    int64_t deadline = clock_now_ms() + 20000;

    config.session_tag = TAG;
    config.event_limit = event_limit;
    config.event_bytes_limit = event_bytes_limit;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "a text of some length that nobody hears", "es", 0, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session, 1), PALABRA_OK);
    while (palabra_session_state(session) != PALABRA_STATE_CLOSED && clock_now_ms() < deadline)
        clock_sleep_ms(10);
    return session;
}

static void check_what_is_left(palabra_session *session, uint32_t event_limit)
{
    palabra_event event = PALABRA_EVENT_INIT;
    talk_fate fate = {0};
    uint32_t overflows = 0;

    while (palabra_session_poll_event(session, &event, 1000) > 0) {
        talk_count(&fate, &event);
        CHECK(event.session_tag == TAG);
        CHECK(event.time_ns > 0);
        if (event.kind == PALABRA_EVENT_OVERFLOW) {
            overflows++;
            CHECK(event.dropped > 0);
            CHECK(event.text_len > 0);
        }
        palabra_event_release(&event);
    }
    CHECK_EQ(overflows, 1);
    CHECK_EQ(fate.closed, 1);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK_EQ(fate.stream_end, 1);
    CHECK(fate.gapless);
    CHECK_WITHIN(fate.events, 3, event_limit + 2); /* OVERFLOW and CLOSED have room of their own */
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    check_what_is_left(finished_session(1, 0), 1);
    check_what_is_left(finished_session(5, 0), 5);
    check_what_is_left(finished_session(0, 20000), 1000);
    check_what_is_left(finished_session(0, 1), 1);
    palabra_shutdown(5000);
    return check_result();
}
