/* palabra_shutdown() in every state of a session: exactly one CLOSED with PALABRA_ERR_SHUTDOWN; a restart works. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"
#include "talk.h"

#include <pthread.h>

static void is_shut_down(const char *state, palabra_session *session)
{
    int failures = check_failures;
    int16_t audio[160] = {0};
    palabra_error error = PALABRA_ERROR_INIT;
    talk_fate fate = {0};

    talk_until_closed(session, &fate, 2000);
    CHECK_STATUS(fate.code, PALABRA_ERR_SHUTDOWN);
    CHECK(fate.flags & PALABRA_FLAG_FATAL);
    CHECK(fate.text[0] != '\0');
    CHECK_STATUS(palabra_session_get_error(session, &error), PALABRA_OK);
    CHECK_STATUS(error.code, PALABRA_ERR_SHUTDOWN);
    CHECK_STATUS(palabra_session_send_audio(session, audio, 160), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_wait_ready(session, 1000), PALABRA_ERR_SHUTDOWN);
    CHECK_STATUS(palabra_session_close(session, 3000), PALABRA_OK);
    if (check_failures > failures)
        fprintf(stderr, "  ^ when shut down while %s\n", state);
}

static palabra_session *ready_session(void)
{
    palabra_session *session = talk_open_as("id");
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return session;
}

static void when_just_opened(void)
{
    int round;
    for (round = 0; round < 50 && check_failures == 0; round++) { /* before, while and after its task begins */
        palabra_session *session = talk_open_as("id");
        int64_t before = clock_now_ns();
        while (clock_now_ns() - (uint64_t)before < (uint64_t)round * 20000u)
            continue;
        palabra_shutdown(0);
        is_shut_down("just opened", session);
    }
}

static void when_ready(void)
{
    palabra_session *session = ready_session();
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    is_shut_down("ready", session);
    CHECK(report_count("\"deleted\":1") > 0); /* it had time for a goodbye */
    session = ready_session();
    palabra_shutdown(0);
    is_shut_down("ready, without time for a goodbye", session);
}

static palabra_event_kind next_event(palabra_call *call, palabra_event *event)
{
    CHECK_EQ(palabra_call_poll_event(call, event, CLOCK_PATIENCE_MS), 1);
    return event->kind;
}

/* Both links are told as down, and then the call as closed. */
static void when_a_call_is_up(void)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_client *client = talk_client("id");
    palabra_call *call = NULL;
    palabra_leg *legs[2] = {NULL, NULL};
    int number, up = 0, down[2] = {0, 0};

    CHECK_STATUS(palabra_call_open(client, NULL, NULL, &call, NULL), PALABRA_OK);
    for (number = 0; number < 2; number++) {
        config.language = number == 0 ? "en" : "es";
        CHECK_STATUS(palabra_leg_join(call, &config, &legs[number], NULL), PALABRA_OK);
    }
    while (up < 2 && check_failures == 0) {
        up += next_event(call, &event) == PALABRA_EVENT_LINK_UP;
        palabra_event_release(&event);
    }
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    while (check_failures == 0 && next_event(call, &event) != PALABRA_EVENT_CLOSED) {
        if (event.kind == PALABRA_EVENT_LINK_DOWN) {
            CHECK_STATUS(event.code, PALABRA_ERR_SHUTDOWN);
            down[event.leg]++;
        }
        palabra_event_release(&event);
    }
    CHECK_STATUS(event.code, PALABRA_ERR_SHUTDOWN);
    palabra_event_release(&event);
    CHECK_EQ(down[0], 1);
    CHECK_EQ(down[1], 1);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
    palabra_client_free(client);
}

static void when_the_server_is_silent(void)
{
    palabra_session *session = talk_open_as("dev~rest_delay_ms=120000");
    int64_t before = clock_now_ms();

    CHECK_STATUS(palabra_session_wait_ready(session, 200), PALABRA_ERR_TIMEOUT);
    palabra_shutdown(1000);
    CHECK_WITHIN(clock_now_ms() - before, 0, clock_limit_ms(1500));
    is_shut_down("waiting for the REST session", session);
}

static void *create_rest_session(void *client)
{
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    CHECK_STATUS(palabra_rest_session_create(client, &rest, -1, NULL), PALABRA_ERR_SHUTDOWN);
    return NULL;
}

static void while_a_call_waits(void)
{
    char url[64];
    int port = 0, peer = peers_silent(&port), connection;
    palabra_client *client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    pthread_t caller;
    int64_t before;

    REQUIRE(pthread_create(&caller, NULL, create_rest_session, client) == 0);
    connection = accept(peer, NULL, NULL); /* the call is in progress */
    CHECK(connection >= 0);
    before = clock_now_ms();
    palabra_shutdown(0);
    pthread_join(caller, NULL);
    CHECK_WITHIN(clock_now_ms() - before, 0, clock_limit_ms(1000));
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    close(connection);
    close(peer);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    CHECK_STATUS(palabra_shutdown(0), PALABRA_OK); /* the library is not running yet */
    when_just_opened();
    when_ready();
    when_a_call_is_up();
    when_the_server_is_silent();
    while_a_call_waits();
    CHECK_STATUS(palabra_shutdown(1000), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(1000), PALABRA_OK);
    return check_result();
}
