/* devserver: --fault stt_any_pace */
/* Speech-to-text as a telephone bridge uses it: a recorded voice in mu-law, sent without conversion and in one go. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"
#include "talk.h"
#include "waves.h"

#define RATE 8000u
#define PACKET 160u /* 20 ms */
#define PHRASES 2   /* of the recording */
#define MOST (60u * RATE)

static uint8_t said[MOST];
static size_t said_count;

/* The recording as a telephone transmits it, without the silence at its end. */
static void load_recording(void)
{
    static int16_t halved[MOST];
    palabra_audio wav = PALABRA_AUDIO_INIT;
    size_t n;

    CHECK_STATUS(palabra_audio_read_wav(getenv("PALABRA_WAV"), &wav, NULL), PALABRA_OK);
    REQUIRE(wav.sample_rate == 2 * RATE && wav.channels == 1 && wav.frames / 2 < MOST);
    said_count = waves_halve(wav.pcm, wav.frames, 3400.0 / wav.sample_rate, halved);
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
    while (said_count > 0 && halved[said_count - 1] > -1000 && halved[said_count - 1] < 1000)
        said_count--;
    for (n = 0; n < said_count; n++)
        said[n] = waves_to_mulaw(halved[n]);
}

static palabra_session *open_stt(palabra_stt_config *config)
{
    palabra_client *client = talk_client("id");
    palabra_session *session = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_open_stt(client, config, &session, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(session != NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return session;
}

/* Faster than real time, which this server accepts; never more than the free input space. */
static void speak(palabra_session *session)
{
    size_t sent = 0;

    while (sent < said_count) {
        uint32_t frames = said_count - sent < PACKET ? (uint32_t)(said_count - sent) : PACKET;
        palabra_status taken = palabra_session_send_audio(session, said + sent, frames);
        if (!CHECK(taken >= 0))
            return;
        sent += (size_t)taken;
        if (taken == 0)
            clock_sleep_ms(5);
    }
}

/* Checks the numbers of finals, without translations; partial texts must belong to the same phrase. */
static uint32_t take_finals(palabra_session *session, uint32_t translations_wanted)
{
    palabra_event event = PALABRA_EVENT_INIT;
    uint32_t finals = 0, translations = 0, partials = 0, last_end = 0;
    int closed = 0;

    while (!closed && palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS) > 0) {
        if (event.kind == PALABRA_EVENT_TRANSCRIPT && (event.flags & PALABRA_FLAG_TRANSLATION)) {
            translations++;
            CHECK_TEXT(event.language, "es");
        } else if (event.kind == PALABRA_EVENT_TRANSCRIPT && (event.flags & PALABRA_FLAG_FINAL)) {
            char number[16];
            snprintf(number, sizeof number, "phrase %u,", ++finals);
            CHECK_CONTAINS(event.text, number);
            CHECK_LACKS(event.text, "fin>");
            CHECK(event.start_ms >= last_end && event.end_ms > event.start_ms);
            last_end = event.end_ms;
            CHECK_EQ(event.phrase, finals);
        } else if (event.kind == PALABRA_EVENT_TRANSCRIPT) {
            partials++;
        }
        closed = event.kind == PALABRA_EVENT_CLOSED;
        if (closed)
            CHECK_STATUS(event.code, PALABRA_OK);
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK(closed);
    CHECK(partials > 0);
    CHECK_EQ(translations, translations_wanted);
    /* The last final arrives, although no silence follows the speech. */
    CHECK_WITHIN(last_end, said_count * 1000 / RATE - 500, said_count * 1000 / RATE);
    return finals;
}

static void the_whole_recording(void)
{
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    palabra_session *session;

    config.input.format.encoding = PALABRA_ENCODING_MULAW;
    config.language = "en";
    config.target_languages = "es";
    session = open_stt(&config);
    speak(session);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    CHECK_EQ(take_finals(session, PHRASES), PHRASES);
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    CHECK_EQ(stats.input_frames_sent, said_count);
    CHECK_STATUS(palabra_session_finalize(session, 1), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

/* One final for all of the speech, when the program calls finalize. */
static void by_hand(void)
{
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_session *session;
    int answered = 0;

    config.input.format.encoding = PALABRA_ENCODING_MULAW;
    config.finalization = PALABRA_STT_FINALIZATION_MANUAL;
    config.auto_finalize_ms = 60000;
    config.fillers = PALABRA_STT_FILLERS_KEPT;
    session = open_stt(&config);
    speak(session);
    CHECK_STATUS(palabra_session_finalize(session, 42), PALABRA_OK);
    while (!answered && palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS) > 0) {
        answered = (event.flags & PALABRA_FLAG_FINAL) != 0;
        if (answered) {
            CHECK_EQ(event.kind, PALABRA_EVENT_TRANSCRIPT);
            CHECK_EQ(event.user_tag, 42);
        }
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK(answered);
    CHECK_EQ(report_count("\"finalization_mode\":\"manual\""), 1);
    CHECK_EQ(report_count("\"enable_filler_filter\":\"false\""), 1);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

static void refused(palabra_client *client, const palabra_stt_config *config, palabra_status wanted, const char *part)
{
    palabra_session *session = (palabra_session *)&wanted;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_open_stt(client, config, &session, &error), wanted);
    CHECK_CONTAINS(error.text, part);
    CHECK(session == NULL);
}

static void impossible_settings(void)
{
    palabra_client *client = talk_client("id");
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;

    config.input.format.encoding = 99;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "encoding");
    config.input.format.encoding = PALABRA_ENCODING_ALAW;
    config.input.format.sample_rate = 4000;
    refused(client, &config, PALABRA_ERR_INVALID_ARGUMENT, "input.format.sample_rate");
    config.input.format.sample_rate = 0;
    config.fillers = 3;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "fillers");
    config.fillers = 0;
    config.finalization = -1;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "finalization");
    config.finalization = 0;
    config.input.gap.policy = PALABRA_GAP_PAUSE;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "paused");
    config.input.gap.policy = 0;
    config.flags = 1u << 31;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "");
    config.flags = 0;
    config.stream.token = "a-token-of-the-tests";
    refused(client, &config, PALABRA_ERR_INVALID_ARGUMENT, "stream.url");
    config.stream.token = NULL;
    config.language = "\xff";
    refused(client, &config, PALABRA_ERR_INVALID_UTF8, "language");
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

