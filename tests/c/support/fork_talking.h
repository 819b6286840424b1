/* Forks while other threads are inside every call of active sessions: calls in the children return FORKED immediately,
 * even if a thread held a lock at the fork, and the parent's sessions continue. */
#ifndef PALABRA_TESTS_FORK_TALKING_H
#define PALABRA_TESTS_FORK_TALKING_H

#include "direct.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define FORK_SESSIONS 8
#define FORK_TALKERS 3

static palabra_session *fork_sessions[FORK_SESSIONS];
static atomic_int fork_over, fork_failed;

/* The threads use every session, each at a different step. */
static void *fork_talk(void *argument)
{
    static const int16_t silence[160];
    int16_t heard[160];
    unsigned step = (unsigned)(uintptr_t)argument;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;

    for (; !fork_over; step++) {
        palabra_session *session = fork_sessions[step % FORK_SESSIONS];

        palabra_session_send_audio(session, silence, 160);
        palabra_session_read_audio(session, NULL, heard, 160);
        palabra_session_get_stats(session, &stats);
        palabra_session_interrupt(session, NULL, 0, step);
        while (palabra_session_poll_event(session, &event, 0) > 0) {
            fork_failed += event.kind == PALABRA_EVENT_CLOSED;
            palabra_event_release(&event);
        }
        if (step % 16 == 0)
            clock_sleep_ms(1);
    }
    return NULL;
}

static inline int fork_child(void)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int16_t audio[160] = {0};
    int i;

    alarm(300); /* ends a child that waits for a lock that no thread will release */
    for (i = 0; i < FORK_SESSIONS; i++) {
        CHECK_STATUS(palabra_session_send_audio(fork_sessions[i], audio, 160), PALABRA_ERR_FORKED);
        CHECK_STATUS(palabra_session_read_audio(fork_sessions[i], NULL, audio, 160), PALABRA_ERR_FORKED);
        CHECK_STATUS(palabra_session_poll_event(fork_sessions[i], &event, -1), PALABRA_ERR_FORKED);
        CHECK_STATUS(palabra_session_interrupt(fork_sessions[i], NULL, 0, 0), PALABRA_ERR_FORKED);
        CHECK_STATUS(palabra_session_get_state(fork_sessions[i]), PALABRA_ERR_FORKED);
        CHECK_STATUS(palabra_session_close(fork_sessions[i], 1000), PALABRA_ERR_FORKED);
    }
    CHECK_STATUS(palabra_shutdown(1000), PALABRA_ERR_FORKED);
    return check_result();
}

static inline void fork_once(void)
{
    int status = 0;
    pid_t child = fork();

    REQUIRE(child >= 0);
    if (child == 0)
        _exit(fork_child());
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* The library's thread still sends the audio. */
static inline void fork_goes_on(palabra_session *session)
{
    palabra_session_stats before = PALABRA_SESSION_STATS_INIT, now = PALABRA_SESSION_STATS_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    CHECK_STATUS(palabra_session_get_stats(session, &before), PALABRA_OK);
    do {
        clock_sleep_ms(5);
        CHECK_STATUS(palabra_session_get_stats(session, &now), PALABRA_OK);
    } while (now.chunks_sent == before.chunks_sent && clock_now_ms() < deadline);
    CHECK(now.chunks_sent > before.chunks_sent);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_READY);
}

static inline int fork_talking(int forks)
{
    pthread_t talkers[FORK_TALKERS];
    palabra_translation_config config = talk_config();
    int i;

    if (getenv("PALABRA_WS_URL") == NULL)
        return check_skip("there is no devserver");
    config.output.mode = PALABRA_OUTPUT_BOTH;
    for (i = 0; i < FORK_SESSIONS; i++) {
        fork_sessions[i] = direct_open("dev", &config);
        CHECK_STATUS(palabra_session_wait_ready(fork_sessions[i], CLOCK_PATIENCE_MS), PALABRA_OK);
    }
    for (i = 0; i < FORK_TALKERS; i++)
        REQUIRE(pthread_create(&talkers[i], NULL, fork_talk, (void *)(uintptr_t)(3 * i)) == 0);
    for (i = 0; i < forks && check_failures == 0; i++)
        fork_once();
    for (i = 0; i < FORK_SESSIONS; i++)
        fork_goes_on(fork_sessions[i]);
    fork_over = 1;
    for (i = 0; i < FORK_TALKERS; i++)
        pthread_join(talkers[i], NULL);
    CHECK_EQ(fork_failed, 0);
    for (i = 0; i < FORK_SESSIONS; i++)
        CHECK_STATUS(palabra_session_close(fork_sessions[i], 0), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(60000), PALABRA_OK);
    return check_result();
}

#endif
