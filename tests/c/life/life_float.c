/* The library ignores and preserves the caller's floating point environment: with every exception unmasked, another
   rounding mode and flush-to-zero, each call behaves as usual and leaves the environment as it was.
   devserver: --no-rate-limits */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "every_call.h"

#include <fenv.h>
#include <sys/wait.h>

#define SOME_FLAGS (FE_INEXACT | FE_UNDERFLOW)

#if defined __x86_64__ || defined __i386__
#define SSE_FLUSH 0x8040u /* results and operands, flushed to zero */

static void flush_small_numbers(void)
{
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | SSE_FLUSH);
}

static int flushes_small_numbers(void)
{
    return (__builtin_ia32_stmxcsr() & SSE_FLUSH) == SSE_FLUSH;
}
#elif defined __aarch64__
#define FPCR_FLUSH (1ul << 24)

static void flush_small_numbers(void)
{
    unsigned long control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | FPCR_FLUSH));
}

static int flushes_small_numbers(void)
{
    unsigned long control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return (control & FPCR_FLUSH) != 0;
}
#else
static void flush_small_numbers(void) {}
static int flushes_small_numbers(void)
{
    return 1;
}
#endif

/* Some flags are raised and the others unmasked, as in Free Pascal and Delphi; or none is raised, all are unmasked. */
static int flags_up, traps_on;

static void become_odd(int with_flags)
{
    flags_up = with_flags ? SOME_FLAGS : 0;
    fedisableexcept(FE_ALL_EXCEPT);
    fesetround(FE_UPWARD);
    flush_small_numbers();
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(flags_up);
    feenableexcept(FE_ALL_EXCEPT & ~flags_up);
    traps_on = fegetexcept();
}

static void check_odd(int rounding)
{
    CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), flags_up);
    CHECK_EQ(fegetround(), rounding);
    CHECK(flushes_small_numbers());
    CHECK_EQ(fegetexcept(), traps_on);
}

/* Runs in a child process, which a trap ends. */
static int run(const every_call *call)
{
    check_failures = 0;
    every_prepare(call->needs);
    become_odd(0);
    call->call();
    check_odd(FE_UPWARD);
    if (call->call != call_palabra_session_read_audio && call->call != call_palabra_client_new)
        return check_failures;
    become_odd(1);
    call->call();
    check_odd(FE_UPWARD);
    return check_failures;
}

/* As a host: its callback finds the host's environment, and what the callback changes persists. */
static int callback_round = -1, callback_traps = -1;

static void on_wakeup_odd(void *unused)
{
    (void)unused;
    callback_round = fegetround();
    callback_traps = fegetexcept();
    fesetround(FE_DOWNWARD);
}

static int callback_is_the_hosts(void)
{
    check_failures = 0;
    every_prepare(QUEUE);
    CHECK_STATUS(palabra_queue_wakeup(every.queue), PALABRA_OK);
    become_odd(0);
    CHECK_STATUS(palabra_queue_set_wakeup_callback(every.queue, on_wakeup_odd, NULL), PALABRA_OK);
    CHECK_EQ(callback_round, FE_UPWARD);
    CHECK_EQ(callback_traps, traps_on);
    check_odd(FE_DOWNWARD);
    return check_failures;
}

static void check_child(const char *name, const every_call *call)
{
    int status = -1;
    pid_t child = fork();

    REQUIRE(child >= 0);
    if (child == 0)
        _exit(call == NULL ? callback_is_the_hosts() : run(call));
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s: ended by signal %d\n", name, WTERMSIG(status));
    else if (status != 0)
        fprintf(stderr, "%s: see above\n", name);
    CHECK_EQ(status, 0);
}

int main(void)
{
    size_t i;

    if (feenableexcept(0) < 0)
        return check_skip("this machine cannot trap");
    check_child("callback", NULL);
    for (i = 0; i < sizeof every_calls / sizeof every_calls[0]; i++)
        check_child(every_calls[i].name, &every_calls[i]);
    return check_result();
}
