/* Every call needs at most 64 KiB of stack, the size that threads of audio hosts and of Go's and .NET's callbacks have.
   With an argument the program prints the measured sizes.
   devserver: --no-rate-limits */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "every_call.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define ENOUGH (64 * 1024)
/* Larger than the limit, so that an excess can be measured. */
#define STACK (1024 * 1024)
#define GUARD 65536
#define PAINT 0xA5

static void *run(void *call)
{
    ((const every_call *)call)->call();
    return NULL;
}

/* Runs the call on a stack filled with a pattern and returns the number of bytes changed, including the thread's own
   data, which the stack holds too. */
static size_t used_by(const every_call *call)
{
    pthread_attr_t attributes;
    pthread_t thread;
    size_t untouched = 0;
    unsigned char *stack = mmap(NULL, GUARD + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(stack != MAP_FAILED);
    REQUIRE(mprotect(stack, GUARD, PROT_NONE) == 0);
    stack += GUARD;
    memset(stack, PAINT, STACK);
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstack(&attributes, stack, STACK) == 0);
    REQUIRE(pthread_create(&thread, &attributes, run, (void *)call) == 0);
    pthread_join(thread, NULL);
    while (untouched < STACK && stack[untouched] == PAINT)
        untouched++;
    return STACK - untouched;
}

/* Runs in a child process, so that one-time initialization is part of the first call. */
static int measure(const every_call *call, int is_verbose)
{
    size_t used;

    check_failures = 0;
    every_prepare(call->needs);
    used = used_by(call);
    if (check_failures > 0 || used > ENOUGH || is_verbose)
        fprintf(stderr, "%-40s %4zu KiB\n", call->name, (used + 1023) / 1024);
    return check_failures == 0 && used <= ENOUGH ? 0 : 1;
}

int main(int argc, char **argv)
{
    size_t i;

    (void)argv;
    for (i = 0; i < sizeof every_calls / sizeof every_calls[0]; i++) {
        int status = -1;
        pid_t child = fork();

        REQUIRE(child >= 0);
        if (child == 0)
            _exit(measure(&every_calls[i], argc > 1));
        waitpid(child, &status, 0);
        if (status != 0)
            fprintf(stderr, "%s: status %x\n", every_calls[i].name, (unsigned)status);
        CHECK_EQ(status, 0);
    }
    return check_result();
}
