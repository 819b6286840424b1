/* devserver: --no-rate-limits */
/* A queue of names: two threads serve two hundred sessions; who gets a name, when it comes again, and when it does not. */
#define _GNU_SOURCE
#include "direct.h"
#include "process.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#define SESSIONS 200
#define THREADS 2

typedef struct {
    palabra_session *session;
    pthread_mutex_t lock; /* events of one session are taken by one thread at a time */
    talk_fate fate;
    uint64_t audio_frames;
    int named;
} line;

static line lines[SESSIONS];
static atomic_int closed_lines;

static palabra_queue *new_names(void)
{
    palabra_queue *queue = NULL;

    CHECK_STATUS(palabra_queue_new(PALABRA_QUEUE_NAMES, &queue, NULL), PALABRA_OK);
    REQUIRE(queue != NULL);
    return queue;
}

static palabra_session *open_in(palabra_queue *queue, const char *token, uint64_t tag)
{
    palabra_translation_config config = talk_config();

    config.session_tag = tag;
    config.queue = queue;
    return direct_open(token, &config);
}

/* Takes events until there are none. A poll that another thread keeps out loses nothing. */
static void drain(line *l, palabra_session *session)
{
    palabra_event event = PALABRA_EVENT_INIT;

    pthread_mutex_lock(&l->lock);
    while (palabra_session_poll_event(session, &event, 0) > 0) {
        talk_count(&l->fate, &event);
        l->audio_frames += event.kind == PALABRA_EVENT_AUDIO ? (uint64_t)event.pcm_frames : 0;
        if (event.kind == PALABRA_EVENT_CLOSED)
            atomic_fetch_add(&closed_lines, 1);
        palabra_event_release(&event);
    }
    l->named++;
    pthread_mutex_unlock(&l->lock);
}

static void *serve(void *queue)
{
    palabra_ready ready = PALABRA_READY_INIT;
    int32_t polled;

    while ((polled = palabra_queue_poll_ready(queue, &ready, CLOCK_PATIENCE_MS)) > 0) {
        REQUIRE(ready.kind == PALABRA_READY_SESSION && ready.tag < SESSIONS && ready.handle != NULL);
        drain(&lines[ready.tag], ready.handle);
        if (atomic_load(&closed_lines) == SESSIONS)
            palabra_queue_wakeup(queue);
    }
    CHECK_STATUS(polled, 0);
    CHECK_EQ(ready.kind, PALABRA_READY_NONE);
    CHECK(ready.handle == NULL);
    palabra_queue_wakeup(queue); /* the next thread */
    return NULL;
}

static void two_threads_serve_all(void)
{
    palabra_queue *queue = new_names();
    pthread_t threads[THREADS];
    int i, alone, together;

    lines[0].session = open_in(queue, "dev~blast=3~.0", 0);
    alone = process_threads();
    for (i = 0; i < SESSIONS; i++) {
        char token[64];

        pthread_mutex_init(&lines[i].lock, NULL);
        snprintf(token, sizeof token, "dev~blast=3~.%d", i);
        if (i > 0)
            lines[i].session = open_in(queue, token, (uint64_t)i);
        CHECK_STATUS(palabra_session_end(lines[i].session), PALABRA_OK);
    }
    together = process_threads();
    CHECK_EQ(together, alone);
    for (i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, serve, queue) == 0);
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < SESSIONS; i++) {
        palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;

        CHECK_EQ(lines[i].fate.closed, 1);
        CHECK_STATUS(lines[i].fate.code, PALABRA_OK);
        CHECK(lines[i].fate.gapless && lines[i].named > 0);
        CHECK_STATUS(palabra_session_get_stats(lines[i].session, &stats), PALABRA_OK);
        CHECK_EQ(stats.events_queued, 0);
        CHECK_EQ(lines[i].audio_frames, stats.audio_frames_received);
        CHECK_STATUS(palabra_session_close(lines[i].session, 0), PALABRA_OK);
    }
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

static int is_readable(int fd)
{
    struct pollfd waiting = {fd, POLLIN, 0};

    return poll(&waiting, 1, 0) == 1;
}

