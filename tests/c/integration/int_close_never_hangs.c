/* close(0) returns immediately in every state of a session, and ends every wait in another thread. */
#define _GNU_SOURCE
#include "peers.h"
#include "process.h"
#include "talk.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>

#define GENEROUS_MS 50
#define CLOSERS 8
#define SESSIONS 50

static char silent_url[64], full_url[64];

static void close_now(const char *state, palabra_session *session)
{
    int64_t before = clock_now_ms();
    int64_t took;

    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    took = clock_now_ms() - before;
    if (!CHECK_WITHIN(took, 0, clock_limit_ms(GENEROUS_MS)))
        fprintf(stderr, "  ^ while %s\n", state);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_get_state(session), PALABRA_ERR_BAD_HANDLE);
}

static palabra_session *open_at(const char *url)
{
    palabra_client *client = talk_client_at("id", url, 0);
    palabra_session *session = talk_open(client, NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

static palabra_session *ready_session(void)
{
    palabra_session *session = talk_open_as("id");
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return session;
}

static void in_each_state(void)
{
    palabra_session *session;
    talk_fate fate = {0};

    close_now("just opened", talk_open_as("id"));
    session = open_at(silent_url);
    CHECK_STATUS(palabra_session_wait_ready(session, 100), PALABRA_ERR_TIMEOUT);
    close_now("waiting for an answer", session);
    session = open_at(full_url);
    CHECK_STATUS(palabra_session_wait_ready(session, 100), PALABRA_ERR_TIMEOUT);
    close_now("connecting to a full queue", session);
    session = open_at("http://nohost.invalid");
    close_now("resolving", session);
    session = talk_open_as("dev~never_ready");
    CHECK_STATUS(palabra_session_wait_ready(session, 300), PALABRA_ERR_TIMEOUT);
    close_now("waiting for the task", session);
    close_now("ready, with unread events", ready_session());
    session = ready_session();
    CHECK_STATUS(palabra_session_speak(session, "a long text that is still being said", "es", 0, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    close_now("ending", session);
    session = ready_session();
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    close_now("closed", session);
}

static void with_audio_that_nobody_takes(void)
{
    static int16_t second[24000];
    palabra_session *session = talk_open_as("dev~silent_after_ms=100");

    palabra_session_wait_ready(session, 500);
    while (palabra_session_send_audio(session, second, 24000) == 24000)
        continue;
    close_now("its audio cannot leave", session);
}

typedef struct {
    palabra_session *session;
    palabra_status polled;
    int64_t woken_ms;
    long thread;
} waiter;

static sem_t begun;

static void *poll_without_limit(void *argument)
{
    waiter *w = argument;
    palabra_event event = PALABRA_EVENT_INIT;

    do {
        palabra_event_release(&event);
        w->polled = palabra_session_poll_event(w->session, &event, -1);
    } while (w->polled > 0 || w->polled == PALABRA_ERR_BUSY); /* BUSY: the main thread probes this one */
    w->woken_ms = clock_now_ms();
    return NULL;
}

static void *wait_without_limit(void *argument)
{
    waiter *w = argument;
    w->thread = syscall(SYS_gettid);
    sem_post(&begun);
    w->polled = palabra_session_wait_ready(w->session, -1);
    w->woken_ms = clock_now_ms();
    return NULL;
}

/* BUSY, or an event taken by this thread, shows that the other thread is inside. */
static void wait_until_polling(palabra_session *session)
{
    palabra_event event = PALABRA_EVENT_INIT;
    while (palabra_session_poll_event(session, &event, 0) != PALABRA_ERR_BUSY) {
        palabra_event_release(&event);
        clock_sleep_ms(1);
    }
}

static void with_a_poller_inside(const char *url)
{
    waiter w;
    pthread_t thread;
    int64_t before;

    memset(&w, 0, sizeof w);
    w.session = url == NULL ? ready_session() : open_at(url);
    REQUIRE(pthread_create(&thread, NULL, poll_without_limit, &w) == 0);
    wait_until_polling(w.session);
    before = clock_now_ms();
    close_now("another thread polls", w.session);
    pthread_join(thread, NULL);
    CHECK_STATUS(w.polled, PALABRA_ERR_CLOSED);
    CHECK_WITHIN(w.woken_ms - before, 0, clock_limit_ms(GENEROUS_MS));
}

static void with_threads_that_wait_until_ready(void)
{
    waiter waiters[3];
    pthread_t threads[3];
    palabra_session *session = open_at(silent_url);
    int64_t before;
    int i;

    REQUIRE(sem_init(&begun, 0, 0) == 0);
    for (i = 0; i < 3; i++) {
        memset(&waiters[i], 0, sizeof waiters[i]);
        waiters[i].session = session;
        REQUIRE(pthread_create(&threads[i], NULL, wait_without_limit, &waiters[i]) == 0);
    }
    for (i = 0; i < 3; i++)
        while (sem_wait(&begun) != 0)
            continue;
    CHECK_STATUS(palabra_session_wait_ready(session, 100), PALABRA_ERR_TIMEOUT);
    for (i = 0; i < 3; i++)
        process_await_waiting(waiters[i].thread);
    before = clock_now_ms();
    close_now("others wait until it is ready", session);
    for (i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        CHECK_STATUS(waiters[i].polled, PALABRA_ERR_CLOSED);
        CHECK_WITHIN(waiters[i].woken_ms - before, 0, clock_limit_ms(GENEROUS_MS));
    }
}

static void a_drain_is_bounded(void)
{
    palabra_session *session = open_at(silent_url);
    int64_t before = clock_now_ms();

    CHECK_STATUS(palabra_session_close(session, 3000), PALABRA_OK);
    CHECK_WITHIN(clock_now_ms() - before, 0, clock_limit_ms(3000 + GENEROUS_MS));
    session = ready_session();
    before = clock_now_ms();
    CHECK_STATUS(palabra_session_close(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_WITHIN(clock_now_ms() - before, 0, clock_limit_ms(4500));
}

static palabra_session *sessions[SESSIONS];
static volatile int closed_by[CLOSERS], slowest_ms[CLOSERS];

/* Eight threads close all sessions: each session is closed exactly once. */
static void *close_everything(void *argument)
{
    int me = *(int *)argument, i;

    for (i = 0; i < SESSIONS; i++) {
        int64_t before = clock_now_ms();
        palabra_status closed = palabra_session_close(sessions[(i + me * SESSIONS / CLOSERS) % SESSIONS], 0);
        int took = (int)(clock_now_ms() - before);
        closed_by[me] = closed_by[me] + (closed == PALABRA_OK);
        slowest_ms[me] = took > slowest_ms[me] ? took : slowest_ms[me];
        CHECK(closed == PALABRA_OK || closed == PALABRA_ERR_BAD_HANDLE);
    }
    return NULL;
}

static void from_many_threads(void)
{
    pthread_t threads[CLOSERS];
    int numbers[CLOSERS];
    int i, total = 0;

    for (i = 0; i < SESSIONS; i++)
        sessions[i] = i % 3 == 0 ? open_at(silent_url) : talk_open_as(i % 3 == 1 ? "id" : "dev~never_ready");
    palabra_session_wait_ready(sessions[1], CLOCK_PATIENCE_MS);
    for (i = 0; i < CLOSERS; i++) {
        numbers[i] = i;
        REQUIRE(pthread_create(&threads[i], NULL, close_everything, &numbers[i]) == 0);
    }
    for (i = 0; i < CLOSERS; i++) {
        pthread_join(threads[i], NULL);
        total += closed_by[i];
        CHECK_WITHIN(slowest_ms[i], 0, clock_limit_ms(4 * GENEROUS_MS)); /* eight threads on possibly two cores */
    }
    CHECK_EQ(total, SESSIONS);
}

int main(void)
{
    int silent_port = 0, full_port = 0, fillers[8];
    int64_t before;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    REQUIRE(peers_silent(&silent_port) >= 0);
    peers_url(silent_url, sizeof silent_url, "http", silent_port);
    if (peers_full(&full_port, fillers, 8) < 0)
        full_port = silent_port;
    peers_url(full_url, sizeof full_url, "http", full_port);
    in_each_state();
    with_audio_that_nobody_takes();
    with_a_poller_inside(NULL);
    with_a_poller_inside(silent_url);
    with_threads_that_wait_until_ready();
    a_drain_is_bounded();
    from_many_threads();
    before = clock_now_ms();
    palabra_shutdown(5000);
    CHECK_WITHIN(clock_now_ms() - before, 0, clock_limit_ms(5500));
    return check_result();
}
