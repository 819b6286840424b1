/* The library writes nothing to stdout or stderr, even when errors occur. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "peers.h"
#include "talk.h"

#include <unistd.h>

static palabra_status fate_of(const char *url, int direct)
{
    palabra_client *client = talk_client_at("id", url, 300);
    palabra_translation_config config = talk_config();
    palabra_session *session;
    talk_fate fate = {0};

    if (direct) {
        config.stream.url = url;
        config.stream.token = "token";
    }
    session = talk_open(client, &config);
    talk_until_closed(session, &fate, 20000);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return fate.code;
}

static void misuse(void)
{
    palabra_client *client = NULL;
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_event event = PALABRA_EVENT_INIT;

    config.ca_pem = "no certificate";
    palabra_client_new(&config, &client, NULL);
    palabra_session_poll_event((palabra_session *)(uintptr_t)0x1234, &event, 0);
    palabra_session_send_audio(NULL, NULL, 7);
    palabra_audio_read_wav("no-such-file.wav", NULL, NULL);
    event.payload = &event;
    palabra_event_release(&event);
}

int main(void)
{
    char refusing_url[64], silent_url[64];
    int refusing_port = 0, silent_port = 0;
    int refusing = peers_refusing(&refusing_port), silent = peers_silent(&silent_port);
    int real_stdout = dup(STDOUT_FILENO), real_stderr = dup(STDERR_FILENO);
    FILE *witness = tmpfile();
    palabra_status refused, unresolved, unanswered;

    REQUIRE(refusing >= 0 && silent >= 0 && real_stdout >= 0 && real_stderr >= 0 && witness != NULL);
    peers_url(refusing_url, sizeof refusing_url, "ws", refusing_port);
    peers_url(silent_url, sizeof silent_url, "wss", silent_port);
    setenv("RUST_LOG", "trace", 1);
    setenv("RUST_BACKTRACE", "1", 1);
    dup2(fileno(witness), STDOUT_FILENO);
    dup2(fileno(witness), STDERR_FILENO);
    refused = fate_of(refusing_url, 1);
    unresolved = fate_of("ws://nohost.invalid:9", 1);
    unanswered = fate_of(silent_url, 1);
    misuse();
    palabra_shutdown(0);
    fflush(NULL);
    dup2(real_stdout, STDOUT_FILENO);
    dup2(real_stderr, STDERR_FILENO);
    CHECK_STATUS(refused, PALABRA_ERR_CONNECT);
    CHECK(unresolved == PALABRA_ERR_DNS || unresolved == PALABRA_ERR_CONNECT);
    CHECK_STATUS(unanswered, PALABRA_ERR_CONNECT);
    CHECK_EQ(lseek(fileno(witness), 0, SEEK_END), 0);
    return check_result();
}
