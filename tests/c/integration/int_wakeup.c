/* devserver: --no-rate-limits */
/* The rules of the wake-up callback: called when an event becomes available, cannot make calls, never called after its
 * removal, and called for every event. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#define EVENTS 2000u

typedef struct {
    palabra_session *session;
    palabra_event held; /* released inside the callback */
    int calls, running; /* written by the callback, on another thread */
    int slow_ms;
    palabra_status refused[5], allowed[2], taken;
    sem_t told;
} listener;

static int now(const int *of)
{
    return __atomic_load_n(of, __ATOMIC_SEQ_CST);
}

static void listener_init(listener *l, const char *token)
{
    palabra_event fresh = PALABRA_EVENT_INIT;
    palabra_translation_config config = talk_config();

    memset(l, 0, sizeof *l);
    REQUIRE(sem_init(&l->told, 0, 0) == 0);
    l->held = fresh;
    config.limits.event_count = 100000;
    config.limits.event_bytes = 1u << 30;
    l->session = direct_open(token, &config);
}

/* A close does not wait for a callback that is running. */
static void listener_free(listener *l)
{
    CHECK_STATUS(palabra_session_set_wakeup_callback(l->session, NULL, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(l->session, 0), PALABRA_OK);
    sem_destroy(&l->told);
}

static int wait_told(listener *l, int64_t within_ms)
{
    struct timespec until;
    int waited;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(within_ms / 1000);
    do
        waited = sem_timedwait(&l->told, &until);
    while (waited != 0 && errno == EINTR);
    return waited == 0;
}

static void tell(void *user_data)
{
    listener *l = user_data;
    __atomic_store_n(&l->running, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&l->calls, 1, __ATOMIC_SEQ_CST);
    if (l->slow_ms > 0)
        clock_sleep_ms(l->slow_ms);
    sem_post(&l->told);
    __atomic_store_n(&l->running, 0, __ATOMIC_SEQ_CST);
}

/* Polls all queued events; returns whether CLOSED was among them. */
static int drain(listener *l, talk_fate *fate)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_session_poll_event(l->session, &event, 0) > 0) {
        talk_count(fate, &event);
        palabra_event_release(&event);
    }
    return fate->closed > 0;
}

static void wait_running(const listener *l, int wanted)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (now(&l->running) != wanted && clock_now_ms() < deadline)
        clock_sleep_ms(1);
    CHECK_EQ(now(&l->running), wanted);
}

static void wait_for_events(const listener *l)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (stats.events_queued == 0 && clock_now_ms() < deadline) {
        CHECK_STATUS(palabra_session_get_stats(l->session, &stats), PALABRA_OK);
        clock_sleep_ms(5);
    }
    CHECK(stats.events_queued > 0);
}

static void at_once_when_something_waits(void)
{
    listener l;
    talk_fate fate = {0};

    listener_init(&l, "dev~.at-once");
    CHECK_STATUS(palabra_session_wait_ready(l.session, CLOCK_PATIENCE_MS), PALABRA_OK);
    wait_for_events(&l);
    CHECK_STATUS(palabra_session_set_wakeup_callback(l.session, tell, &l), PALABRA_OK);
    CHECK(now(&l.calls) >= 1); /* no further event may ever come */
    CHECK_EQ(now(&l.running), 0);
    drain(&l, &fate);
    listener_free(&l);
}

static void call_everything(void *user_data)
{
    listener *l = user_data;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    int16_t frame = 0;

    l->refused[0] = palabra_session_poll_event(l->session, &event, -1);
    l->refused[1] = palabra_session_set_wakeup_callback(l->session, NULL, NULL);
    l->refused[2] = palabra_session_close(l->session, 0);
    l->refused[3] = palabra_session_get_stats(l->session, &stats);
    l->refused[4] = palabra_shutdown(0);
    l->taken = palabra_session_send_audio(l->session, &frame, 1); /* does not check for a callback */
    l->allowed[0] = palabra_session_wakeup(l->session);
    l->allowed[1] = palabra_event_release(&l->held);
    __atomic_add_fetch(&l->calls, 1, __ATOMIC_SEQ_CST);
    sem_post(&l->told);
}

static void no_calls_from_inside(int set_while_something_waits)
{
    listener l;
    talk_fate fate = {0};
    int i;

    listener_init(&l, "dev~.inside");
    REQUIRE(palabra_session_poll_event(l.session, &l.held, CLOCK_PATIENCE_MS) == 1);
    if (set_while_something_waits) {
        CHECK_STATUS(palabra_session_speak(l.session, "hola", "es", 0, 0), PALABRA_OK);
        wait_for_events(&l);
    } else {
        drain(&l, &fate);
    }
    CHECK_STATUS(palabra_session_set_wakeup_callback(l.session, call_everything, &l), PALABRA_OK);
    if (!set_while_something_waits)
        CHECK_STATUS(palabra_session_speak(l.session, "hola", "es", 0, 0), PALABRA_OK);
    REQUIRE(wait_told(&l, CLOCK_PATIENCE_MS));
    CHECK_STATUS(palabra_session_set_wakeup_callback(l.session, NULL, NULL), PALABRA_OK);
    CHECK_EQ(l.taken, 1);
    for (i = 0; i < 5; i++)
        CHECK_STATUS(l.refused[i], PALABRA_ERR_REENTRANT);
    for (i = 0; i < 2; i++)
        CHECK_STATUS(l.allowed[i], PALABRA_OK);
    CHECK(l.held.payload == NULL);
    CHECK_EQ(palabra_session_get_state(l.session), PALABRA_STATE_READY); /* outside the callback the call works again */
    listener_free(&l);
}

