/* Text-to-speech: refused texts send nothing, accepted ones are spoken, a blocking call runs beside a stream. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"
#include "talk.h"

static palabra_session *open_tts(palabra_client *client, uint32_t flags)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;

    config.language = "en";
    config.flags = flags;
    config.session_tag = 44;
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_OK);
    REQUIRE(session != NULL);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return session;
}

static palabra_status say(palabra_session *session, const char *text, uint32_t flags, const char *id)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_status status = palabra_session_send_text(session, text, flags, id, NULL, 7, &error);
    CHECK_EQ(status < 0, error.text[0] != '\0');
    return status;
}

static void configs_that_are_refused(palabra_client *client)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;

    config.language = "en";
    config.format = PALABRA_TTS_FORMAT_MP3;
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK(strstr(error.text, "MP3") != NULL);
    config.format = 0;
    config.output.mode = PALABRA_OUTPUT_EVENTS;
    config.flags = 1u << 30;
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_ERR_UNSUPPORTED);
    config.flags = 0;
    config.stream.url = "ws://127.0.0.1:1/";
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
    config.stream.url = NULL;
    config.language = "\xff";
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_ERR_INVALID_UTF8);
}

static void texts_that_are_refused(palabra_session *session)
{
    static char text[257 + 1];

    memset(text, 'x', 257);
    CHECK_STATUS(say(session, "", PALABRA_TEXT_EOS, "g"), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(say(session, text, PALABRA_TEXT_EOS, "g"), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(say(session, "\xff", PALABRA_TEXT_EOS, "g"), PALABRA_ERR_INVALID_UTF8);
    CHECK_STATUS(say(session, "a", PALABRA_TEXT_EOS, "\xff"), PALABRA_ERR_INVALID_UTF8);
    CHECK_STATUS(say(session, "a", 1u << 30, "g"), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(say(session, "a", PALABRA_TEXT_EOS, ""), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_speak(session, "a", "es", 0, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_interrupt(session, NULL, 0, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_get_input_space(session), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_skip(session, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_flush_input(session), PALABRA_ERR_UNSUPPORTED);
    CHECK_EQ(report_count("\"text\":"), 0); /* no message of that type was counted */
}

static void one_call(palabra_session *session)
{
    palabra_audio speech = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_synthesize(session, "Good evening", 0, NULL, 0, &speech, 10000, &error), PALABRA_OK);
    CHECK_EQ(speech.frames, 12 * 1440);
    CHECK_EQ(speech.sample_rate, 24000);
    CHECK_EQ(speech.channels, 1);
    CHECK(speech.pcm != NULL);
    CHECK_STATUS(palabra_audio_release(&speech), PALABRA_OK);
    CHECK_STATUS(palabra_session_synthesize(session, "", 0, NULL, 0, &speech, 10000, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(speech.pcm == NULL && error.text[0] != '\0');
}

static void a_stream(palabra_session *session)
{
    palabra_event event = PALABRA_EVENT_INIT;
    uint32_t frames = 0, lasts = 0, closed = 0;

    CHECK_STATUS(say(session, "One, two, ", 0, "count"), PALABRA_OK);
    CHECK_STATUS(say(session, "three.", PALABRA_TEXT_EOS, "count"), PALABRA_OK);
    one_call(session);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    CHECK_STATUS(say(session, "too late", PALABRA_TEXT_EOS, NULL), PALABRA_ERR_ENDED);
    while (closed == 0 && palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS) > 0) {
        CHECK_EQ(event.session_tag, 44);
        if (event.kind == PALABRA_EVENT_AUDIO) {
            CHECK_TEXT(event.id, "count");
            CHECK_TEXT(event.language, "en");
            CHECK_EQ(event.user_tag, 7);
            CHECK_EQ(event.sample_rate, 24000);
            frames += event.pcm_frames;
            lasts += (event.flags & PALABRA_FLAG_LAST_CHUNK) != 0;
        }
        if (event.kind == PALABRA_EVENT_CLOSED) {
            closed = 1;
            CHECK_STATUS(event.code, PALABRA_OK);
        }
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK_EQ(frames, 16 * 1440);
    CHECK_EQ(lasts, 1);
    CHECK_EQ(closed, 1);
}

int main(void)
{
    palabra_client *client = talk_client("id");
    palabra_session *session;

    configs_that_are_refused(client);
    session = open_tts(client, 0);
    texts_that_are_refused(session);
    a_stream(session);
    CHECK_STATUS(palabra_session_close(session, 1000), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
