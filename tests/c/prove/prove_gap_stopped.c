/* A process that was stopped does not send silence for the time of the stop.
 * devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "talk.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define WIRE_RATE 16000
#define STOP_MS 3000

static int64_t silence_ms(palabra_session *session)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats.silence_frames_sent * 1000 / WIRE_RATE;
}

static int in_child(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    int64_t since;

    config.wire_sample_rate = WIRE_RATE;
    config.input.gap.policy = PALABRA_GAP_SILENCE;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    since = clock_now_ms();
    while (silence_ms(session) == 0)
        clock_sleep_ms(10);
    raise(SIGSTOP);
    clock_sleep_ms(1000);
    /* The amount that is due by the clock, without the stop. */
    CHECK_WITHIN(silence_ms(session), 600, clock_now_ms() - since - STOP_MS + 100);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}

int main(void)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        return in_child();
    REQUIRE(child > 0);
    REQUIRE(waitpid(child, &status, WUNTRACED) == child);
    if (CHECK(WIFSTOPPED(status))) {
        clock_sleep_ms(STOP_MS);
        kill(child, SIGCONT);
        REQUIRE(waitpid(child, &status, 0) == child);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
