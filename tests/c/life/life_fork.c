/* After a session was opened, calls in a forked child return PALABRA_ERR_FORKED immediately; the parent continues. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "peers.h"
#include "talk.h"

#include <sys/wait.h>
#include <unistd.h>

static palabra_client *client;
static palabra_session *session;

static void session_calls_in_child(void)
{
    int16_t audio[160] = {0};
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_send_audio(session, audio, 160), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_get_input_space(session), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_skip(session, 160), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_send_encoded(session, audio, 160), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_flush_input(session), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_read_audio(session, "es", audio, 160), PALABRA_ERR_FORKED);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 8000, 1), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_poll_event(session, &event, -1), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_wait_ready(session, -1), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_get_state(session), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_get_error(session, &error), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_speak(session, "hello", "es", 0, 0), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_end(session), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_session_close(session, 1000), PALABRA_ERR_FORKED);
}

static void client_calls_in_child(void)
{
    palabra_translation_config config = talk_config();
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *another = session;
    palabra_client *new_client = client;

    CHECK_STATUS(palabra_session_open_translation(client, &config, &another, &error), PALABRA_ERR_FORKED);
    CHECK(another == NULL);
    CHECK_STATUS(error.code, PALABRA_ERR_FORKED);
    CHECK(error.text[0] != '\0');
    CHECK_STATUS(palabra_client_new(NULL, &new_client, &error), PALABRA_ERR_FORKED);
    CHECK(new_client == NULL);
    CHECK_STATUS(palabra_rest_session_create(client, &rest, 1000, NULL), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_rest_session_delete(client, "id", 1000, NULL), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_client_free(client), PALABRA_ERR_FORKED);
    CHECK_STATUS(palabra_shutdown(1000), PALABRA_ERR_FORKED);
    CHECK_TEXT(palabra_status_name(PALABRA_ERR_FORKED), "PALABRA_ERR_FORKED");
    CHECK_TEXT(palabra_version_string(), PALABRA_VERSION_STRING);
}

static void run_child(void)
{
    int64_t before = clock_now_ms();

    alarm(300);
    session_calls_in_child();
    client_calls_in_child();
    CHECK_WITHIN(clock_now_ms() - before, 0, clock_limit_ms(1000));
    _exit(check_result());
}

static void fork_and_check(void)
{
    int status = 0;
    pid_t child = fork();

    REQUIRE(child >= 0);
    if (child == 0)
        run_child();
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}

static void the_parent_goes_on(void)
{
    int16_t audio[160] = {0};
    palabra_event event = PALABRA_EVENT_INIT;

    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CONNECTING);
    CHECK_EQ(palabra_session_send_audio(session, audio, 160), 160);
    CHECK_EQ(palabra_session_poll_event(session, &event, 50), 0);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    session = talk_open(client, NULL);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CONNECTING);
}

/* After a fork before the library was started, the child may use the library. */
static void fork_then_open(int port)
{
    char url[64];
    int status = 0;
    pid_t child = fork();

    REQUIRE(child >= 0);
    if (child == 0) {
        alarm(300);
        client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
        session = talk_open(client, NULL);
        CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
        CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
        _exit(check_result());
    }
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    char url[64];
    int port = 0;

    alarm(60);
    REQUIRE(peers_silent(&port) >= 0);
    fork_then_open(port);
    client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    session = talk_open(client, NULL);
    fork_and_check();
    the_parent_goes_on();
    fork_and_check();
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    return check_result();
}
