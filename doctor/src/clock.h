#ifndef DOCTOR_CLOCK_H
#define DOCTOR_CLOCK_H

#include <stdint.h>

/* A clock that is never set, in ms. */
int64_t clock_ms(void);

/* Seconds since 1970 of a time such as "2026-01-31T12:00:00.5Z", with or without an offset; -1: it is none. */
int64_t clock_read_iso(const char *text);

#endif
