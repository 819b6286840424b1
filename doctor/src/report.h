/* What was found: printed line by line, or at the end as JSON, with a verdict. */
#ifndef DOCTOR_REPORT_H
#define DOCTOR_REPORT_H

#include <stdint.h>

enum state {
    STATE_OK,
    STATE_SKIPPED,
    STATE_WARNING,
    STATE_FAILED
};

enum {
    MAX_FINDINGS = 32,
    TEXT_BYTES = 1024
};

struct finding {
    const char *name;
    enum state state;
    int64_t took_ms; /* -1: not measured */
    char text[TEXT_BYTES];
    char advice[TEXT_BYTES];
};

struct report {
    int is_json;
    int count;
    struct finding findings[MAX_FINDINGS];
};

/* Adds a finding. `advice` says what to do about it; "" if nothing is to be done. */
void report_add(struct report *report, const char *name, enum state state, int64_t took_ms, const char *advice,
                const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 6, 7)))
#endif
    ;

/* Prints what is left to print. Returns the exit code: 0 all is well, 1 with warnings, 2 something failed. */
int report_finish(const struct report *report);

#endif
