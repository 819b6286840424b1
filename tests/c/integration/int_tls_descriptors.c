/* The system's certificates are read once per process. Without a free descriptor to read them, the session ends with
 * LIMIT, and a later session trusts all of them.
 *
 * devserver: --no-rate-limits --tls-cert certs/server.pem --tls-key certs/server.key
 */
#define _GNU_SOURCE /* setenv */
#include "certs.h"
#include "talk.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#define MOST 200

static int fillers[MOST], filled;

/* Uses up all descriptors but this many. */
static void take_all_but(int left)
{
    while (filled < MOST && (fillers[filled] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        filled++;
    while (left-- > 0)
        close(fillers[--filled]);
}

static palabra_session *over_tls(void)
{
    return talk_open_as("dev");
}

/* Starts the library's thread, which needs descriptors itself. */
static void begin(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;

    config.stream.url = "ws://127.0.0.1:1/";
    config.stream.token = "token";
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_ERR_CONNECT);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    struct rlimit few;
    palabra_session *session;
    talk_fate fate = {0};

    if (!certs_served())
        return check_skip("there is no devserver with TLS");
    setenv("SSL_CERT_FILE", certs_authority(), 1);
    REQUIRE(getrlimit(RLIMIT_NOFILE, &few) == 0);
    few.rlim_cur = few.rlim_cur < MOST ? few.rlim_cur : MOST;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
    begin();
    /* One for the connection, none left for the certificates. */
    take_all_but(1);
    session = over_tls();
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_ERR_LIMIT);
    CHECK_CONTAINS(fate.text, "certificates");
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    while (filled > 0)
        close(fillers[--filled]);
    session = over_tls();
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
    return check_result();
}
