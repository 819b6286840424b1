/* The devserver's report of its sessions at PALABRA_API_URL (GET /devserver/sessions), as text. */
#ifndef PALABRA_TESTS_REPORT_H
#define PALABRA_TESTS_REPORT_H

#include "clock.h"
#include "peers.h"

#include <stdlib.h>

static inline int report_port(void)
{
    const char *url = getenv("PALABRA_API_URL");
    const char *colon = url == NULL ? NULL : strrchr(url, ':');
    return colon == NULL ? 0 : atoi(colon + 1);
}

/* Returns the length of the reply in `room`, 0 without a reply. */
static inline size_t report_read(char *room, size_t size)
{
    static const char request[] = "GET /devserver/sessions HTTP/1.1\r\nHost: devserver\r\nConnection: close\r\n\r\n";
    size_t length = 0;
    ssize_t got = 1;
    struct pollfd ready;
    int fd = peers_connect(report_port());

    ready.fd = fd;
    ready.events = POLLOUT;
    if (poll(&ready, 1, CLOCK_PATIENCE_MS) != 1 || write(fd, request, sizeof request - 1) != (ssize_t)sizeof request - 1)
        got = 0;
    ready.events = POLLIN;
    while (got > 0 && length < size - 1 && poll(&ready, 1, CLOCK_PATIENCE_MS) == 1) {
        got = read(fd, room + length, size - 1 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    room[length] = '\0';
    close(fd);
    return length;
}

/* Number of occurrences that begin before `end`. */
static inline int report_count_until(const char *at, const char *end, const char *part)
{
    int count = 0;

    while ((at = strstr(at, part)) != NULL && at < end) {
        count++;
        at++;
    }
    return count;
}

/* Number of occurrences in the report. */
static inline int report_count(const char *part)
{
    static char room[1 << 20];
    size_t length = report_read(room, sizeof room);

    return report_count_until(room, room + length, part);
}

/* Number of occurrences in the reports of single streams, without the sums of their sessions. */
static inline int report_count_in_streams(const char *part)
{
    static const char begin[] = "\"streams\":[";
    static char room[1 << 20];
    const char *at = room, *end;
    int count = 0, depth;

    report_read(room, sizeof room);
    while ((at = strstr(at, begin)) != NULL) {
        at += sizeof begin - 1;
        for (end = at, depth = 1; *end != '\0' && depth > 0; end++)
            depth += (*end == '[') - (*end == ']');
        count += report_count_until(at, end, part);
        at = end;
    }
    return count;
}

#endif
