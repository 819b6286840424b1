#include "load.h"

enum { FULL_SECONDS = 5, SECOND_MS = 1000 };

/* Of all threads, since they began. */
static void add_up(struct media *media, int count, int64_t late[LATE_STEPS]) {
    for (int step = 0; step < LATE_STEPS; step++) {
        late[step] = 0;
        for (int n = 0; n < count; n++)
            late[step] += atomic_load_explicit(&media[n].late[step], memory_order_relaxed);
    }
}

void load_look(struct load *load, struct media *media, int count, int late_ms, int64_t now_ms) {
    int64_t late[LATE_STEPS], all = 0, over = 0;

    if (now_ms < load->next_ms)
        return;
    load->next_ms = now_ms + SECOND_MS;
    add_up(media, count, late);
    for (int step = 0; step < LATE_STEPS; step++) {
        int64_t now = late[step] - load->before[step];
        /* A step counts when all of it is too late. */
        int is_over = step > 0 && late_bounds_us[step - 1] >= late_ms * 1000;
        load->before[step] = late[step];
        all += now;
        over += is_over ? now : 0;
    }
    load->late_seconds = late_ms > 0 && over * 100 > all ? load->late_seconds + 1 : 0;
}

int load_is_full(const struct load *load) {
    return load->late_seconds >= FULL_SECONDS;
}
