/* Texts that are not UTF-8, empty or too long. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "talk.h"

static const char *const not_utf8[] = {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "ok \xf5\x80\x80\x80"};

#define NOT_UTF8 (sizeof not_utf8 / sizeof not_utf8[0])

static void client_texts(const char *bad)
{
    palabra_client_config config;
    const char **fields[] = {&config.credentials.client_id, &config.credentials.client_secret, &config.api_url,
                             &config.ca_pem,    &config.ca_file,       &config.binding_name};
    size_t i;

    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        palabra_client *client = (palabra_client *)&config;
        palabra_error error = PALABRA_ERROR_INIT;
        palabra_struct_init(&config, sizeof config);
        config.credentials.client_id = "id";
        config.credentials.client_secret = TALK_SECRET;
        *fields[i] = bad;
        CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_ERR_INVALID_UTF8);
        CHECK(client == NULL && error.text[0] != '\0');
        CHECK_LACKS(error.text, TALK_SECRET);
    }
}

static void session_texts(palabra_client *client, const char *bad)
{
    palabra_translation_config config;
    const char **fields[] = {&config.source_language, &config.target_languages, &config.voice_id,
                             &config.task_json,       &config.stream.url,           &config.stream.token};
    size_t i;

    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        palabra_session *session = (palabra_session *)&config;
        palabra_error error = PALABRA_ERROR_INIT;
        config = talk_config();
        *fields[i] = bad;
        CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), PALABRA_ERR_INVALID_UTF8);
        CHECK(session == NULL && error.text[0] != '\0');
    }
}

static void other_texts(palabra_client *client, palabra_session *session, const char *bad)
{
    palabra_audio wav = PALABRA_AUDIO_INIT;
    CHECK_STATUS(palabra_session_speak(session, bad, "es", 0, 0), PALABRA_ERR_INVALID_UTF8);
    CHECK_STATUS(palabra_session_speak(session, "hello", bad, 0, 0), PALABRA_ERR_INVALID_UTF8);
    CHECK_STATUS(palabra_audio_read_wav(bad, &wav, NULL), PALABRA_ERR_IO); /* a path need not be UTF-8 on this system */
    CHECK_STATUS(palabra_rest_session_delete(client, bad, 1000, NULL), PALABRA_ERR_INVALID_UTF8);
}

static void lengths_of_speak(palabra_session *session)
{
    static char text[PALABRA_MAX_SPEAK_BYTES + 2];

    CHECK_STATUS(palabra_session_speak(session, "", "es", 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_speak(session, "hello", "", 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    memset(text, 'a', sizeof text - 1);
    CHECK_STATUS(palabra_session_speak(session, text, "es", 0, 0), PALABRA_ERR_INVALID_ARGUMENT);
    text[PALABRA_MAX_SPEAK_BYTES] = '\0';
    CHECK_STATUS(palabra_session_speak(session, text, "es", 0, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "hello", "es", 0x80, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_speak(session, "¿Qué tal? 你好 🎧", "es", 0, 0), PALABRA_OK);
}

/* The command queue is bounded. */
static void too_many_texts(palabra_session *session)
{
    int taken = 0;
    palabra_status spoken = PALABRA_OK;
    while (spoken == PALABRA_OK && taken < 1000) {
        spoken = palabra_session_speak(session, "once more", "es", 0, (uint64_t)taken);
        taken += spoken == PALABRA_OK;
    }
    CHECK_STATUS(spoken, PALABRA_ERR_AGAIN);
    CHECK_EQ(taken + 2, 32); /* two commands are already queued */
}

static void empty_texts_count_as_none(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;

    config.credentials.client_id = "";
    config.credentials.client_secret = "";
    config.api_url = "";
    config.ca_pem = "";
    config.binding_name = "";
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0;
    size_t i;
    int peer = peers_silent(&port);
    palabra_client *client;
    palabra_session *session;

    REQUIRE(peer >= 0);
    setenv("PALABRA_API_URL", peers_url(url, sizeof url, "http", port), 1);
    client = talk_client("id");
    session = talk_open(client, NULL);
    for (i = 0; i < NOT_UTF8; i++) {
        client_texts(not_utf8[i]);
        session_texts(client, not_utf8[i]);
        other_texts(client, session, not_utf8[i]);
    }
    lengths_of_speak(session);
    too_many_texts(session);
    empty_texts_count_as_none();
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    close(peer);
    return check_result();
}
