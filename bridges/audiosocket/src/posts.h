/* What media threads tell the control thread. */
#ifndef BRIDGE_POSTS_H
#define BRIDGE_POSTS_H

#include <pthread.h>

struct line;

enum post_kind {
    POST_OVER,   /* the line is the control thread's again */
    POST_DIGIT,  /* a key was pressed: `value` */
    POST_QUIET,  /* no audio arrives any more */
    POST_SOUND,  /* it does again */
    POST_FORMAT  /* audio has another rate: `value` */
};

struct post {
    enum post_kind kind;
    struct line *line;
    int value;
};

struct posts {
    pthread_mutex_t lock;
    int event; /* an eventfd that is readable while posts wait */
    int count, capacity, taken;
    struct post *waiting;
};

int posts_open(struct posts *posts);

/* From any thread. */
void posts_add(struct posts *posts, enum post_kind kind, struct line *line, int value);

/* From the control thread. Returns 1 with the next post; 0: there is none. */
int posts_take(struct posts *posts, struct post *post);

#endif