/* Calls and settings that apply only to samples, and those that apply only to encoded bytes. */
static void encoded_audio_is_not_samples(void)
{
    palabra_client *client = talk_client("id");
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    palabra_session *session;

    config.format = PALABRA_STT_FORMAT_WEBM + 1;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "PALABRA_STT_FORMAT");
    config.format = PALABRA_STT_FORMAT_OGG;
    config.input.format.sample_rate = 48000;
    refused(client, &config, PALABRA_ERR_INVALID_ARGUMENT, "input.format");
    config.input.format.sample_rate = 0;
    config.input.gap.policy = PALABRA_GAP_SILENCE;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "input.gap.policy");
    config.input.gap.policy = PALABRA_GAP_NONE;
    config.flags = PALABRA_SESSION_DROP_OLDEST;
    refused(client, &config, PALABRA_ERR_UNSUPPORTED, "PALABRA_SESSION_DROP_OLDEST");
    config.flags = 0;
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);

    session = open_stt(&config);
    CHECK_STATUS(palabra_session_send_encoded(session, NULL, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_encoded(session, said, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_encoded_paced(session, said, 10, 0, 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_encoded_paced(session, said, 10, -1, 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_encoded_paced(session, said, 10, 1, -1, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(palabra_session_send_encoded(session, NULL, 0), 0);
    CHECK_EQ(palabra_session_send_encoded(session, said, 10), 10);
    CHECK_STATUS(palabra_session_send_audio(session, said, 10), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    CHECK_EQ(stats.input_frames_taken, 10);
    CHECK_EQ(stats.input_queue_ms, -1);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

static void verbs_of_another_product(void)
{
    palabra_session *session = open_stt(NULL);
    int16_t frame = 0;

    CHECK_STATUS(palabra_session_speak(session, "hello", "es", 0, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_interrupt(session, NULL, 0, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_pause(session, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_get_task(session, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_read_audio(session, "es", &frame, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
    session = talk_open_as("id");
    CHECK_STATUS(palabra_session_finalize(session, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    load_recording();
    the_whole_recording();
    by_hand();
    impossible_settings();
    encoded_audio_is_not_samples();
    verbs_of_another_product();
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    return check_result();
}
