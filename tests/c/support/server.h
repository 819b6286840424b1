/* A devserver that the test starts itself, so that it can kill it. */
#ifndef PALABRA_TESTS_SERVER_H
#define PALABRA_TESTS_SERVER_H

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

typedef struct {
    pid_t process;
    int output; /* it ends when this is closed, or when it is killed */
    char line[1024];
} server;

/* On this port, "0" is any; with one more argument, or NULL. */
static inline server server_start(const char *port, const char *argument)
{
    server it = {0};
    size_t length = 0;
    int out[2];

    REQUIRE(pipe(out) == 0);
    it.process = fork();
    REQUIRE(it.process >= 0);
    if (it.process == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        close(out[1]);
        execl(getenv("PALABRA_DEVSERVER"), "palabra-devserver", "--port", port, "--no-rate-limits", argument, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    it.output = out[0];
    while (length < sizeof it.line - 1 && strchr(it.line, '\n') == NULL) {
        ssize_t got = read(it.output, it.line + length, sizeof it.line - 1 - length);

        REQUIRE(got > 0);
        length += (size_t)got;
        it.line[length] = '\0';
    }
    return it;
}

/* Of the addresses that it told, the one of this name, as "ws_url". */
static inline void server_address(const server *it, const char *name, char *url, size_t size)
{
    char begin[32];
    const char *found;

    snprintf(begin, sizeof begin, "\"%s\":\"", name);
    found = strstr(it->line, begin);
    REQUIRE(found != NULL);
    found += strlen(begin);
    snprintf(url, size, "%.*s", (int)strcspn(found, "\""), found);
}

#endif
