/* A host with default signal handling survives a TLS server that closes properly while audio is still being written.
 * The certificates are those of make_certs.sh.
 *
 * devserver: --tls-cert certs/server.pem --tls-key certs/server.key
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "certs.h"
#include "talk.h"

#include <signal.h>
#include <unistd.h>

#define ROUNDS 5
#define SESSIONS 10 /* in parallel, so that some are in the middle of a write */

static palabra_client *tls_client(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;

    config.credentials.client_id = "dev~close_after_audio=3";
    config.credentials.client_secret = TALK_SECRET;
    config.ca_file = certs_authority();
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(client != NULL);
    return client;
}

static void default_signals(void)
{
    struct sigaction action;
    sigset_t none;

    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(SIGPIPE, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Sends more than the connection accepts, until the end. Returns 1 when the session is closed. */
static int send_and_look(palabra_session *session, talk_fate *fate)
{
    static const int16_t second[24000];
    palabra_event event = PALABRA_EVENT_INIT;

    if (fate->closed > 0)
        return 1;
    while (palabra_session_send_audio(session, second, 24000) > 0)
        continue;
    while (palabra_session_poll_event(session, &event, 0) > 0) {
        talk_count(fate, &event);
        palabra_event_release(&event);
    }
    return fate->closed > 0;
}

static void a_round(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_session *sessions[SESSIONS];
    talk_fate fates[SESSIONS];
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int i, over = 0;

    memset(fates, 0, sizeof fates);
    config.input.chunk_ms = 20;
    config.input.buffer_ms = 10000;
    for (i = 0; i < SESSIONS; i++)
        sessions[i] = talk_open(client, &config);
    while (over < SESSIONS && clock_now_ms() < deadline) {
        for (i = 0, over = 0; i < SESSIONS; i++)
            over += send_and_look(sessions[i], &fates[i]);
        clock_sleep_ms(1);
    }
    for (i = 0; i < SESSIONS; i++) {
        CHECK_EQ(fates[i].closed, 1);
        CHECK_EQ(fates[i].ready, 1);
        CHECK_STATUS(fates[i].code, PALABRA_ERR_CONNECTION_LOST);
        CHECK_STATUS(palabra_session_close(sessions[i], 0), PALABRA_OK);
    }
}

int main(void)
{
    palabra_client *client;
    int round;

    if (!certs_served())
        return check_skip("there is no devserver with a certificate (PALABRA_API_URL)");
    default_signals();
    client = tls_client();
    for (round = 0; round < ROUNDS; round++)
        a_round(client);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(5000);
    return check_result();
}
