/* The media threads: each serves the lines that it was given, until they are over. */
#ifndef BRIDGE_MEDIA_H
#define BRIDGE_MEDIA_H

#include "line.h"

#include <pthread.h>

enum { LOOK_MS = 5, LATE_STEPS = 7 };

/* Upper bounds of how late a media thread's own timer was, in us; the last step has no bound. */
extern const int late_bounds_us[LATE_STEPS - 1];

struct media {
    pthread_t thread;
    pthread_mutex_t lock; /* of `given` and `is_over` */
    struct line *given;
    int is_over;
    struct posts *posts;
    int epoll, wake, timer;
    int64_t timer_due_ns; /* of its next expiration; 0: it does not run */
    struct line **lines;
    int capacity;
    atomic_int count; /* of lines; those given included */
    atomic_llong late[LATE_STEPS], late_sum_us, looked_ms;
    struct media_figures figures;
};

int media_start(struct media *media, struct posts *posts);

/* Its line is the media thread's until POST_OVER. */
void media_give(struct media *media, struct line *line);

/* All lines must be over. */
void media_stop(struct media *media);

#endif
