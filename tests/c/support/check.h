/* Checks that report where they failed and the value. A test continues after a CHECK, stops after a REQUIRE. */
#ifndef PALABRA_TESTS_CHECK_H
#define PALABRA_TESTS_CHECK_H

#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a test returns when this machine cannot run it. */
#define CHECK_SKIPPED 77

#define CHECK(condition) check_true((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_EQ(got, wanted) check_equal((long long)(got), (long long)(wanted), #got, __FILE__, __LINE__)
#define CHECK_WITHIN(got, low, high) \
    check_within((long long)(got), (long long)(low), (long long)(high), #got, __FILE__, __LINE__)
#define CHECK_STATUS(got, wanted) check_status((got), (wanted), #got, __FILE__, __LINE__)
#define CHECK_TEXT(got, wanted) check_text((got), (wanted), #got, __FILE__, __LINE__)
#define CHECK_CONTAINS(got, part) check_contains((got), (part), 1, #got, __FILE__, __LINE__)
#define CHECK_LACKS(got, part) check_contains((got), (part), 0, #got, __FILE__, __LINE__)
#define REQUIRE(condition)          \
    do {                            \
        if (!CHECK(condition))      \
            exit(check_result());   \
    } while (0)

static volatile int check_failures;

static inline int check_failed(const char *file, int line)
{
    fprintf(stderr, "%s:%d: ", file, line);
    check_failures = check_failures + 1;
    return 0;
}

static inline int check_true(int holds, const char *what, const char *file, int line)
{
    if (!holds) {
        check_failed(file, line);
        fprintf(stderr, "%s does not hold\n", what);
    }
    return holds;
}

static inline int check_equal(long long got, long long wanted, const char *what, const char *file, int line)
{
    if (got != wanted) {
        check_failed(file, line);
        fprintf(stderr, "%s is %lld, not %lld\n", what, got, wanted);
    }
    return got == wanted;
}

static inline int check_within(long long got, long long low, long long high, const char *what, const char *file,
                               int line)
{
    int holds = got >= low && got <= high;
    if (!holds) {
        check_failed(file, line);
        fprintf(stderr, "%s is %lld, not from %lld to %lld\n", what, got, low, high);
    }
    return holds;
}

static inline int check_status(palabra_status got, palabra_status wanted, const char *what, const char *file, int line)
{
    if (got != wanted) {
        check_failed(file, line);
        fprintf(stderr, "%s is %s (%d), not %s (%d)\n", what, palabra_status_name(got), (int)got,
                palabra_status_name(wanted), (int)wanted);
    }
    return got == wanted;
}

static inline int check_text(const char *got, const char *wanted, const char *what, const char *file, int line)
{
    int holds = got != NULL && strcmp(got, wanted) == 0;
    if (!holds) {
        check_failed(file, line);
        fprintf(stderr, "%s is \"%s\", not \"%s\"\n", what, got == NULL ? "(NULL)" : got, wanted);
    }
    return holds;
}

static inline int check_contains(const char *got, const char *part, int wanted, const char *what, const char *file,
                                 int line)
{
    int holds = got != NULL && (strstr(got, part) != NULL) == wanted;
    if (!holds) {
        check_failed(file, line);
        fprintf(stderr, "%s is \"%s\", which %s \"%s\"\n", what, got == NULL ? "(NULL)" : got,
                wanted ? "lacks" : "holds", part);
    }
    return holds;
}

static inline int check_result(void)
{
    if (check_failures > 0)
        fprintf(stderr, "%d checks failed\n", check_failures);
    return check_failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline int check_skip(const char *reason)
{
    printf("skipped: %s\n", reason);
    return CHECK_SKIPPED;
}

#endif
