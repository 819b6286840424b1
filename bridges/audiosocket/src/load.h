/* Whether this machine keeps up: the media threads' own timers are late when it does not. */
#ifndef BRIDGE_LOAD_H
#define BRIDGE_LOAD_H

#include "media.h"

#include <stdint.h>

struct load {
    int64_t next_ms, before[LATE_STEPS];
    int late_seconds; /* one after the other */
};

/* Counts each second in which 1 % of the timers were later than `late_ms`. */
void load_look(struct load *load, struct media *media, int count, int late_ms, int64_t now_ms);

/* Too late for 5 s. */
int load_is_full(const struct load *load);

#endif
