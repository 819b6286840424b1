/* Threads that end, query, interrupt, open, close and shut down at random while others poll: every session reports its
 * end once, and no event follows. */
#ifndef PALABRA_TESTS_RACE_H
#define PALABRA_TESTS_RACE_H

#include "direct.h"
#include "random.h"

#include <pthread.h>
#include <stdatomic.h>

#define RACE_SESSIONS 24
#define RACE_MEDDLERS 5

static palabra_session *race_sessions[RACE_SESSIONS];
static int race_count, race_steps;
static atomic_int race_closed[RACE_SESSIONS], race_after[RACE_SESSIONS];

static inline palabra_session *race_open(int mode)
{
    palabra_translation_config config = talk_config();

    config.output.mode = (palabra_output_mode)(mode % 3);
    return direct_open("dev", &config);
}

static void *race_poll(void *argument)
{
    int at = (int)(intptr_t)argument;
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    palabra_status polled;

    while ((polled = palabra_session_poll_event(race_sessions[at], &event, 200)) >= 0 && clock_now_ms() < deadline) {
        race_after[at] += polled > 0 && race_closed[at] > 0;
        race_closed[at] += polled > 0 && event.kind == PALABRA_EVENT_CLOSED;
        palabra_event_release(&event);
    }
    CHECK_STATUS(polled, PALABRA_ERR_CLOSED);
    return NULL;
}

static inline void race_step(uint64_t *random)
{
    static const int16_t silence[160];
    int16_t heard[160];
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    palabra_session *session = race_sessions[random_next(random) % (uint64_t)race_count];

    switch (random_next(random) % 40) {
    case 0: palabra_shutdown((int32_t)(random_next(random) % 4)); break;
    case 1: palabra_session_end(session); break;
    case 2: palabra_session_wait_ready(session, (int32_t)(random_next(random) % 3)); break;
    case 3: palabra_session_get_error(session, &error); break;
    case 4: palabra_session_interrupt(session, NULL, 0, 1); break;
    case 5: palabra_session_get_stats(session, &stats); break;
    case 6: palabra_session_close(race_open((int)(random_next(random) % 3)), (int32_t)(random_next(random) % 3)); break;
    case 7: clock_sleep_ms((int64_t)(random_next(random) % 4)); break;
    default:
        palabra_session_send_audio(session, silence, 160);
        palabra_session_read_audio(session, NULL, heard, 160);
    }
}

static void *race_meddle(void *argument)
{
    uint64_t random = (uint64_t)(uintptr_t)argument;
    int i;

    for (i = 0; i < race_steps; i++)
        race_step(&random);
    return NULL;
}

static inline void race_round(int round)
{
    pthread_t pollers[RACE_SESSIONS], meddlers[RACE_MEDDLERS];
    int i;

    for (i = 0; i < race_count; i++) {
        race_sessions[i] = race_open(i);
        race_closed[i] = race_after[i] = 0;
    }
    for (i = 0; i < race_count; i++)
        REQUIRE(pthread_create(&pollers[i], NULL, race_poll, (void *)(intptr_t)i) == 0);
    /* Before, during and after the sessions are READY. */
    clock_sleep_ms(round % 7 * 60);
    for (i = 0; i < RACE_MEDDLERS; i++)
        REQUIRE(pthread_create(&meddlers[i], NULL, race_meddle, (void *)(intptr_t)(1 + i + round * RACE_MEDDLERS)) == 0);
    for (i = 0; i < RACE_MEDDLERS; i++)
        pthread_join(meddlers[i], NULL);
    palabra_shutdown(round % 2 ? 0 : 20);
    for (i = 0; i < race_count; i++) {
        pthread_join(pollers[i], NULL);
        CHECK_EQ(race_closed[i], 1);
        CHECK_EQ(race_after[i], 0);
        CHECK_STATUS(palabra_session_close(race_sessions[i], 0), PALABRA_OK);
    }
}

static inline int race(int rounds, int sessions, int steps)
{
    int round;

    if (getenv("PALABRA_WS_URL") == NULL)
        return check_skip("there is no devserver");
    race_count = sessions;
    race_steps = steps;
    for (round = 0; round < rounds && check_failures == 0; round++)
        race_round(round);
    palabra_shutdown(5000);
    return check_result();
}

#endif
