/* TLS: a private certificate authority is trusted exactly if it is given, as a file or as text, or as the system's.
 *
 * devserver: --tls-cert certs/server.pem --tls-key certs/server.key
 */
#define _POSIX_C_SOURCE 200809L
#include "certs.h"
#include "talk.h"

static palabra_session *open_trusting(const char *ca_file, const char *ca_pem)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;
    palabra_session *session;

    config.credentials.client_id = "id";
    config.credentials.client_secret = TALK_SECRET;
    config.ca_file = ca_file;
    config.ca_pem = ca_pem;
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    session = talk_open(client, NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

static void is_trusted(palabra_session *session)
{
    talk_fate fate = {0};

    CHECK_STATUS(palabra_session_speak(session, "hola", "es", 0, 1), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK(fate.audio > 0);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

/* An unreadable certificate is reported, and the others are still trusted. */
static void one_is_bad(const char *pem)
{
    static char bundle[12000];
    palabra_session *session;
    palabra_event event = PALABRA_EVENT_INIT;

    snprintf(bundle, sizeof bundle, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n%s", pem);
    session = open_trusting(NULL, bundle);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_EQ(palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS), 1);
    CHECK_EQ(event.kind, PALABRA_EVENT_WARNING);
    CHECK_TEXT(event.service_code, "CA_CERTIFICATES");
    CHECK_CONTAINS(event.text, "1 of the CA certificates");
    CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

static void is_not_trusted(palabra_session *session)
{
    talk_fate fate = {0};

    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_ERR_TLS);
    CHECK_EQ(fate.flags & PALABRA_FLAG_RETRIABLE, 0);
    CHECK_CONTAINS(fate.text, "CA certificates of the client"); /* says what to do */
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

/* In place of the system's certificates. The library keeps those of the first client that sets them. */
static palabra_session *open_with_system(const char *file, const char *directories)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_session *session;

    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    config.api_url = getenv("PALABRA_API_URL");
    config.credentials.client_id = "id";
    config.credentials.client_secret = TALK_SECRET;
    config.system_ca_file = file;
    config.system_ca_dir = directories;
    CHECK_STATUS(palabra_client_new(&config, &client, NULL), PALABRA_OK);
    session = talk_open(client, NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

static void read_file(const char *path, char *room, size_t size)
{
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    room[fread(room, 1, size - 1, file)] = '\0';
    fclose(file);
}

int main(void)
{
    static char pem[8192];

    if (!certs_served())
        return check_skip("there is no devserver with a certificate (PALABRA_API_URL)");
    read_file(certs_authority(), pem, sizeof pem);
    is_trusted(open_trusting(certs_authority(), NULL));
    is_trusted(open_trusting(NULL, pem));
    one_is_bad(pem);
    is_not_trusted(open_trusting(NULL, NULL));
    is_not_trusted(open_with_system("/nowhere", NULL));
    is_trusted(open_with_system(certs_authority(), NULL));
    is_not_trusted(open_with_system("/nowhere", NULL));
    is_trusted(open_with_system(NULL, "/nowhere:certs"));
    palabra_shutdown(5000);
    return check_result();
}
