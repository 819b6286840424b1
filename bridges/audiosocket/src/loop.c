#include "loop.h"

#include "clock.h"

#include <stddef.h>

enum { EACH_MS = 50, REST_MS = 200 };

int loop_open(struct loop *loop) {
    loop->is_over = 0;
    loop->first = NULL;
    return loop->epoll = epoll_create1(EPOLL_CLOEXEC);
}

static int control(struct loop *loop, int verb, struct source *source, uint32_t events) {
    struct epoll_event event = {.events = events, .data = {.ptr = source}};

    return epoll_ctl(loop->epoll, verb, source->fd, &event);
}

int loop_add(struct loop *loop, struct source *source, uint32_t events) {
    if (control(loop, EPOLL_CTL_ADD, source, events) < 0)
        return -1;
    source->previous = NULL;
    source->next = loop->first;
    if (loop->first != NULL)
        loop->first->previous = source;
    loop->first = source;
    return 0;
}

void loop_change(struct loop *loop, struct source *source, uint32_t events) {
    control(loop, EPOLL_CTL_MOD, source, events);
}

void loop_remove(struct loop *loop, struct source *source) {
    control(loop, EPOLL_CTL_DEL, source, 0);
    if (source->next != NULL)
        source->next->previous = source->previous;
    if (source->previous != NULL)
        source->previous->next = source->next;
    else
        loop->first = source->next;
}

void loop_rest(struct loop *loop, struct source *source) {
    source->rests_until_ms = clock_ms() + REST_MS;
    loop_change(loop, source, 0);
}

static void wake_rested(struct loop *loop, int64_t now) {
    for (struct source *source = loop->first; source != NULL; source = source->next)
        if (source->rests_until_ms != 0 && now >= source->rests_until_ms) {
            source->rests_until_ms = 0;
            loop_change(loop, source, EPOLLIN);
        }
}

static struct source *first_late(const struct loop *loop, int64_t now) {
    struct source *source = loop->first;

    while (source != NULL && (source->deadline_ms == 0 || source->deadline_ms > now))
        source = source->next;
    return source;
}

static void call_late(struct loop *loop, int64_t now) {
    struct source *source;

    /* From the beginning each time: a callback may remove any source. */
    while ((source = first_late(loop, now)) != NULL) {
        source->deadline_ms = 0;
        source->late(source);
    }
}

void loop_run(struct loop *loop, void (*each)(void *owner), void *owner) {
    int64_t due = clock_ms();

    while (!loop->is_over) {
        struct epoll_event event;
        int64_t now = clock_ms();
        if (now >= due) {
            call_late(loop, now);
            wake_rested(loop, now);
            each(owner);
            due = now + EACH_MS;
        }
        /* One at a time: what one callback removes must not be called after it. */
        if (epoll_wait(loop->epoll, &event, 1, due > now ? (int)(due - now) : 0) == 1) {
            struct source *source = event.data.ptr;
            source->ready(source, event.events);
        }
    }
}
