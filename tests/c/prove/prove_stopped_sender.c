/* A process that was stopped does not send the missed audio in a burst: the schedule of the file is shifted.
 * devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "stopping.h"
#include "talk.h"

#include <pthread.h>

#define RATE 8000
#define STOP_S 3

static palabra_session *session;

static uint64_t taken(void)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats.input_frames_taken;
}

static void *send(void *unused)
{
    static int16_t silence[RATE * 20];
    CHECK(palabra_session_send_paced(session, silence, RATE * 20, 0, -1) > 0);
    return unused;
}

static void rest_ms(int64_t ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&time, &time) != 0)
        continue;
}

static int in_child(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    pthread_t sender;
    uint64_t before;
    int64_t since;

    config.input.format.sample_rate = RATE;
    config.input.buffer_ms = 20000;
    config.timeouts.liveness_ms = 30000;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, 10000), PALABRA_OK);
    REQUIRE(pthread_create(&sender, NULL, send, NULL) == 0);
    rest_ms(500);
    before = taken();
    since = clock_now_ms();
    raise(SIGSTOP);
    rest_ms(500);
    /* The amount that is due by the clock without the stop, and the amount that may be caught up. */
    CHECK_WITHIN((int64_t)(taken() - before), 1, (clock_now_ms() - since - STOP_S * 1000 + 200) * RATE / 1000);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    pthread_join(sender, NULL);
    CHECK_STATUS(palabra_session_close(session, 1000), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}

int main(void)
{
    return stopping_run(in_child, STOP_S * 1000);
}
