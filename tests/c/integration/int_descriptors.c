/* devserver: --no-rate-limits */
/* A process without free file descriptors: calls that need one return LIMIT, open sessions continue, and everything
 * works again when descriptors are free. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#define MOST 4096
#define READY_MS 60000

static int fillers[MOST], filled;

/* The soft limit is not changed: every number below it is in use. */
static void take_all(void)
{
    while (filled < MOST && (fillers[filled] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        filled++;
}

static void give_all(void)
{
    while (filled > 0)
        close(fillers[--filled]);
}

static void check_refused(palabra_session *session)
{
    talk_fate fate = {0};
    palabra_error error = PALABRA_ERROR_INIT;

    talk_until_closed(session, &fate, READY_MS);
    CHECK_STATUS(fate.code, PALABRA_ERR_LIMIT);
    CHECK_STATUS(palabra_session_get_error(session, &error), PALABRA_OK);
    CHECK_STATUS(error.code, PALABRA_ERR_LIMIT);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

/* The system's resolver reports every name as unknown in this state. */
static palabra_session *named(void)
{
    palabra_translation_config config = talk_config();
    palabra_client_config nothing = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_session *session;

    nothing.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    CHECK_STATUS(palabra_client_new(&nothing, &client, NULL), PALABRA_OK);
    config.stream.url = "ws://name.invalid:1/";
    config.stream.token = "token";
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

static void check_files(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;
    palabra_audio wav = PALABRA_AUDIO_INIT;

    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    config.ca_file = "/dev/null";
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_ERR_LIMIT);
    CHECK_STATUS(palabra_audio_read_wav("/dev/null", &wav, &error), PALABRA_ERR_LIMIT);
}

int main(void)
{
    struct rlimit few;
    palabra_session *open_before, *after;
    palabra_queue *queue = NULL;

    if (getenv("PALABRA_WS_URL") == NULL)
        return check_skip("there is no devserver");
    REQUIRE(getrlimit(RLIMIT_NOFILE, &few) == 0);
    few.rlim_cur = few.rlim_cur < 200 ? few.rlim_cur : 200;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
    CHECK_STATUS(palabra_queue_new(0, &queue, NULL), PALABRA_OK);
    open_before = direct_open("dev.before", NULL);
    CHECK_STATUS(palabra_session_wait_ready(open_before, READY_MS), PALABRA_OK);
    take_all();
    check_refused(direct_open("dev.refused", NULL));
    check_refused(talk_open_as("dev"));
    check_refused(named());
    CHECK_STATUS(palabra_queue_get_event_fd(queue), PALABRA_ERR_LIMIT);
    check_files();
    CHECK_EQ(palabra_session_get_state(open_before), PALABRA_STATE_READY);
    give_all();
    after = direct_open("dev.after", NULL);
    CHECK_STATUS(palabra_session_wait_ready(after, READY_MS), PALABRA_OK);
    CHECK(palabra_queue_get_event_fd(queue) >= 0);
    CHECK_STATUS(palabra_session_close(after, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(open_before, 0), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    palabra_shutdown(5000);
    return check_result();
}
