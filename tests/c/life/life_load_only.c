/* A program linked to the library that never calls it: no thread, no descriptor, no output. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "check.h"
#include "process.h"

#include <signal.h>

/* Keeps the linker from leaving the library out. */
const char *(*volatile not_called)(void) = palabra_version_string;

int main(void)
{
    struct sigaction pipe_action;

    CHECK(not_called != NULL);
    CHECK_EQ(process_threads(), 1);
    CHECK_EQ(sigaction(SIGPIPE, NULL, &pipe_action), 0);
    CHECK(pipe_action.sa_handler == SIG_DFL);
    return check_result();
}
