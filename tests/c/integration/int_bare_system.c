/* devserver: --no-rate-limits --tls-cert certs/server.pem --tls-key certs/server.key */
/* Systems that lack what most have: no files in /etc, no CA certificates, nothing that can be written. A session to an
   address works there; what needs the missing part says so. Each system is a child in a mount namespace of its own. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "certs.h"
#include "talk.h"

#ifdef __linux__
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_NAMESPACES 3

/* A new mount namespace, by root or by whoever may have a user namespace. */
static int own_mounts(void)
{
    return (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
           mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int is_emptied(const char *folder)
{
    return mount("tmpfs", folder, "tmpfs", MS_RDONLY, NULL) == 0 || errno == ENOENT;
}

static palabra_session *open_at(const char *url, const char *ca_file, palabra_output_mode mode)
{
    palabra_client_config trusting = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config config = talk_config();
    palabra_client *client = NULL;
    palabra_session *session;

    trusting.credentials.client_id = "id";
    trusting.credentials.client_secret = TALK_SECRET;
    trusting.connect_timeout_ms = TALK_CONNECT_MS;
    trusting.api_url = url;
    trusting.ca_file = ca_file;
    CHECK_STATUS(palabra_client_new(&trusting, &client, NULL), PALABRA_OK);
    config.output.mode = mode;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

static void converse(void)
{
    palabra_session *session = open_at(NULL, certs_authority(), PALABRA_OUTPUT_EVENTS);
    talk_fate fate = {0};

    CHECK_STATUS(palabra_session_speak(session, "hola", "es", 0, 1), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK(fate.audio > 0);
    CHECK_STATUS(palabra_session_close(session, CLOCK_PATIENCE_MS), PALABRA_OK);
}

/* How a session to this address ends without talking. */
static void ends_with(const char *url, palabra_status code, const char *says)
{
    palabra_session *session = open_at(url, NULL, PALABRA_OUTPUT_EVENTS);
    talk_fate fate = {0};

    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, code);
    CHECK_CONTAINS(fate.text, says);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

/* Neither resolv.conf nor hosts nor nsswitch.conf, and no CA certificates. */
static int without_etc(void)
{
    if (!own_mounts() || !is_emptied("/etc") || !is_emptied("/usr/share/ca-certificates") || !is_emptied("/usr/lib/ssl"))
        return NO_NAMESPACES;
    converse();
    ends_with("http://nowhere.invalid:9", PALABRA_ERR_DNS, "nowhere.invalid");
    ends_with(NULL, PALABRA_ERR_TLS, "CA certificates of the client");
    return check_result();
}

static int read_only(void)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session;

    if (!own_mounts() || mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) != 0)
        return NO_NAMESPACES;
    converse();
    session = open_at(NULL, certs_authority(), PALABRA_OUTPUT_PLAYOUT);
    CHECK_STATUS(palabra_session_wait_ready(session, TALK_CONNECT_MS), PALABRA_OK);
    CHECK_STATUS(palabra_session_start_recording(session, "/not-written.wav", NULL, &error), PALABRA_ERR_IO);
    CHECK_CONTAINS(error.text, "not-written.wav");
    CHECK_STATUS(palabra_session_close(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return check_result();
}

static int in_child(int (*system)(void))
{
    int status = 0;
    pid_t child = fork();

    REQUIRE(child >= 0);
    if (child == 0)
        exit(system());
    CHECK_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int main(void)
{
    int etc = in_child(without_etc), written = in_child(read_only);

    CHECK(etc == 0 || etc == NO_NAMESPACES);
    CHECK(written == 0 || written == NO_NAMESPACES);
    if (check_failures == 0 && (etc != 0 || written != 0))
        return check_skip("no mount namespace may be made here");
    return check_result();
}
#else
int main(void)
{
    return check_skip("mount namespaces are Linux's");
}
#endif
