/* Direct sessions: a WebSocket URL with a token, and a REST session that the caller creates and deletes. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"
#include "talk.h"

static void converse(palabra_client *client, const char *ws_url, const char *token)
{
    palabra_translation_config config = talk_config();
    palabra_session *session;
    talk_fate fate = {0};

    fate.secret = token;
    config.stream.url = ws_url;
    config.stream.token = token;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "hola", "es", 0, 5), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK_EQ(fate.ready, 1);
    CHECK(fate.audio > 0);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

static void an_address_and_a_token(void)
{
    palabra_client_config nothing = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;

    nothing.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT; /* no credentials are needed */
    CHECK_STATUS(palabra_client_new(&nothing, &client, NULL), PALABRA_OK);
    converse(client, getenv("PALABRA_WS_URL"), "dev-token-0123456789");
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_EQ(report_count("\"rest\":true"), 0);
}

static void delete_twice(palabra_client *client, const char *id)
{
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_EQ(report_count("\"deleted\":1"), 0);
    CHECK_STATUS(palabra_rest_session_delete(client, id, 5000, &error), PALABRA_OK);
    CHECK_EQ(report_count("\"deleted\":1"), 1);
    CHECK_STATUS(error.code, PALABRA_OK);
    CHECK(palabra_rest_session_delete(client, "no such session", 5000, &error) < 0);
    CHECK(error.http_status >= 400 && error.text[0] != '\0');
}

static void releasing(palabra_rest_session *rest)
{
    palabra_rest_session copy = *rest;

    CHECK_STATUS(palabra_rest_session_release(rest), PALABRA_OK);
    CHECK(rest->id == NULL && rest->token == NULL && rest->payload == NULL);
    CHECK_EQ(rest->struct_size, sizeof *rest);
    CHECK_STATUS(palabra_rest_session_release(rest), PALABRA_OK);
    CHECK_STATUS(palabra_rest_session_release(&copy), PALABRA_ERR_BAD_HANDLE);
}

static void a_rest_session_of_ones_own(void)
{
    palabra_client *client = talk_client("id");
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_rest_session_create(client, &rest, 10000, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(rest.id != NULL && rest.stream_url != NULL && rest.tts_stream_url != NULL && rest.token != NULL);
    CHECK(rest.id[0] != '\0' && rest.token[0] != '\0' && strncmp(rest.stream_url, "ws", 2) == 0);
    converse(client, rest.stream_url, rest.token);
    delete_twice(client, rest.id); /* the library must not delete it, so it still exists */
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    releasing(&rest);
}

static void refusals(void)
{
    palabra_client *client = talk_client("dev~rest_echo_secret");
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_rest_session_create(client, &rest, 10000, &error), PALABRA_ERR_AUTH);
    CHECK_STATUS(error.code, PALABRA_ERR_AUTH);
    CHECK_EQ(error.http_status, 401);
    CHECK_LACKS(error.text, TALK_SECRET);
    CHECK_LACKS(error.service_code, TALK_SECRET);
    CHECK(rest.id == NULL && rest.payload == NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

static void patience_has_an_end(void)
{
    palabra_client *client = talk_client("dev~rest_delay_ms=60000");
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t before = clock_now_ms();

    CHECK_STATUS(palabra_rest_session_create(client, &rest, 300, &error), PALABRA_ERR_TIMEOUT);
    CHECK_WITHIN(clock_now_ms() - before, 290, clock_limit_ms(1500));
    CHECK(error.text[0] != '\0');
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_WS_URL") == NULL)
        return check_skip("there is no devserver");
    an_address_and_a_token();
    a_rest_session_of_ones_own();
    refusals();
    patience_has_an_end();
    palabra_shutdown(5000);
    return check_result();
}
