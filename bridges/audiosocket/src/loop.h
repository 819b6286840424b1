/* The loop of the control thread: descriptors to wait for, each with a deadline if it has one. No source outlives its loop. */
#ifndef BRIDGE_LOOP_H
#define BRIDGE_LOOP_H

#include <stdint.h>
#include <sys/epoll.h>

/* The first member of what owns a descriptor. */
struct source {
    int fd;
    void (*ready)(struct source *source, uint32_t events);
    void (*late)(struct source *source); /* when the deadline has passed */
    int64_t deadline_ms;                 /* 0: none */
    int64_t rests_until_ms;              /* 0: it does not rest */
    struct source *next, *previous;
};

struct loop {
    int epoll;
    int is_over;
    struct source *first;
};

int loop_open(struct loop *loop);

/* Returns 0, or -1 with errno. */
int loop_add(struct loop *loop, struct source *source, uint32_t events);
void loop_change(struct loop *loop, struct source *source, uint32_t events);

/* Does not wait for a source for a moment, as when the process has no descriptor left for what comes in. */
void loop_rest(struct loop *loop, struct source *source);

/* The descriptor stays open. */
void loop_remove(struct loop *loop, struct source *source);

/* Until `is_over`. `each` is called about every 50 ms. */
void loop_run(struct loop *loop, void (*each)(void *owner), void *owner);

#endif
