/* A second sender or poller gets BUSY; calls that race with a close on another thread return an error code. */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

#include <pthread.h>

#define CALLERS 4
#define ROUNDS 40

static void *poll_until_closed(void *session)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_status polled;
    while ((polled = palabra_session_poll_event(session, &event, -1)) > 0 || polled == PALABRA_ERR_BUSY)
        palabra_event_release(&event);
    return NULL;
}

static void a_second_poller(void)
{
    palabra_session *session = talk_open_as("id");
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_status polled = 0;
    pthread_t poller;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    REQUIRE(pthread_create(&poller, NULL, poll_until_closed, session) == 0);
    while (polled != PALABRA_ERR_BUSY && clock_now_ms() < deadline) {
        polled = palabra_session_poll_event(session, &event, 0);
        palabra_event_release(&event);
    }
    CHECK_STATUS(polled, PALABRA_ERR_BUSY);
    CHECK_STATUS(palabra_session_poll_event(session, &event, -1), PALABRA_ERR_BUSY); /* returns immediately */
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    pthread_join(poller, NULL);
}

typedef struct {
    palabra_session *session;
    volatile int *stop;
    uint64_t taken, busy, other;
} sender;

static void *send_until_told(void *argument)
{
    static const int16_t audio[24000 * 4];
    sender *s = argument;

    while (!*s->stop) {
        palabra_status sent = palabra_session_send_audio(s->session, audio, sizeof audio / sizeof audio[0]);
        s->taken += sent >= 0 ? (uint64_t)sent : 0;
        s->busy += sent == PALABRA_ERR_BUSY;
        s->other += sent < 0 && sent != PALABRA_ERR_BUSY;
    }
    return NULL;
}

/* Each call takes whole frames or returns BUSY, and at least one call returns BUSY. */
static void a_second_sender(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("dev~never_ready");
    volatile int stop = 0;
    sender senders[2];
    pthread_t threads[2];
    int64_t deadline;
    int i;

    memset(senders, 0, sizeof senders);
    config.input.buffer_ms = 60000;
    for (i = 0; i < 2; i++) {
        senders[i].session = i == 0 ? talk_open(client, &config) : senders[0].session;
        senders[i].stop = &stop;
        REQUIRE(pthread_create(&threads[i], NULL, send_until_told, &senders[i]) == 0);
    }
    /* On a busy machine the threads begin late. */
    deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    while (palabra_session_get_input_space(senders[0].session) > 0 && clock_now_ms() < deadline)
        clock_sleep_ms(10);
    clock_sleep_ms(1000);
    stop = 1;
    for (i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    CHECK_EQ(senders[0].other + senders[1].other, 0);
    CHECK_EQ(senders[0].taken + senders[1].taken, 24000 * 60);
    printf("%llu times busy\n", (unsigned long long)(senders[0].busy + senders[1].busy));
    CHECK_STATUS(palabra_session_close(senders[0].session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

static volatile int over;

/* The codes that a call may return while the session is being closed. */
static int is_expected(palabra_status status)
{
    return status >= 0 || status == PALABRA_ERR_BAD_HANDLE || status == PALABRA_ERR_CLOSED ||
           status == PALABRA_ERR_BUSY || status == PALABRA_ERR_ENDED || status == PALABRA_ERR_AGAIN ||
           status == PALABRA_ERR_TIMEOUT;
}

static void *call_everything(void *session)
{
    static const int16_t audio[960];
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    while (!over) {
        CHECK(is_expected(palabra_session_send_audio(session, audio, 960)));
        CHECK(is_expected(palabra_session_skip(session, 160)));
        CHECK(is_expected(palabra_session_flush_input(session)));
        CHECK(is_expected(palabra_session_get_input_space(session)));
        CHECK(is_expected(palabra_session_poll_event(session, &event, 1)));
        CHECK(is_expected(palabra_event_release(&event)));
        CHECK(is_expected(palabra_session_get_state(session)));
        CHECK(is_expected(palabra_session_wait_ready(session, 0)));
        CHECK(is_expected(palabra_session_get_error(session, &error)));
        CHECK(is_expected(palabra_session_speak(session, "hola", "es", 0, 0)));
    }
    return NULL;
}

static void a_close_in_the_middle(int round)
{
    pthread_t threads[CALLERS];
    palabra_session *session = talk_open_as("id");
    int i;

    over = 0;
    for (i = 0; i < CALLERS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, call_everything, session) == 0);
    clock_sleep_ms(round % 20); /* a different moment each time */
    if (round % 4 == 0)
        CHECK(is_expected(palabra_session_end(session)));
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    over = 1;
    for (i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    int round;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    a_second_poller();
    a_second_sender();
    for (round = 0; round < ROUNDS; round++)
        a_close_in_the_middle(round);
    palabra_shutdown(5000);
    return check_result();
}
