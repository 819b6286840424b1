/* main() returns while sessions are open and threads are inside the library: the process exits normally. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "peers.h"
#include "talk.h"

#include <pthread.h>
#include <unistd.h>

static void *poll_for_ever(void *session)
{
    palabra_event event = PALABRA_EVENT_INIT;
    while (palabra_session_poll_event(session, &event, -1) > 0)
        palabra_event_release(&event);
    return NULL;
}

static void *send_for_ever(void *session)
{
    int16_t silence[480] = {0};
    while (palabra_session_send_audio(session, silence, 480) >= 0)
        continue;
    return NULL;
}

int main(void)
{
    char url[64];
    int port = 0;
    pthread_t poller, sender;
    palabra_client *client;
    palabra_session *session;

    alarm(20); /* a process that cannot end is killed */
    REQUIRE(peers_silent(&port) >= 0);
    client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    session = talk_open(client, NULL);
    talk_open(client, NULL);
    REQUIRE(pthread_create(&poller, NULL, poll_for_ever, session) == 0);
    REQUIRE(pthread_create(&sender, NULL, send_for_ever, session) == 0);
    CHECK_STATUS(palabra_session_wait_ready(session, 50), PALABRA_ERR_TIMEOUT);
    return check_result();
}
