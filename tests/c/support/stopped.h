/* A session whose process is stopped for a while: the parent stops and continues the child, which talks. */
#ifndef PALABRA_TESTS_STOPPED_H
#define PALABRA_TESTS_STOPPED_H

#include "talk.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Sends silence in real time and polls; -1 when the session has closed. */
static inline int stopped_talk(palabra_session *session, int64_t ms)
{
    static const int16_t silence[320];
    int64_t end = clock_now_ms() + ms;
    palabra_event event = PALABRA_EVENT_INIT;

    while (clock_now_ms() < end) {
        palabra_session_send_audio(session, silence, 320);
        while (palabra_session_poll_event(session, &event, 0) > 0) {
            int closed = event.kind == PALABRA_EVENT_CLOSED;
            if (closed)
                fprintf(stderr, "closed: %s %s\n", palabra_status_name(event.code), event.text);
            CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
            if (closed)
                return -1;
        }
        clock_sleep_ms(20);
    }
    return 0;
}

/* The child: reports READY, is stopped, and must get answers again afterwards. */
static inline int stopped_child(uint32_t liveness_timeout_ms, int ready)
{
    palabra_translation_config config = talk_config();
    palabra_session_stats before = PALABRA_SESSION_STATS_INIT, after = PALABRA_SESSION_STATS_INIT;
    palabra_client *client = talk_client("dev");
    palabra_session *session;
    int64_t deadline;

    config.input.format.sample_rate = 16000;
    config.timeouts.liveness_ms = liveness_timeout_ms;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, 20000), PALABRA_OK);
    REQUIRE(stopped_talk(session, 1000) == 0);
    CHECK_STATUS(palabra_session_get_stats(session, &before), PALABRA_OK);
    REQUIRE(write(ready, "r", 1) == 1);
    /* The process is stopped here. Afterwards the server answers again: a new round trip is measured. */
    deadline = clock_now_ms() + 120000;
    do {
        REQUIRE(stopped_talk(session, 200) == 0);
        CHECK_STATUS(palabra_session_get_stats(session, &after), PALABRA_OK);
    } while (after.bytes_received < before.bytes_received + 10 && clock_now_ms() < deadline);
    CHECK(after.bytes_received >= before.bytes_received + 10);
    REQUIRE(stopped_talk(session, 2000) == 0);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_READY);
    CHECK_STATUS(palabra_session_close(session, 2000), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return check_result();
}

static inline int stopped_for(uint32_t liveness_timeout_ms, int64_t ms)
{
    int ready[2], status = 0;
    char byte;
    pid_t child;

    REQUIRE(pipe(ready) == 0);
    child = fork();
    REQUIRE(child >= 0);
    if (child == 0)
        _exit(stopped_child(liveness_timeout_ms, ready[1]));
    close(ready[1]);
    REQUIRE(read(ready[0], &byte, 1) == 1);
    CHECK_EQ(kill(child, SIGSTOP), 0);
    clock_sleep_ms(ms);
    CHECK_EQ(kill(child, SIGCONT), 0);
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
    return check_result();
}

#endif
