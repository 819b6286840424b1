/* Sessions directly on the devserver's stream, without REST: the token names the faults and identifies the session. */
#ifndef PALABRA_TESTS_DIRECT_H
#define PALABRA_TESTS_DIRECT_H

#include "talk.h"

/* `config` NULL: the default one. The token is needed only during the call. */
static inline palabra_session *direct_open(const char *token, const palabra_translation_config *config)
{
    palabra_client_config nothing = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config direct = config == NULL ? talk_config() : *config;
    palabra_client *client = NULL;
    palabra_session *session;

    nothing.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    nothing.connect_timeout_ms = TALK_CONNECT_MS;
    CHECK_STATUS(palabra_client_new(&nothing, &client, NULL), PALABRA_OK);
    direct.stream.url = getenv("PALABRA_WS_URL");
    direct.stream.token = token;
    session = talk_open(client, &direct);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

#endif