/* A slow callback is not called again, in every way to remove it. Only a close does not wait for its return: the
 * closing thread may hold a lock that the callback takes. */
static void never_after_its_removal(palabra_status (*remove_it)(listener *), int waits)
{
    listener l;
    int calls;

    listener_init(&l, "dev~.removal");
    l.slow_ms = 200;
    CHECK_STATUS(palabra_session_set_wakeup_callback(l.session, tell, &l), PALABRA_OK);
    wait_running(&l, 1);
    CHECK_STATUS(remove_it(&l), PALABRA_OK);
    if (waits)
        CHECK_EQ(now(&l.running), 0);
    wait_running(&l, 0);
    calls = now(&l.calls);
    CHECK(calls > 0);
    clock_sleep_ms(500); /* at least READY arrives in this time */
    CHECK_EQ(now(&l.calls), calls);
    palabra_session_close(l.session, 0);
    sem_destroy(&l.told);
}

static palabra_status clear(listener *l)
{
    return palabra_session_set_wakeup_callback(l->session, NULL, NULL);
}

static void nothing(void *user_data)
{
    (void)user_data;
}

static palabra_status replace(listener *l)
{
    return palabra_session_set_wakeup_callback(l->session, nothing, NULL);
}

static palabra_status close_it(listener *l)
{
    return palabra_session_close(l->session, 0);
}

/* A thread that polls only after the callback gets every event. */
static void it_tells_of_everything(int with_wakeups)
{
    listener l;
    talk_fate fate = {0};
    char token[64];

    snprintf(token, sizeof token, "dev~blast=%u~.%d", EVENTS, with_wakeups);
    listener_init(&l, token);
    CHECK_STATUS(palabra_session_set_wakeup_callback(l.session, tell, &l), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(l.session), PALABRA_OK);
    while (!drain(&l, &fate)) {
        if (with_wakeups) /* meant for a waiting poller; there is none, and it must not hide the next event */
            CHECK_STATUS(palabra_session_wakeup(l.session), PALABRA_OK);
        if (!CHECK(wait_told(&l, CLOCK_PATIENCE_MS))) {
            palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
            palabra_session_get_stats(l.session, &stats);
            fprintf(stderr, "  ^ %d events wait and nobody was told (%s wake-ups)\n", (int)stats.events_queued,
                    with_wakeups ? "with" : "without");
            break;
        }
    }
    if (fate.closed > 0) {
        CHECK(fate.gapless);
        CHECK_EQ(fate.audio, EVENTS);
        CHECK_STATUS(fate.code, PALABRA_OK);
        printf("%u events, %d calls\n", fate.events, now(&l.calls));
    }
    listener_free(&l);
}

static void *wake_later(void *session)
{
    clock_sleep_ms(100);
    CHECK_STATUS(palabra_session_wakeup(session), PALABRA_OK);
    return NULL;
}

static void a_wakeup_ends_a_wait(void)
{
    palabra_event event = PALABRA_EVENT_INIT;
    listener l;
    talk_fate fate = {0};
    pthread_t thread;
    int64_t before;

    listener_init(&l, "dev~.wait");
    CHECK_STATUS(palabra_session_wait_ready(l.session, CLOCK_PATIENCE_MS), PALABRA_OK);
    clock_sleep_ms(100);
    drain(&l, &fate);
    before = clock_now_ms();
    REQUIRE(pthread_create(&thread, NULL, wake_later, l.session) == 0);
    CHECK_EQ(palabra_session_poll_event(l.session, &event, CLOCK_PATIENCE_MS), 0);
    pthread_join(thread, NULL);
    CHECK_STATUS(palabra_session_wakeup(l.session), PALABRA_OK);
    CHECK_EQ(palabra_session_poll_event(l.session, &event, CLOCK_PATIENCE_MS), 0);
    CHECK_WITHIN(clock_now_ms() - before, 99, clock_limit_ms(5000));
    listener_free(&l);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    a_wakeup_ends_a_wait();
    at_once_when_something_waits();
    no_calls_from_inside(0);
    no_calls_from_inside(1);
    never_after_its_removal(clear, 1);
    never_after_its_removal(replace, 1);
    never_after_its_removal(close_it, 0);
    it_tells_of_everything(0);
    it_tells_of_everything(1);
    palabra_shutdown(5000);
    return check_result();
}
