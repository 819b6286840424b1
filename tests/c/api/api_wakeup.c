/* Wake-ups of a queue without events: before a wait and during it, by poll and by descriptor. */
#define _GNU_SOURCE
#include "check.h"
#include "clock.h"
#include "process.h"

#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>

#define ROUNDS 2000
#define LONG_MS CLOCK_PATIENCE_MS
#define SOON_MS 60000 /* far less than LONG_MS, far more than a busy machine needs */

static palabra_queue *new_queue(void)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_queue *queue = NULL;

    CHECK_STATUS(palabra_queue_new(0, &queue, &error), PALABRA_OK);
    REQUIRE(queue != NULL);
    return queue;
}

static palabra_status poll_for(palabra_queue *queue, int32_t timeout_ms)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_status polled = palabra_queue_poll_event(queue, &event, timeout_ms);

    CHECK_EQ(event.kind, PALABRA_EVENT_NONE);
    CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    return polled;
}

/* Threads that are about to wait announce their index here. */
static int waiting_pipe[2];

static void about_to_wait(void)
{
    long thread = syscall(SYS_gettid);

    REQUIRE(write(waiting_pipe[1], &thread, sizeof thread) == sizeof thread);
}

/* Returns when one more thread is blocked inside the call. */
static void await_one_inside(void)
{
    long thread;

    REQUIRE(read(waiting_pipe[0], &thread, sizeof thread) == sizeof thread);
    process_await_waiting(thread);
}

static void before_the_wait(void)
{
    palabra_queue *queue = new_queue();
    int64_t before = clock_now_ms();

    CHECK_STATUS(palabra_queue_wakeup(queue), PALABRA_OK);
    CHECK_STATUS(poll_for(queue, -1), 0);
    CHECK_STATUS(palabra_queue_wakeup(queue), PALABRA_OK);
    CHECK_STATUS(palabra_queue_wakeup(queue), PALABRA_OK); /* wake-ups do not accumulate: several count as one */
    CHECK_STATUS(poll_for(queue, LONG_MS), 0);
    CHECK_WITHIN(clock_now_ms() - before, 0, SOON_MS);
    before = clock_now_ms();
    CHECK_STATUS(poll_for(queue, 100), 0);
    CHECK_WITHIN(clock_now_ms() - before, 99, SOON_MS); /* no wake-up is left */
    CHECK_STATUS(palabra_queue_wakeup(queue), PALABRA_OK);
    CHECK_STATUS(poll_for(queue, 0), 0);
    before = clock_now_ms();
    CHECK_STATUS(poll_for(queue, 100), 0);
    CHECK_WITHIN(clock_now_ms() - before, 99, SOON_MS); /* a poll with timeout 0 consumes a wake-up as well */
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

typedef struct {
    palabra_queue *queue;
    volatile int rounds;
    palabra_status last;
} poller;

/* The test's own pipe counts the waits that have ended. */
static int ended_pipe[2];

static void *wait_again_and_again(void *argument)
{
    poller *p = argument;
    char one = 1;

    about_to_wait();
    while ((p->last = poll_for(p->queue, LONG_MS)) == 0) {
        p->rounds = p->rounds + 1;
        if (write(ended_pipe[1], &one, 1) != 1)
            break;
    }
    return NULL;
}

/* One wake-up ends one wait; whether it comes before or during the wait is left to chance. */
static void during_the_wait(void)
{
    poller p = {new_queue(), 0, 0};
    struct pollfd ended;
    pthread_t thread;
    int64_t before = clock_now_ms();
    long waiter;
    int i;
    char one;

    REQUIRE(pipe(ended_pipe) == 0);
    ended.fd = ended_pipe[0];
    ended.events = POLLIN;
    REQUIRE(pthread_create(&thread, NULL, wait_again_and_again, &p) == 0);
    REQUIRE(read(waiting_pipe[0], &waiter, sizeof waiter) == sizeof waiter);
    for (i = 0; i < ROUNDS; i++) {
        if (i % 500 == 0)
            process_await_waiting(waiter); /* certainly during */
        CHECK_STATUS(palabra_queue_wakeup(p.queue), PALABRA_OK);
        REQUIRE(poll(&ended, 1, SOON_MS) == 1 && read(ended_pipe[0], &one, 1) == 1);
    }
    CHECK_EQ(p.rounds, ROUNDS);
    CHECK_EQ(poll(&ended, 1, 50), 0);
    process_await_waiting(waiter);
    CHECK_STATUS(palabra_queue_free(p.queue), PALABRA_OK);
    pthread_join(thread, NULL);
    CHECK_STATUS(p.last, PALABRA_ERR_CLOSED);
    CHECK_WITHIN(clock_now_ms() - before, 0, LONG_MS - 1);
    CHECK_STATUS(palabra_queue_wakeup(p.queue), PALABRA_ERR_BAD_HANDLE);
    close(ended_pipe[0]);
    close(ended_pipe[1]);
}

static int is_readable(int fd)
{
    struct pollfd ready;
    ready.fd = fd;
    ready.events = POLLIN;
    return poll(&ready, 1, 0) == 1;
}

static void by_descriptor(void)
{
    palabra_queue *queue = new_queue();
    palabra_queue *woken = new_queue();
    int before = process_descriptors();
    int fd = palabra_queue_get_event_fd(queue);
    void *handle = NULL;

    CHECK(fd >= 0);
    CHECK_EQ(palabra_queue_get_event_fd(queue), fd);
    CHECK_EQ(process_descriptors(), before + (before >= 0));
    CHECK(!is_readable(fd));
    CHECK_STATUS(palabra_queue_wakeup(queue), PALABRA_OK);
    CHECK(is_readable(fd) && is_readable(fd));
    CHECK_STATUS(poll_for(queue, 0), 0);
    CHECK(!is_readable(fd));
    CHECK_STATUS(palabra_queue_wakeup(woken), PALABRA_OK);
    CHECK(is_readable(palabra_queue_get_event_fd(woken))); /* requested after the wake-up */
    CHECK_STATUS(palabra_queue_get_event_handle(queue, &handle), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(woken), PALABRA_OK);
    CHECK_EQ(process_descriptors(), before);
    CHECK_STATUS(palabra_queue_get_event_fd(queue), PALABRA_ERR_BAD_HANDLE);
}

static void *wait_for_good(void *queue)
{
    about_to_wait();
    CHECK_STATUS(poll_for(queue, LONG_MS), PALABRA_ERR_CLOSED);
    return NULL;
}

static void freed_while_many_wait(void)
{
    palabra_queue *queue = new_queue();
    pthread_t threads[8];
    int64_t before = clock_now_ms();
    int i;

    for (i = 0; i < 8; i++)
        REQUIRE(pthread_create(&threads[i], NULL, wait_for_good, queue) == 0);
    for (i = 0; i < 8; i++)
        await_one_inside();
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    for (i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    CHECK_WITHIN(clock_now_ms() - before, 0, SOON_MS);
}

int main(void)
{
    REQUIRE(pipe(waiting_pipe) == 0);
    before_the_wait();
    during_the_wait();
    by_descriptor();
    freed_while_many_wait();
    return check_result();
}
