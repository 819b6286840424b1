/* A client that ignores the environment reads no variable; other clients read each variable once per process. */
#define _GNU_SOURCE
#include "peers.h"
#include "talk.h"

extern char **environ;

static volatile int asked;
static char names[4096];

/* Interposed: the library calls these functions instead of those of the C library. */
char *getenv(const char *name)
{
    size_t length = strlen(name), used = strlen(names), n;

    __atomic_add_fetch(&asked, 1, __ATOMIC_SEQ_CST);
    if (used + length + 2 < sizeof names) {
        memcpy(names + used, name, length);
        memcpy(names + used + length, " ", 2);
    }
    for (n = 0; environ[n] != NULL; n++)
        if (strncmp(environ[n], name, length) == 0 && environ[n][length] == '=')
            return environ[n] + length + 1;
    return NULL;
}

char *secure_getenv(const char *name)
{
    return getenv(name);
}

static palabra_client *client_of(uint32_t flags, const char *url)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;

    config.flags = flags;
    config.credentials.api_key = "key";
    config.translation_url = url;
    config.connect_timeout_ms = 300;
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    return client;
}

/* Resolves, loads the trusted roots, connects and fails. */
static void fail_at(uint32_t flags, const char *url)
{
    palabra_client *client = client_of(flags, url);
    palabra_session *session = talk_open(client, NULL);
    talk_fate fate = {0};

    talk_until_closed(session, &fate, 20000);
    CHECK(fate.code < 0);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int silent_port = 0, refusing_port = 0;
    int silent = peers_silent(&silent_port), refusing = peers_refusing(&refusing_port);
    int first, n;

    REQUIRE(silent >= 0 && refusing >= 0);
    asked = 0;
    names[0] = '\0';
    fail_at(PALABRA_CLIENT_IGNORE_ENVIRONMENT, peers_url(url, sizeof url, "wss", silent_port));
    fail_at(PALABRA_CLIENT_IGNORE_ENVIRONMENT, peers_url(url, sizeof url, "ws", refusing_port));
    fail_at(PALABRA_CLIENT_IGNORE_ENVIRONMENT, "wss://localhost:1/");
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    /* tokio reads this variable when the library's thread starts; there is no option to prevent it. */
    CHECK_TEXT(names, "TOKIO_UNSTABLE_SHARDED_BLOCKING_QUEUE ");
    asked = 0;
    CHECK_STATUS(palabra_client_free(client_of(0, NULL)), PALABRA_OK);
    first = asked;
    CHECK(first > 0);
    for (n = 0; n < 3; n++)
        CHECK_STATUS(palabra_client_free(client_of(0, NULL)), PALABRA_OK);
    CHECK_EQ(asked, first);
    return check_result();
}
