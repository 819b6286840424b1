#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#ifdef _WIN32
#include <windows.h>

int64_t clock_ms(void) { return (int64_t)GetTickCount64(); }
#else
int64_t clock_ms(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
#endif

/* Days from 1970-01-01 in the Gregorian calendar, of a year that begins in March. */
static int64_t days(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    month = (month + 9) % 12;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719468;
}

int64_t clock_read_iso(const char *text) {
    int year, month, day, hour, minute, second, read = 0, hours = 0, minutes = 0;
    int64_t at;

    if (sscanf(text, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &read) != 6 ||
        month < 1 || month > 12)
        return -1;
    text += read;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    at = (days(year, month, day) * 24 + hour) * 3600 + minute * 60 + second;
    if ((*text == '+' || *text == '-') && sscanf(text + 1, "%2d:%2d", &hours, &minutes) >= 1)
        at -= (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return at;
}
