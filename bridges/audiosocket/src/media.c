#include "media.h"

#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define MS 1000000ll
enum { EVENTS_AT_ONCE = 64 };

const int late_bounds_us[LATE_STEPS - 1] = {1000, 2500, 5000, 10000, 20000, 50000};

/* --- The timer --------------------------------------------------------------------------------------------------- */

static void set_timer(struct media *media, int64_t due_ns) {
    struct itimerspec when = {{0, due_ns == 0 ? 0 : LOOK_MS * MS}, {due_ns / (1000 * MS), due_ns % (1000 * MS)}};

    timerfd_settime(media->timer, TFD_TIMER_ABSTIME, &when, NULL);
    media->timer_due_ns = due_ns;
}

static void count_late(struct media *media, int64_t late_ns) {
    int64_t us = late_ns > 0 ? late_ns / 1000 : 0;
    int step = 0;

    while (step < LATE_STEPS - 1 && us > late_bounds_us[step])
        step++;
    atomic_fetch_add_explicit(&media->late[step], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&media->late_sum_us, us, memory_order_relaxed);
}

static void take_expirations(struct media *media, int64_t now) {
    uint64_t count = 0;

    if (read(media->timer, &count, sizeof count) != sizeof count)
        return;
    count_late(media, now - media->timer_due_ns);
    media->timer_due_ns += (int64_t)count * LOOK_MS * MS;
}

/* --- Lines ------------------------------------------------------------------------------------------------------- */

static void add_line(struct media *media, struct line *line, int place, int64_t now) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data = {.ptr = line}};

    line->figures = &media->figures;
    line->posts = media->posts;
    media->lines[place] = line;
    line_begin(line, now);
    if (epoll_ctl(media->epoll, EPOLL_CTL_ADD, line->fd, &event) < 0)
        line->why = "the connection cannot be watched";
}

static int make_space(struct media *media, int count) {
    struct line **more;

    if (count <= media->capacity)
        return 1;
    if ((more = realloc(media->lines, 2 * (size_t)count * sizeof *more)) == NULL)
        return 0;
    media->lines = more;
    media->capacity = 2 * count;
    return 1;
}

/* Takes the lines that were given. Returns how many it has then. */
static int take_lines(struct media *media, int count, int64_t now) {
    struct line *line;

    pthread_mutex_lock(&media->lock);
    line = media->given;
    media->given = NULL;
    pthread_mutex_unlock(&media->lock);
    while (line != NULL) {
        struct line *next = line->next;
        if (!make_space(media, count + 1))
            abort(); /* eight bytes are not there */
        add_line(media, line, count++, now);
        line = next;
    }
    return count;
}

/* Looks at each line, and returns those that are over. */
static int look(struct media *media, int count, int64_t now) {
    for (int n = 0; n < count;) {
        struct line *line = media->lines[n];
        line_look(line, now);
        if (line->why == NULL) {
            n++;
            continue;
        }
        epoll_ctl(media->epoll, EPOLL_CTL_DEL, line->fd, NULL);
        media->lines[n] = media->lines[--count];
        atomic_fetch_sub(&media->count, 1);
        posts_add(media->posts, POST_OVER, line, 0);
    }
    return count;
}

/* --- The thread -------------------------------------------------------------------------------------------------- */

static int is_over(struct media *media) {
    int over;

    pthread_mutex_lock(&media->lock);
    over = media->is_over;
    pthread_mutex_unlock(&media->lock);
    return over;
}

static void clear(int event) {
    uint64_t count;

    (void)!read(event, &count, sizeof count);
}

/* Handles what has happened. Returns whether the lines must be looked at. */
static int handle(struct media *media, const struct epoll_event *events, int count, int64_t now) {
    int must_look = 0;

    for (int n = 0; n < count; n++) {
        void *what = events[n].data.ptr;
        if (what == &media->timer)
            take_expirations(media, now);
        else if (what == &media->wake)
            clear(media->wake);
        else {
            line_read(what, now);
            must_look |= ((struct line *)what)->why != NULL;
            continue;
        }
        must_look = 1;
    }
    return must_look;
}

static void *serve(void *owner) {
    struct media *media = owner;
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = 0;

    while (!is_over(media)) {
        int happened = epoll_wait(media->epoll, events, EVENTS_AT_ONCE, -1);
        int64_t now = clock_ns();
        if (!handle(media, events, happened, now))
            continue;
        count = look(media, take_lines(media, count, now), now);
        atomic_store_explicit(&media->looked_ms, now / MS, memory_order_relaxed);
        if ((count > 0) != (media->timer_due_ns != 0))
            set_timer(media, count > 0 ? now + LOOK_MS * MS : 0);
    }
    return NULL;
}

static int watch(struct media *media, int fd, void *name) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = name}};

    return fd < 0 ? -1 : epoll_ctl(media->epoll, EPOLL_CTL_ADD, fd, &event);
}

int media_start(struct media *media, struct posts *posts) {
    memset(media, 0, sizeof *media);
    pthread_mutex_init(&media->lock, NULL);
    media->posts = posts;
    media->epoll = epoll_create1(EPOLL_CLOEXEC);
    media->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    media->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (media->epoll < 0 || watch(media, media->wake, &media->wake) < 0 || watch(media, media->timer, &media->timer) < 0)
        return -1;
    return pthread_create(&media->thread, NULL, serve, media) == 0 ? 0 : -1;
}

static void wake(struct media *media) {
    uint64_t one = 1;

    (void)!write(media->wake, &one, sizeof one);
}

void media_give(struct media *media, struct line *line) {
    /* It has looked at all that it had. */
    atomic_store_explicit(&media->looked_ms, clock_ns() / MS, memory_order_relaxed);
    atomic_fetch_add(&media->count, 1);
    pthread_mutex_lock(&media->lock);
    line->next = media->given;
    media->given = line;
    pthread_mutex_unlock(&media->lock);
    wake(media);
}

void media_stop(struct media *media) {
    pthread_mutex_lock(&media->lock);
    media->is_over = 1;
    pthread_mutex_unlock(&media->lock);
    wake(media);
    pthread_join(media->thread, NULL);
    close(media->epoll);
    close(media->wake);
    close(media->timer);
    free(media->lines);
}
