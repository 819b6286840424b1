/* Invalid and contradictory settings are refused immediately, with a text that names the setting. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "talk.h"

static palabra_client *client;

static void refused(const palabra_translation_config *config, palabra_status wanted, const char *part)
{
    palabra_session *session = (palabra_session *)&wanted;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_open_translation(client, config, &session, &error), wanted);
    CHECK_STATUS(error.code, wanted);
    CHECK_CONTAINS(error.text, part);
    CHECK(session == NULL);
    if (session != NULL)
        palabra_session_close(session, 0);
}

static void accepted(const palabra_translation_config *config)
{
    palabra_session_close(talk_open(client, config), 0);
}

static void languages(void)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "language");
    config.source_language = "en";
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "target languages");
    config.target_languages = " , ,";
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "target languages");
    config.source_language = NULL;
    config.target_languages = "es";
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "source language");
    config.source_language = "en";
    config.target_languages = "es, fr,de";
    accepted(&config);
}

static void streams(void)
{
    palabra_translation_config config = talk_config();

    config.stream.url = "ws://127.0.0.1:1/";
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "stream.token");
    config.stream.url = NULL;
    config.stream.token = "a-token-of-the-tests";
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "stream.url");
    config.stream.url = "ftp://127.0.0.1/";
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "address");
}

static void tasks(void)
{
    static const char *const bad[] = {"{", "[]", "7", "null", "\"text\"", "{\"a\":1} x"};
    palabra_translation_config config = talk_config();
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        config.task_json = bad[i];
        refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "the JSON of the task");
    }
    config.task_json = "{\"input_stream\":{\"source\":{\"sample_rate\":16000}}}";
    config.wire_sample_rate = 48000;
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "the JSON of the task");
    config.wire_sample_rate = 16000;
    accepted(&config);
    config.wire_sample_rate = 0;
    config.input.format.sample_rate = 48000;
    accepted(&config);
    config.input.format.sample_rate = 44101;
    accepted(&config);
    config.input.format.sample_rate = 0;
    config.task_json = "{\"input_stream\":{\"source\":{\"format\":\"opus\"}}}";
    refused(&config, PALABRA_ERR_UNSUPPORTED, "pcm_s16le");
}

static void number(int32_t *field, palabra_translation_config *config, int32_t low, int32_t high, const char *name)
{
    if (low > 1) {
        *field = low - 1;
        refused(config, PALABRA_ERR_INVALID_ARGUMENT, name);
    }
    *field = high + 1;
    refused(config, PALABRA_ERR_INVALID_ARGUMENT, name);
    *field = INT32_MAX;
    refused(config, PALABRA_ERR_INVALID_ARGUMENT, name);
    *field = INT32_MIN;
    refused(config, PALABRA_ERR_INVALID_ARGUMENT, name);
    *field = low;
    accepted(config);
    *field = high;
    accepted(config);
    *field = 0;
}

static void numbers(void)
{
    palabra_translation_config config = talk_config();

    number(&config.input.chunk_ms, &config, 20, 1000, "input.chunk_ms");
    number(&config.input.buffer_ms, &config, 20, 60000, "input.buffer_ms");
    number(&config.timeouts.liveness_ms, &config, 1000, 3600000, "timeouts.liveness_ms");
    config.timeouts.liveness_ms = -1;
    accepted(&config);
    config.timeouts.liveness_ms = 0;
    number(&config.input.format.channels, &config, 1, 8, "input.format.channels");
    config.end_silence_ms = 1500;
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "end_silence_ms");
    number(&config.end_silence_ms, &config, 1000, 30000, "end_silence_ms");
    number(&config.wire_sample_rate, &config, 16000, 48000, "wire_sample_rate");
    number(&config.input.format.channel, &config, 1, 1, "channel");
    config.input.format.channels = 8;
    number(&config.input.format.channel, &config, 1, 8, "channel");
    config.input.format.channels = 0;
    number(&config.input.format.sample_rate, &config, 8000, 192000, "input.format.sample_rate");
    number(&config.input.gap.after_ms, &config, 20, 3600000, "input.gap.after_ms");
    number(&config.command_pace.speak_per_minute, &config, 1, 60000, "command_pace.speak_per_minute");
    number(&config.limits.command_count, &config, 1, 1024, "limits.command_count");
    config.limits.event_bytes = -1;
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "limits.event_bytes");
    config.limits.event_bytes = 0;
}

static void numbers_of_the_original(void)
{
    palabra_translation_config config = talk_config();

    number(&config.output.original.gain_percent, &config, 1, 100, "output.original.gain_percent");
    config.output.original.gain_percent = 50;
    number(&config.output.original.duck_percent, &config, 1, 100, "output.original.duck_percent");
    config.output.original.duck_percent = -1;
    accepted(&config);
    number(&config.output.original.attack_ms, &config, 1, 10000, "output.original.attack_ms");
    number(&config.output.original.release_ms, &config, 1, 10000, "output.original.release_ms");
    config.output.format.channel = 1;
    refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "output.format.channel must be 0");
}

static void tts_refused(const palabra_tts_config *config, const char *part)
{
    palabra_session *session = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_open_tts(client, config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, part);
}

static void numbers_of_tts(void)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;

    tts_refused(&config, "language is missing");
    config.language = "en";
#define BAD_TTS(field, value)                              \
    config.field = value;                                  \
    tts_refused(&config, #field " must be between ");      \
    config.field = 0
    BAD_TTS(sample_rate, 7999);
    BAD_TTS(sample_rate, 48001);
    BAD_TTS(texts_per_second, 1001);
    BAD_TTS(texts_per_second, -2);
    BAD_TTS(voice.speed_percent, 1001);
    BAD_TTS(voice.deaccent_percent, 101);
    BAD_TTS(voice.deaccent_percent, -2);
    BAD_TTS(limits.command_count, 1025);
    BAD_TTS(output.format.channels, 9);
}

static void numbers_of_stt(void)
{
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    palabra_session *session = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

#define BAD_STT(field, value, part)                                                                             \
    config.field = value;                                                                                       \
    CHECK_STATUS(palabra_session_open_stt(client, &config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);    \
    CHECK_CONTAINS(error.text, #field part);                                                                    \
    config.field = 0
    BAD_STT(auto_finalize_ms, 999, " must be between 1000 and 3600000");
    BAD_STT(auto_finalize_ms, 3600001, " must be between 1000 and 3600000");
    BAD_STT(auto_finalize_ms, 1500, " must be a multiple of 1000");
    BAD_STT(finalize_timeout_ms, -1, " must not be negative");
    BAD_STT(input.chunk_ms, 1001, " must be between 20 and 1000");
}

static void unknown_things(void)
{
    palabra_translation_config config = talk_config();
    int encoding;

    config.flags = 0x4000;
    refused(&config, PALABRA_ERR_UNSUPPORTED, "");
    config.flags = 0;
    config.input.reserved[3] = 1;
    refused(&config, PALABRA_ERR_UNSUPPORTED, "reserved");
    config.input.reserved[3] = 0;
    config.limits.reserved[0] = 1;
    refused(&config, PALABRA_ERR_UNSUPPORTED, "reserved");
    config.limits.reserved[0] = 0;
    config.command_pace.reserved_pace = 1;
    refused(&config, PALABRA_ERR_UNSUPPORTED, "command_pace.reserved_pace must be 0");
    config.command_pace.reserved_pace = 0;
    config.input.format.encoding = (palabra_encoding)99;
    refused(&config, PALABRA_ERR_UNSUPPORTED, "encoding");
    config.input.format.encoding = (palabra_encoding)-1;
    refused(&config, PALABRA_ERR_UNSUPPORTED, "encoding");
    for (encoding = PALABRA_ENCODING_DEFAULT; encoding <= PALABRA_ENCODING_ALAW; encoding++) {
        config.input.format.encoding = (palabra_encoding)encoding;
        accepted(&config);
    }
}

static void input_formats(void)
{
    static const uint8_t audio[8 * 100];
    palabra_translation_config config = talk_config();
    palabra_session *session;

    config.input.format.encoding = PALABRA_ENCODING_MULAW;
    config.input.format.sample_rate = 8000;
    session = talk_open(client, &config);
    CHECK_EQ(palabra_session_get_input_space(session), 16000);
    CHECK_EQ(palabra_session_send_audio(session, audio, 800), 800);
    CHECK_STATUS(talk_set_input(session, (palabra_encoding)99, 48000, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(talk_set_input(session, PALABRA_ENCODING_DEFAULT, 0, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_input(session, PALABRA_ENCODING_DEFAULT, 192001, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_input(session, PALABRA_ENCODING_DEFAULT, 48000, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_input(session, PALABRA_ENCODING_DEFAULT, 48000, 9), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_input(NULL, PALABRA_ENCODING_DEFAULT, 48000, 1), PALABRA_ERR_BAD_HANDLE);
    CHECK_EQ(palabra_session_get_input_space(session), 15200);
    CHECK_STATUS(talk_set_input(session, PALABRA_ENCODING_F32, 48000, 2), PALABRA_OK);
    CHECK_EQ(palabra_session_get_input_space(session), 96000);
    CHECK_EQ(palabra_session_send_audio(session, audio, 100), 100);
    CHECK_EQ(palabra_session_get_input_space(session), 95900);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    CHECK_STATUS(talk_set_input(session, PALABRA_ENCODING_DEFAULT, 48000, 1), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

static void client_refused(const palabra_client_config *config, palabra_status wanted, const char *part)
{
    palabra_client *made = client;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_client_new(config, &made, &error), wanted);
    CHECK_CONTAINS(error.text, part);
    CHECK_LACKS(error.text, TALK_SECRET);
    CHECK(made == NULL);
}

static void clients(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;

    config.credentials.client_id = "id";
    client_refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "client_secret");
    config.credentials.client_id = NULL;
    config.credentials.client_secret = TALK_SECRET;
    client_refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "client_id");
    config.credentials.client_id = "id";
    config.api_url = "not an address";
    client_refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "address");
    config.api_url = "http://127.0.0.1:99999";
    client_refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "port");
    config.api_url = NULL;
    config.ca_pem = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
    client_refused(&config, PALABRA_ERR_INVALID_ARGUMENT, "certificate");
    config.ca_pem = NULL;
    config.ca_file = "no-such-folder/ca.pem";
    client_refused(&config, PALABRA_ERR_IO, "no-such-folder/ca.pem");
    config.ca_file = NULL;
    config.ca_dir = "no-such-folder";
    client_refused(&config, PALABRA_ERR_IO, "no-such-folder");
    config.ca_dir = NULL;
    config.flags = 0x4000;
    client_refused(&config, PALABRA_ERR_UNSUPPORTED, "");
}

static void no_credentials(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config translation = talk_config();
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *made = NULL;
    palabra_session *session = NULL;

    setenv("PALABRA_CLIENT_ID", "from the environment", 1);
    setenv("PALABRA_CLIENT_SECRET", TALK_SECRET, 1);
    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    CHECK_STATUS(palabra_client_new(&config, &made, &error), PALABRA_OK);
    CHECK_STATUS(palabra_session_open_translation(made, &translation, &session, &error), PALABRA_ERR_AUTH);
    CHECK(session == NULL && error.text[0] != '\0');
    CHECK_STATUS(palabra_client_free(made), PALABRA_OK);
}

static void ends(void)
{
    palabra_session *session = talk_open(client, NULL);

    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_session_speak(session, "late", "es", 0, 0), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_session_send_audio(session, NULL, 0), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_session_get_input_space(session), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0;
    int peer = peers_silent(&port);

    REQUIRE(peer >= 0);
    setenv("PALABRA_API_URL", peers_url(url, sizeof url, "http", port), 1);
    unsetenv("PALABRA_CLIENT_ID");
    unsetenv("PALABRA_CLIENT_SECRET");
    client = talk_client("id");
    languages();
    streams();
    tasks();
    numbers();
    numbers_of_the_original();
    numbers_of_tts();
    numbers_of_stt();
    unknown_things();
    input_formats();
    clients();
    no_credentials();
    ends();
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    close(peer);
    return check_result();
}