static int32_t next_name(palabra_queue *queue, int32_t timeout_ms, palabra_ready *ready)
{
    palabra_ready fresh = PALABRA_READY_INIT;

    *ready = fresh;
    return palabra_queue_poll_ready(queue, ready, timeout_ms);
}

static palabra_status take(palabra_session *session, int32_t timeout_ms, palabra_event_kind *kind)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_status polled = palabra_session_poll_event(session, &event, timeout_ms);

    *kind = event.kind;
    palabra_event_release(&event);
    return polled;
}

static void once_and_again_and_never_after_a_close(void)
{
    palabra_queue *queue = new_names();
    palabra_session *session = open_in(queue, "dev~.once", 7);
    palabra_session *closed;
    palabra_ready ready;
    palabra_event_kind kind;
    int fd = palabra_queue_get_event_fd(queue);

    CHECK_EQ(next_name(queue, CLOCK_PATIENCE_MS, &ready), 1);
    CHECK(ready.kind == PALABRA_READY_SESSION && ready.tag == 7 && ready.handle == session);
    CHECK(!is_readable(fd));
    CHECK_EQ(take(session, CLOCK_PATIENCE_MS, &kind), 1);
    while (take(session, 0, &kind) > 0)
        ;
    CHECK_STATUS(palabra_session_speak(session, "hola", "es", 0, 1), PALABRA_OK);
    CHECK_EQ(next_name(queue, CLOCK_PATIENCE_MS, &ready), 1);
    CHECK(ready.handle == session);

    /* A wake-up of the session ends a wait for its events, and names nothing. */
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    closed = session;
    session = open_in(queue, "dev~.wake", 8);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    do {
        while (take(session, 0, &kind) > 0)
            ;
        while (next_name(queue, 0, &ready) > 0)
            ;
        CHECK_STATUS(palabra_session_wakeup(session), PALABRA_OK);
    } while (take(session, -1, &kind) > 0);
    CHECK(next_name(queue, 0, &ready) == 0 || take(session, 0, &kind) > 0);

    /* The name that a thread already has is that of a closed session; a name that waits is gone. */
    CHECK_STATUS(take(closed, 0, &kind), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (!is_readable(fd))
        clock_sleep_ms(1);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK(!is_readable(fd));
    CHECK_EQ(next_name(queue, 0, &ready), 0);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

/* What one session loses is lost by no other. */
static void each_session_has_its_own_limits(void)
{
    palabra_queue *queue = new_names();
    palabra_translation_config config = talk_config();
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    palabra_session *sessions[2];
    palabra_event_kind kind = PALABRA_EVENT_NONE;
    int i, taken[2] = {0, 0}, overflows[2] = {0, 0};

    config.queue = queue;
    for (i = 0; i < 2; i++) {
        config.limits.event_count = i == 0 ? 2 : 0;
        sessions[i] = direct_open("dev~blast=20", &config);
        CHECK_STATUS(palabra_session_end(sessions[i]), PALABRA_OK);
    }
    for (i = 0; i < 2; i++) {
        while (palabra_session_get_state(sessions[i]) != PALABRA_STATE_CLOSED)
            clock_sleep_ms(5);
        while (take(sessions[i], 0, &kind) > 0) {
            taken[i]++;
            overflows[i] += kind == PALABRA_EVENT_OVERFLOW;
        }
        CHECK_EQ(kind, PALABRA_EVENT_NONE);
    }
    CHECK_EQ(overflows[0], 1);
    CHECK_EQ(taken[0], 4); /* with OVERFLOW and CLOSED */
    CHECK_EQ(overflows[1], 0);
    CHECK(taken[1] > 20);
    CHECK_STATUS(palabra_session_get_stats(sessions[1], &stats), PALABRA_OK);
    CHECK_EQ(stats.events_dropped, 0);
    for (i = 0; i < 2; i++)
        CHECK_STATUS(palabra_session_close(sessions[i], 0), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

static int32_t take_own(palabra_queue *queue, int32_t timeout_ms, palabra_event *event)
{
    palabra_event_release(event);
    return palabra_queue_poll_event(queue, event, timeout_ms);
}

/* Log lines and requests for credentials have the name of the queue. */
static void what_is_the_queues_own(void)
{
    palabra_client_config asking = PALABRA_CLIENT_CONFIG_INIT;
    palabra_credentials credentials = {0};
    palabra_translation_config config = talk_config();
    palabra_queue *queue = new_names();
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_client *client = NULL;
    palabra_session *session;
    palabra_ready ready;

    asking.flags = PALABRA_CLIENT_ASK_CREDENTIALS | PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    asking.translation_url = getenv("PALABRA_WS_URL");
    asking.connect_timeout_ms = TALK_CONNECT_MS;
    CHECK_STATUS(palabra_client_new(&asking, &client, NULL), PALABRA_OK);
    config.queue = queue;
    config.session_tag = 9;
    config.session_name = "a call";
    session = talk_open(client, &config);
    CHECK_EQ(next_name(queue, CLOCK_PATIENCE_MS, &ready), 1);
    CHECK(ready.kind == PALABRA_READY_QUEUE && ready.handle == queue && ready.tag == 0);
    CHECK_EQ(take_own(queue, 0, &event), 1);
    CHECK_EQ(event.kind, PALABRA_EVENT_CREDENTIALS_NEEDED);
    CHECK_EQ(event.session_tag, 9);
    CHECK_TEXT(event.session_name, "a call");
    CHECK_EQ(take_own(queue, 0, &event), 0);
    CHECK_STATUS(palabra_log_open(queue, PALABRA_LOG_DEBUG, NULL), PALABRA_OK);
    credentials.api_key = "dev~.key";
    CHECK_STATUS(palabra_client_set_credentials(client, &credentials, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    while (next_name(queue, CLOCK_PATIENCE_MS, &ready) == 1 && ready.kind != PALABRA_READY_QUEUE)
        ;
    CHECK_EQ(take_own(queue, 0, &event), 1);
    CHECK_EQ(event.kind, PALABRA_EVENT_LOG);
    palabra_event_release(&event);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

/* A freed queue ends the waits; its sessions can be polled still. */
static void *wait_for_a_name(void *queue)
{
    palabra_ready ready;

    /* Freed before the wait begins, if this thread is slow. */
    CHECK(next_name(queue, CLOCK_PATIENCE_MS, &ready) < 0);
    return NULL;
}

static void *wait_for_what_is_its_own(void *queue)
{
    palabra_event event = PALABRA_EVENT_INIT;

    CHECK(palabra_queue_poll_event(queue, &event, CLOCK_PATIENCE_MS) < 0);
    return NULL;
}

static void freed_and_mistaken(void)
{
    palabra_queue *queue = new_names(), *idle = new_names(), *events = NULL;
    palabra_session *session = open_in(queue, "dev~.freed", 1);
    palabra_ready ready;
    palabra_event_kind kind;
    pthread_t waiting, waiting_too;

    REQUIRE(pthread_create(&waiting, NULL, wait_for_a_name, idle) == 0);
    REQUIRE(pthread_create(&waiting_too, NULL, wait_for_what_is_its_own, idle) == 0);
    clock_sleep_ms(20); /* most likely it waits by now */
    CHECK_STATUS(palabra_queue_free(idle), PALABRA_OK);
    pthread_join(waiting, NULL);
    pthread_join(waiting_too, NULL);
    CHECK_STATUS(palabra_queue_poll_ready(idle, &ready, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    CHECK_EQ(take(session, CLOCK_PATIENCE_MS, &kind), 1);
    CHECK_EQ(kind, PALABRA_EVENT_READY);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);

    CHECK_STATUS(palabra_queue_new(2, &events, NULL), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_queue_new(0, &events, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_queue_poll_ready(events, &ready, 0), PALABRA_ERR_UNSUPPORTED);
    session = open_in(events, "dev~.events", 1);
    CHECK_STATUS(take(session, 0, &kind), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    queue = new_names();
    CHECK_STATUS(palabra_queue_poll_ready(queue, NULL, 0), PALABRA_ERR_INVALID_ARGUMENT);
    ready.struct_size = 4;
    CHECK_STATUS(palabra_queue_poll_ready(queue, &ready, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(events), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    two_threads_serve_all();
    once_and_again_and_never_after_a_close();
    each_session_has_its_own_limits();
    what_is_the_queues_own();
    freed_and_mistaken();
    palabra_shutdown(5000);
    return check_result();
}
