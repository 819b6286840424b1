/* Monotonic time for tests that measure how long something took. */
#ifndef PALABRA_TESTS_CLOCK_H
#define PALABRA_TESTS_CLOCK_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* Timeout for events that must come: reached only by a hang. */
#define CLOCK_PATIENCE_MS 300000

static inline uint64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline int64_t clock_now_ms(void)
{
    return (int64_t)(clock_now_ns() / 1000000u);
}

/* The limit for an operation with a promised duration. The slower tier (ctest's label `prove`) runs alone and applies
 * the promise exactly; otherwise the limit is so wide that only an unintended wait exceeds it, on any machine.
 * A program that uses it is run in both tiers. */
static inline int64_t clock_limit_ms(int64_t ms)
{
    return getenv("PALABRA_PROVE_CLOCK") != NULL ? ms : 20 * ms + 10000;
}

static inline void clock_sleep_ms(int64_t ms)
{
    struct timespec left;
    left.tv_sec = (time_t)(ms / 1000);
    left.tv_nsec = (long)(ms % 1000) * 1000000;
    while (nanosleep(&left, &left) != 0)
        continue;
}

#endif
