#include "posts.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 256 };

int posts_open(struct posts *posts) {
    pthread_mutex_init(&posts->lock, NULL);
    posts->count = posts->taken = 0;
    posts->capacity = FIRST_CAPACITY;
    posts->waiting = calloc(FIRST_CAPACITY, sizeof *posts->waiting);
    posts->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return posts->waiting == NULL || posts->event < 0 ? -1 : 0;
}

void posts_add(struct posts *posts, enum post_kind kind, struct line *line, int value) {
    uint64_t one = 1;

    pthread_mutex_lock(&posts->lock);
    if (posts->count == posts->capacity) {
        struct post *more = realloc(posts->waiting, 2 * (size_t)posts->capacity * sizeof *more);
        if (more == NULL)
            abort(); /* a lost post is a line that nobody closes */
        posts->waiting = more;
        posts->capacity *= 2;
    }
    posts->waiting[posts->count++] = (struct post){kind, line, value};
    pthread_mutex_unlock(&posts->lock);
    (void)!write(posts->event, &one, sizeof one);
}

int posts_take(struct posts *posts, struct post *post) {
    uint64_t count;
    int is_there;

    /* First: what is added after this makes it readable again. */
    (void)!read(posts->event, &count, sizeof count);
    pthread_mutex_lock(&posts->lock);
    is_there = posts->taken < posts->count;
    if (is_there)
        *post = posts->waiting[posts->taken++];
    else
        posts->taken = posts->count = 0;
    pthread_mutex_unlock(&posts->lock);
    return is_there;
}
