/* devserver: --no-rate-limits */
/* Events and wake-ups through the descriptor of an event loop, level- and edge-triggered: none is lost.
 * tests/rust/event_fd.rs sends a million events through it; here they come from a server. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"

#ifdef __linux__

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SESSIONS 4
#define BLAST 12500u /* audio messages to each session */
#define WAKEUPS 100000
#define STUCK_MS CLOCK_PATIENCE_MS /* enough that something is certainly in transit */

typedef struct {
    palabra_queue *queue;
    int epoll;
    uint32_t returns; /* of epoll_wait */
} loop;

static loop make_loop(uint32_t trigger)
{
    struct epoll_event interest = {0};
    loop l = {NULL, 0, 0};

    CHECK_STATUS(palabra_queue_new(0, &l.queue, NULL), PALABRA_OK);
    l.epoll = epoll_create1(EPOLL_CLOEXEC);
    interest.events = EPOLLIN | trigger;
    REQUIRE(epoll_ctl(l.epoll, EPOLL_CTL_ADD, palabra_queue_get_event_fd(l.queue), &interest) == 0);
    return l;
}

static int wait_readable(loop *l, int timeout_ms)
{
    struct epoll_event ready;
    int count = epoll_wait(l->epoll, &ready, 1, timeout_ms);

    l->returns += count == 1;
    return count == 1;
}

static void free_loop(loop *l)
{
    CHECK(!wait_readable(l, 0)); /* not readable when no event is queued */
    close(l->epoll);
    CHECK_STATUS(palabra_queue_free(l->queue), PALABRA_OK);
}

static void open_sessions(const loop *l, palabra_session **sessions, const char *name)
{
    palabra_translation_config config = talk_config();
    char token[64];
    int i;

    config.queue = l->queue;
    config.limits.event_count = 1000000;
    config.limits.event_bytes = 1u << 31;
    for (i = 0; i < SESSIONS; i++) {
        snprintf(token, sizeof token, "dev~blast=%u~.%s%d", BLAST, name, i);
        config.session_tag = (uint64_t)i;
        sessions[i] = direct_open(token, &config);
        CHECK_STATUS(palabra_session_end(sessions[i]), PALABRA_OK);
    }
}

static void events(const char *name, uint32_t trigger)
{
    palabra_session *sessions[SESSIONS];
    palabra_event event = PALABRA_EVENT_INIT;
    talk_fate fates[SESSIONS];
    loop l = make_loop(trigger);
    uint32_t closed = 0, total = 0;
    int64_t before = clock_now_ms();
    int i;

    memset(fates, 0, sizeof fates);
    open_sessions(&l, sessions, name);
    while (closed < SESSIONS && CHECK(wait_readable(&l, STUCK_MS))) {
        palabra_status polled;
        while ((polled = palabra_queue_poll_event(l.queue, &event, 0)) > 0) {
            talk_count(&fates[event.session_tag], &event);
            closed += event.kind == PALABRA_EVENT_CLOSED;
            total++;
            palabra_event_release(&event);
        }
        CHECK_STATUS(polled, 0);
    }
    for (i = 0; i < SESSIONS; i++) {
        CHECK_EQ(fates[i].closed, 1);
        CHECK_STATUS(fates[i].code, PALABRA_OK);
        CHECK_EQ(fates[i].audio, BLAST);
        CHECK(fates[i].gapless);
        CHECK_STATUS(palabra_session_close(sessions[i], 0), PALABRA_OK);
    }
    printf("%s-triggered: %u events, readable %u times, %d ms\n", name, total, l.returns,
           (int)(clock_now_ms() - before));
    free_loop(&l);
}

static int acknowledged[2]; /* a pipe */

static void *wake_again_and_again(void *queue)
{
    char one;
    int i;

    for (i = 0; i < WAKEUPS; i++) {
        CHECK_STATUS(palabra_queue_wakeup(queue), PALABRA_OK);
        if (read(acknowledged[0], &one, 1) != 1)
            break;
    }
    return NULL;
}

/* Each wake-up is sent after the previous one was consumed: each is an edge from not readable to readable. */
static void wakeups(const char *name, uint32_t trigger)
{
    palabra_event event = PALABRA_EVENT_INIT;
    loop l = make_loop(trigger);
    pthread_t thread;
    int64_t before = clock_now_ms();
    int i;
    char one = 1;

    REQUIRE(pipe(acknowledged) == 0);
    REQUIRE(pthread_create(&thread, NULL, wake_again_and_again, l.queue) == 0);
    for (i = 0; i < WAKEUPS; i++) {
        if (!CHECK(wait_readable(&l, STUCK_MS)))
            break;
        CHECK_EQ(palabra_queue_poll_event(l.queue, &event, 0), 0);
        REQUIRE(write(acknowledged[1], &one, 1) == 1);
    }
    close(acknowledged[1]);
    pthread_join(thread, NULL);
    close(acknowledged[0]);
    CHECK_EQ(l.returns, WAKEUPS);
    printf("%s-triggered: %d wake-ups, %d ms\n", name, i, (int)(clock_now_ms() - before));
    free_loop(&l);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    events("level", 0);
    events("edge", EPOLLET);
    wakeups("level", 0);
    wakeups("edge", EPOLLET);
    palabra_shutdown(5000);
    return check_result();
}

#else

int main(void)
{
    return check_skip("there is no epoll");
}

#endif
