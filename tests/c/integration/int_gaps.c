/* devserver: --no-rate-limits */
/* Gaps in the input under each gap policy, as when a phone bridge puts a call on hold. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"
#include "talk.h"
#include "tones.h"

static palabra_session_stats stats_of(palabra_session *session)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats;
}

static palabra_session *open_with(uint32_t policy, uint32_t after_ms)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;

    config.input.gap.policy = policy;
    config.input.gap.after_ms = after_ms;
    config.input.buffer_ms = 10000;
    config.command_pace.task_interval_ms = 50;
    config.command_pace.pause_interval_ms = 50;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return session;
}

/* Waits for TASK_STATUS with this text; the policy's own commands have no tag. */
static void wait_for_status(palabra_session *session, const char *text)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int found = 0;

    while (!found && clock_now_ms() < deadline && palabra_session_poll_event(session, &event, 100) >= 0) {
        found = event.kind == PALABRA_EVENT_TASK_STATUS && strcmp(event.text, text) == 0;
        if (found)
            CHECK_EQ(event.user_tag, 0);
        palabra_event_release(&event);
    }
    CHECK(found);
}

static void silence(void)
{
    static int16_t pcm[TONES_RATE * 2];
    uint32_t frames = tones_phrase(pcm, 200, 1000);
    palabra_session *session = open_with(PALABRA_GAP_SILENCE, 0);
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int spoken = 0;

    CHECK_EQ(palabra_session_send_audio(session, pcm, frames), frames);
    while (!spoken && clock_now_ms() < deadline && palabra_session_poll_event(session, &event, 100) >= 0) {
        spoken = event.kind == PALABRA_EVENT_AUDIO && (event.flags & PALABRA_FLAG_LAST_CHUNK);
        palabra_event_release(&event);
    }
    CHECK(spoken);
    CHECK_EQ(stats_of(session).gap_in_effect, PALABRA_GAP_SILENCE);
    CHECK(stats_of(session).silence_frames_sent > 0);
    CHECK_EQ(stats_of(session).input_frames_sent, frames);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

static void hold(void)
{
    /* Long, because the next gap begins after it and the end must come first. */
    static int16_t held[5 * TONES_RATE];
    talk_fate fate = {0};
    palabra_session *session = open_with(PALABRA_GAP_PAUSE, 200);

    wait_for_status(session, "paused");
    CHECK_EQ(stats_of(session).gap_in_effect, PALABRA_GAP_PAUSE);
    CHECK_EQ(palabra_session_send_audio(session, held, 5 * TONES_RATE), 5 * TONES_RATE);
    wait_for_status(session, "resumed");
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (fate.closed == 0) {
        palabra_event event = PALABRA_EVENT_INIT;
        if (palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS) <= 0)
            break;
        talk_count(&fate, &event);
        palabra_event_release(&event);
    }
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK_EQ(stats_of(session).input_frames_sent, 5 * TONES_RATE);
    CHECK_EQ(stats_of(session).silence_frames_sent, 0);
    CHECK_EQ(stats_of(session).gap_pauses, 1);
    CHECK_EQ(report_count_in_streams("\"pause_task\":"), 1);
    CHECK_EQ(report_count_in_streams("\"pause_task\":1,"), 1); /* and not 10 */
    CHECK_EQ(report_count_in_streams("\"set_task\":2"), 1);     /* the first one, and the resume */
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

static void impossible_policies(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    config.input.gap.policy = 3;
    CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK_CONTAINS(error.text, "input.gap.policy");
    config.input.gap.policy = PALABRA_GAP_SILENCE;
    config.input.gap.after_ms = 19;
    CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "input.gap.after_ms");
    CHECK(session == NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    silence();
    hold();
    impossible_policies();
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    return check_result();
}
