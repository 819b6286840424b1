/* A process that stops itself by SIGSTOP: its parent continues it after a while. */
#ifndef PALABRA_TESTS_STOPPING_H
#define PALABRA_TESTS_STOPPING_H

#include "talk.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Silence that was sent, by the rate of the wire. */
static inline int64_t stopping_silence_ms(palabra_session *session, int64_t wire_rate)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats.silence_frames_sent * 1000 / wire_rate;
}

/* Runs a test in a child that stops itself once; returns its result. */
static inline int stopping_run(int (*in_child)(void), int64_t stop_ms)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        return in_child();
    REQUIRE(child > 0);
    REQUIRE(waitpid(child, &status, WUNTRACED) == child);
    if (CHECK(WIFSTOPPED(status))) {
        clock_sleep_ms(stop_ms);
        kill(child, SIGCONT);
        REQUIRE(waitpid(child, &status, 0) == child);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

#endif
