/* NULL for every pointer of every function: an error code, or nothing where the header says so. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "talk.h"

static void structs_to_prepare(void)
{
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_error)), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_client_config)), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_translation_config)),
                 PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_stt_config)), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_tts_config)), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_event)), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_audio)), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_playout_stats)), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_status_list(0, NULL), PALABRA_ERR_INVALID_ARGUMENT);
}

static void nothing_to_release(void)
{
    CHECK_STATUS(palabra_session_close(NULL, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(NULL, 1000), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_event_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_audio_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_rest_session_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_rest_sessions_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_file_result_release(NULL), PALABRA_OK);
    CHECK_EQ(palabra_cancel(NULL), 0);
}

static void clients(void)
{
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_client_new(NULL, NULL, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_client_new(NULL, NULL, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(error.code, PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(error.text[0] != '\0');
    CHECK_STATUS(palabra_client_new(NULL, &client, NULL), PALABRA_OK);
    CHECK(client != NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

static void session_opening(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_session *session = (palabra_session *)&config;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_open_translation(NULL, NULL, NULL, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_open_translation(client, &config, NULL, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(error.text[0] != '\0');
    CHECK_STATUS(palabra_session_open_translation(client, NULL, &session, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(session == NULL);
    session = (palabra_session *)&config;
    CHECK_STATUS(palabra_session_open_translation(NULL, &config, &session, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK(session == NULL);
}

static void speech_to_text(palabra_client *client)
{
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    palabra_session *session = (palabra_session *)&config;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_open_stt(NULL, NULL, NULL, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_open_stt(client, &config, NULL, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(error.text[0] != '\0');
    CHECK_STATUS(palabra_session_open_stt(NULL, &config, &session, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK(session == NULL);
    CHECK_STATUS(palabra_session_finalize(NULL, 0), PALABRA_ERR_BAD_HANDLE);
    /* No config: the defaults. */
    CHECK_STATUS(palabra_session_open_stt(client, NULL, &session, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_session_send_audio(session, NULL, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_finalize(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

static void session_calls(palabra_session *session)
{
    CHECK_STATUS(palabra_session_send_audio(session, NULL, 160), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(palabra_session_send_audio(session, NULL, 0), 0);
    CHECK_STATUS(palabra_session_send_audio(NULL, NULL, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_speak(session, NULL, "es", 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_speak(session, "hello", NULL, 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_speak(session, NULL, NULL, 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_text(session, "hello", 0, NULL, NULL, 0, NULL), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_cancel(session, NULL, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_poll_event(session, NULL, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_poll_event(session, NULL, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_get_error(session, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_read_audio(NULL, NULL, NULL, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(talk_set_output(NULL, NULL, PALABRA_ENCODING_DEFAULT, 0, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_get_playout_stats(NULL, NULL, NULL), PALABRA_ERR_BAD_HANDLE);
}

static void text_to_speech(palabra_client *client)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_session *session = (palabra_session *)&config;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_audio speech = PALABRA_AUDIO_INIT;

    CHECK_STATUS(palabra_session_open_tts(NULL, NULL, NULL, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_open_tts(client, NULL, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(session == NULL);
    CHECK_STATUS(palabra_session_open_tts(client, &config, NULL, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(strstr(error.text, "language") != NULL);
    config.language = "en";
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_session_send_text(session, NULL, 0, NULL, NULL, 0, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_text(session, "", 0, NULL, NULL, 0, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(error.text[0] != '\0');
    CHECK_STATUS(palabra_session_send_text(session, "hello", 0, NULL, NULL, 0, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_session_cancel(session, NULL, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_synthesize(session, NULL, 0, NULL, 0, &speech, 0, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_synthesize(session, "hello", 0, NULL, 0, NULL, 0, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_synthesize(session, "hello", 0, NULL, 0, &speech, 0, NULL), PALABRA_ERR_TIMEOUT);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

static void rest_sessions(palabra_client *client)
{
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_rest_session_create(client, NULL, 100, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_rest_session_create(client, NULL, 100, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_rest_session_create(NULL, &rest, 100, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_rest_session_list(client, NULL, 100, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_rest_session_get(client, NULL, &rest, 100, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_rest_session_get(client, "id", NULL, 100, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_rest_session_set_ttl(client, NULL, 1000, 100, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_rest_session_delete(client, NULL, 100, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_rest_session_delete(NULL, "id", 100, NULL), PALABRA_ERR_BAD_HANDLE);
}

static void wav_files(void)
{
    palabra_audio wav = PALABRA_AUDIO_INIT;
    int16_t sample = 0;

    CHECK_STATUS(palabra_audio_read_wav(NULL, &wav, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_audio_read_wav("no-such-file.wav", NULL, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_audio_write_wav(NULL, &sample, 1, 24000, 1, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_audio_write_wav("unwritten.wav", NULL, 1, 24000, 1, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK(access("unwritten.wav", F_OK) != 0);
}

int main(void)
{
    char url[64];
    int port = 0;
    int peer = peers_silent(&port);
    palabra_client *client;
    palabra_session *session;

    REQUIRE(peer >= 0);
    setenv("PALABRA_API_URL", peers_url(url, sizeof url, "http", port), 1);
    client = talk_client("id");
    session = talk_open(client, NULL);
    structs_to_prepare();
    nothing_to_release();
    clients();
    session_opening(client);
    speech_to_text(client);
    session_calls(session);
    text_to_speech(client);
    rest_sessions(client);
    wav_files();
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    close(peer);
    return check_result();
}
