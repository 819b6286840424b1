/* Calls and legs without a server: settings, NULL, handles that are none, and what is refused. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "talk.h"

static palabra_client *client;

static palabra_leg_config party(const char *language)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;

    config.language = language;
    return config;
}

static palabra_call *open_call(void)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_call *call = NULL;

    CHECK_STATUS(palabra_call_open(client, NULL, NULL, &call, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(call != NULL);
    return call;
}

static palabra_leg *join(palabra_call *call, const char *language)
{
    palabra_leg_config config = party(language);
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_leg *leg = NULL;

    CHECK_STATUS(palabra_leg_join(call, &config, &leg, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(leg != NULL);
    return leg;
}

/* What the legs and the call have themselves must not be in the settings of the translations. */
static void template_refused(const palabra_translation_config *translation, const char *field)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_call *call = (palabra_call *)&error;

    CHECK_STATUS(palabra_call_open(client, NULL, translation, &call, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(call == NULL);
    CHECK_CONTAINS(error.text, field);
}

static void settings(void)
{
    const palabra_translation_config usual = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_translation_config translation = usual;
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_call *call = NULL;

    translation.source_language = "en";
    template_refused(&translation, "translation.source_language");
    translation = usual;
    translation.target_languages = "es";
    template_refused(&translation, "translation.target_languages");
    translation = usual;
    translation.input.format.sample_rate = 8000;
    template_refused(&translation, "translation.input.format");
    translation = usual;
    translation.session_tag = 7;
    template_refused(&translation, "translation.session_tag");
    translation = usual;
    translation.input.chunk_ms = 19;
    template_refused(&translation, "input.chunk_ms");
    config.flags = 4;
    CHECK_STATUS(palabra_call_open(client, &config, &usual, &call, &error), PALABRA_ERR_UNSUPPORTED);
    config.flags = 0;
    config.resend_ms = 5001;
    CHECK_STATUS(palabra_call_open(client, &config, &usual, &call, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "resend_ms must be between 1 and 5000");
    config.resend_ms = -1;
    CHECK_STATUS(palabra_call_open(client, &config, &usual, &call, &error), PALABRA_ERR_INVALID_ARGUMENT);
    config.resend_ms = 5000;
    config.connects_per_minute = 6001;
    CHECK_STATUS(palabra_call_open(client, &config, &usual, &call, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "connects_per_minute must be between 1 and 6000");
    config.connects_per_minute = 6000;
    config.flags = PALABRA_CALL_NO_ORIGINAL;
    CHECK_STATUS(palabra_call_open(client, &config, &usual, &call, &error), PALABRA_OK);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
}

static void nothing(void)
{
    palabra_leg_config config = party("en");
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_original_options original = {50, 0, 0, 0, {0}};
    palabra_call *call = open_call();
    palabra_leg *leg = (palabra_leg *)&config;
    palabra_leg_stats stats = PALABRA_LEG_STATS_INIT;
    palabra_call_recording_options recording = PALABRA_CALL_RECORDING_OPTIONS_INIT;
    char audio[320];
    void *handle = &handle;

    CHECK_STATUS(palabra_call_open(client, NULL, NULL, NULL, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_call_open(NULL, NULL, NULL, &call, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(call == NULL);
    call = open_call();
    CHECK_STATUS(palabra_leg_join(NULL, &config, &leg, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(leg == NULL);
    CHECK_STATUS(palabra_leg_join(call, NULL, &leg, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_join(call, &config, NULL, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_call_poll_event(NULL, &event, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_poll_event(call, NULL, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_call_wakeup(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_event_fd(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_event_handle(NULL, &handle), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_event_handle(call, &handle), PALABRA_ERR_UNSUPPORTED); /* of Windows */
    CHECK_STATUS(palabra_call_set_wakeup_callback(NULL, NULL, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_state(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_error(NULL, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_error(call, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_call_end(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_close(NULL, 0), PALABRA_OK);
    CHECK_STATUS(palabra_call_close(call, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_get_number(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_get_stats(NULL, &stats), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_start_recording(NULL, "x", NULL, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_pause_recording(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_resume_recording(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_stop_recording(NULL, 0, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_start_recording(call, NULL, NULL, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "path");
    recording.sample_rate = 7999;
    CHECK_STATUS(palabra_call_start_recording(call, "x", &recording, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "sample_rate");
    CHECK_STATUS(palabra_call_get_stats_json(NULL, audio, sizeof audio), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_stats_json(call, NULL, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_call_get_stats_json(call, audio, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange(NULL, audio, 160, audio, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_exchange_at(NULL, audio, 160, 7, audio, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_send_audio(NULL, audio, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_read_audio(NULL, audio, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_skip(NULL, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_set_input_format(NULL, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_set_output_format(NULL, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_set_original(NULL, &original), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_set_muted(NULL, 1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_hold(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_resume(NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_silence(NULL, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_interrupt(NULL, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_speak(NULL, "hello", 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_close(NULL), PALABRA_OK);
    leg = join(call, "en");
    CHECK_STATUS(palabra_leg_set_input_format(leg, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_set_output_format(leg, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_set_original(leg, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_send_audio(leg, NULL, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_skip(leg, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_speak(leg, NULL, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_get_stats(leg, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_set_muted(leg, 2), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_silence(leg, 2), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
}

/* After an error nothing was taken, and what would have been heard is silence. */
static void audio_refused(void)
{
    palabra_call *call = open_call();
    palabra_leg *leg = join(call, "en");
    static int16_t heard[8000];

    memset(heard, 1, sizeof heard);
    CHECK_STATUS(palabra_leg_exchange(leg, NULL, 160, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(heard[0], 0);
    CHECK_EQ(heard[159], 0);
    CHECK(heard[160] != 0);
    CHECK_STATUS(palabra_leg_exchange(leg, heard, 4001, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange(leg, heard, -1, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange(leg, heard, 160, heard, 4001), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange(leg, heard, 160, NULL, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_read_audio(leg, NULL, 160), PALABRA_ERR_INVALID_ARGUMENT);
    memset(heard, 1, sizeof heard);
    CHECK_STATUS(palabra_leg_exchange_at(leg, NULL, 160, 0, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(heard[0], 0);
    CHECK_STATUS(palabra_leg_exchange_at(leg, heard, 4001, 0, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange_at(leg, heard, 160, 0, heard, 4001), PALABRA_ERR_INVALID_ARGUMENT);
    /* What is heard must not lie where what is said lies, not even in part. */
    CHECK_STATUS(palabra_leg_exchange(leg, heard, 160, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange(leg, heard, 160, heard + 159, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange(leg, heard + 159, 160, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange_at(leg, heard, 160, 0, heard, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_leg_exchange(leg, heard, 160, heard + 160, 160), 0);
    CHECK_STATUS(palabra_leg_exchange_at(leg, heard, 4000, UINT32_MAX, heard + 4000, 4000), 0);
    CHECK_STATUS(palabra_leg_exchange_at(leg, NULL, 0, 0, NULL, 0), 0);
    memset(heard, 1, sizeof heard);
    CHECK_STATUS(palabra_leg_read_audio(leg, heard, 4000), 0);
    CHECK_EQ(heard[3999], 0);
    CHECK_STATUS(palabra_leg_exchange(leg, NULL, 0, NULL, 0), 0);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_leg_exchange(leg, NULL, 0, NULL, 0), PALABRA_ERR_BAD_HANDLE);
}

/* A client that is being drained opens nothing more, and knows when nothing is open. */
static void drained(const char *url)
{
    palabra_client *usual = client;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = (palabra_session *)&error;
    palabra_translation_config config = talk_config();
    palabra_call *call, *late = (palabra_call *)&error;
    char text[64];

    client = talk_client_at("id", url, 0);
    call = open_call();
    CHECK_STATUS(palabra_client_drain(NULL, 0, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_metrics_text(NULL, text, sizeof text), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_metrics_text(client, NULL, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_metrics_text(client, text, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(palabra_metrics_text(client, NULL, 0) > 1000);
    CHECK_STATUS(palabra_client_drain(client, 0, &error), PALABRA_ERR_TIMEOUT);
    CHECK_CONTAINS(error.text, "1 sessions and calls are still open");
    CHECK_STATUS(palabra_call_open(client, NULL, NULL, &late, &error), PALABRA_ERR_DRAINING);
    CHECK(late == NULL);
    CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), PALABRA_ERR_DRAINING);
    CHECK(session == NULL);
    CHECK_STATUS(palabra_call_end(call), PALABRA_OK);
    CHECK_STATUS(palabra_client_drain(client, 0, NULL), PALABRA_ERR_TIMEOUT);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_drain(client, -1, &error), PALABRA_OK);
    CHECK_STATUS(palabra_client_drain(client, 0, &error), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    client = usual;
}

/* What was not built into the library is refused by name. */
static void detection_of_speech(void)
{
    const int has_it = palabra_has_feature("vad");
    palabra_call *call = open_call();
    int way;

    for (way = 0; way < 2; way++) {
        palabra_leg_config config = party("en");
        palabra_leg_stats stats = PALABRA_LEG_STATS_INIT;
        palabra_error error = PALABRA_ERROR_INIT;
        palabra_leg *leg = NULL;

        if (way == 0)
            config.flags = PALABRA_LEG_DETECT_SPEECH;
        else
            config.barge_in = PALABRA_BARGE_IN_ON_SPEECH;
        CHECK_STATUS(palabra_leg_join(call, &config, &leg, &error), has_it ? PALABRA_OK : PALABRA_ERR_UNSUPPORTED);
        CHECK((leg != NULL) == has_it);
        if (!has_it) {
            CHECK_CONTAINS(error.text, "PALABRA_WITH_VAD");
            continue;
        }
        CHECK_STATUS(palabra_leg_get_stats(leg, &stats), PALABRA_OK);
        CHECK(stats.spoke_ms == 0 && stats.spurts == 0 && stats.overlap_ms == 0);
        CHECK_STATUS(palabra_leg_silence(leg, PALABRA_SILENCE_ALL), PALABRA_OK);
        CHECK_STATUS(palabra_leg_close(leg), PALABRA_OK);
    }
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
}

/* Joins with these settings if the library has the feature, and is refused by name otherwise. */
static void needs_echo(palabra_echo echo, uint32_t flags)
{
    const palabra_audio_format wide = {PALABRA_ENCODING_F32, 48000, 2, 0, {0}};
    const int has_it = palabra_has_feature("echo");
    palabra_leg_config config = party("en");
    palabra_leg_stats stats = PALABRA_LEG_STATS_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_call *call = open_call();
    palabra_leg *leg = NULL;

    config.echo = echo;
    config.flags = flags;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, &error), has_it ? PALABRA_OK : PALABRA_ERR_UNSUPPORTED);
    CHECK((leg != NULL) == has_it);
    if (has_it) {
        CHECK_STATUS(palabra_leg_set_input_format(leg, &wide), PALABRA_OK);
        CHECK_STATUS(palabra_leg_get_stats(leg, &stats), PALABRA_OK);
        CHECK(stats.echo_delay_ms == -1 && stats.echo_level_db == 0 && stats.overrun_ms == 0);
    } else {
        CHECK_CONTAINS(error.text, "PALABRA_WITH_ECHO");
    }
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
}

static void echo(void)
{
    const palabra_translation_config usual = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_translation_config translation = usual;
    palabra_leg_config config = party("en");
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_call *call = open_call();
    palabra_leg *leg = NULL;

    config.echo = 3;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK_CONTAINS(error.text, "echo");
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
    needs_echo(PALABRA_ECHO_MEASURE, 0);
    needs_echo(PALABRA_ECHO_CANCEL, 0);
    needs_echo(PALABRA_ECHO_OFF, PALABRA_LEG_SUPPRESS_NOISE);
    needs_echo(PALABRA_ECHO_MEASURE, PALABRA_LEG_CONTROL_GAIN);
    translation.echo = PALABRA_ECHO_MEASURE;
    template_refused(&translation, "translation.echo");
    translation = usual;
    translation.flags = PALABRA_TRANSLATION_SUPPRESS_NOISE;
    template_refused(&translation, "translation.flags");
    translation.flags = PALABRA_TRANSLATION_CONTROL_GAIN;
    template_refused(&translation, "translation.flags");
}

static void legs(void)
{
    const palabra_audio_format wide = {PALABRA_ENCODING_F32, 48000, 2, 0, {0}};
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_call *call = open_call();
    palabra_leg *first, *second, *third = NULL;

    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "language");
    config = party("auto");
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "target_language must be set");
    config = party("en");
    config.input.sample_rate = 7999;
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "input.sample_rate");
    config = party("en");
    config.output.channel = 1;
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_INVALID_ARGUMENT);
    config = party("en");
    config.flags = 1u << 31;
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_UNSUPPORTED);
    config = party("en");
    config.barge_in = 3;
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK_CONTAINS(error.text, "barge_in");
    config = party("en");
    config.jitter_ms = 201;
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "jitter_ms must be between 1 and 200");
    config = party("en");
    config.barge_in = PALABRA_BARGE_IN_NONE;
    config.jitter_ms = 200;
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_OK);
    CHECK_STATUS(palabra_leg_silence(third, PALABRA_SILENCE_ALL), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_leg_interrupt(third, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_leg_close(third), PALABRA_OK);
    first = join(call, "en");
    second = join(call, "es");
    CHECK_EQ(palabra_leg_get_number(first), 0);
    CHECK_EQ(palabra_leg_get_number(second), 1);
    config = party("fr");
    CHECK_STATUS(palabra_leg_join(call, &config, &third, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK(third == NULL);
    CHECK_STATUS(palabra_leg_set_muted(first, 1), PALABRA_OK);
    CHECK_STATUS(palabra_leg_hold(first), PALABRA_OK);
    CHECK_STATUS(palabra_leg_hold(first), PALABRA_OK);
    CHECK_STATUS(palabra_leg_resume(second), PALABRA_OK);
    CHECK_STATUS(palabra_leg_silence(first, PALABRA_SILENCE_ALL), PALABRA_OK);
    CHECK_STATUS(palabra_leg_set_input_format(first, &wide), PALABRA_OK);
    CHECK_STATUS(palabra_leg_set_output_format(first, &wide), PALABRA_OK);
    CHECK_STATUS(palabra_leg_close(first), PALABRA_OK);
    CHECK_STATUS(palabra_leg_close(first), PALABRA_ERR_BAD_HANDLE);
    third = join(call, "fr");
    CHECK_EQ(palabra_leg_get_number(third), 0);
    CHECK_STATUS(palabra_leg_get_number((palabra_leg *)(void *)call), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_get_state((palabra_call *)(void *)third), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_call_end(call), PALABRA_OK);
    CHECK_STATUS(palabra_call_end(call), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_leg_send_audio(third, NULL, 0), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_leg_skip(third, 1), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_leg_join(call, &config, &first, &error), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_leg_hold(second), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_leg_speak(second, "hello", 0), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_close(second), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_close(third), PALABRA_ERR_BAD_HANDLE);
}

/* A call in which nobody takes part is open until it is ended. */
static void alone(void)
{
    palabra_call *call = open_call();
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_EQ(palabra_call_get_state(call), PALABRA_STATE_CONNECTING);
    CHECK_STATUS(palabra_call_poll_event(call, &event, 0), 0);
    CHECK_STATUS(palabra_call_end(call), PALABRA_OK);
    CHECK_STATUS(palabra_call_poll_event(call, &event, CLOCK_PATIENCE_MS), 1);
    CHECK_EQ(event.kind, PALABRA_EVENT_CLOSED);
    CHECK_EQ(event.code, PALABRA_OK);
    CHECK_EQ(event.seq, 1);
    CHECK_EQ(event.leg, -1);
    CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    CHECK_STATUS(palabra_call_poll_event(call, &event, 0), PALABRA_ERR_CLOSED);
    CHECK_EQ(palabra_call_get_state(call), PALABRA_STATE_CLOSED);
    CHECK_STATUS(palabra_call_end(call), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_call_get_error(call, &error), PALABRA_OK);
    CHECK_STATUS(error.code, PALABRA_OK);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
}

/* The library ends while a call lives. */
static void shut_down(void)
{
    palabra_call *call = open_call();
    palabra_leg *leg = join(call, "en");
    palabra_event event = PALABRA_EVENT_INIT;

    join(call, "es");
    palabra_shutdown(5000);
    do {
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
        if (!CHECK_EQ(palabra_call_poll_event(call, &event, CLOCK_PATIENCE_MS), 1))
            break;
    } while (event.kind != PALABRA_EVENT_CLOSED);
    CHECK_STATUS(event.code, PALABRA_ERR_SHUTDOWN);
    CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    CHECK_STATUS(palabra_call_poll_event(call, &event, 0), PALABRA_ERR_CLOSED);
    CHECK_EQ(palabra_leg_exchange(leg, NULL, 0, NULL, 0), PALABRA_SOUND_ENDED);
    CHECK_STATUS(palabra_call_close(call, 1000), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0;

    REQUIRE(peers_silent(&port) >= 0);
    client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    settings();
    nothing();
    audio_refused();
    detection_of_speech();
    echo();
    legs();
    drained(url);
    alone();
    shut_down();
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
