/* devserver: --no-rate-limits */
/* The library changes nothing of the process that it lives in: a whole conversation under a seccomp filter that ends
   the process at a call that would. A program in a sandbox can forbid these calls too. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "talk.h"

#ifdef __linux__
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* System calls that the library must not make. */
static const int forbidden[] = {
    /* other programs, and other processes */
    SYS_execve, SYS_execveat, SYS_kill, SYS_tkill, SYS_tgkill, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_wait4,
    SYS_waitid, SYS_pidfd_open, SYS_pidfd_send_signal,
    /* who the process is, and what it may do */
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_setfsuid,
    SYS_setfsgid, SYS_capset, SYS_setpgid, SYS_setsid, SYS_unshare, SYS_setns, SYS_personality, SYS_setrlimit,
    /* how it runs: priority, processors, timers, signals */
    SYS_sched_setparam, SYS_sched_setattr, SYS_setitimer, SYS_timer_create, SYS_rt_sigqueueinfo, SYS_rt_sigsuspend, SYS_rt_sigtimedwait, SYS_signalfd4,
    /* where it stands, and files */
    SYS_chdir, SYS_fchdir, SYS_chroot, SYS_umask, SYS_mkdirat, SYS_unlinkat, SYS_renameat2, SYS_linkat, SYS_symlinkat,
    SYS_fchmodat, SYS_fchownat, SYS_mknodat, SYS_mount, SYS_umount2, SYS_truncate, SYS_ftruncate, SYS_flock,
    /* servers, and shared memory */
    SYS_listen, SYS_accept, SYS_accept4, SYS_shmget, SYS_semget, SYS_msgget, SYS_mlockall, SYS_memfd_create, SYS_io_uring_setup,
    SYS_inotify_init1, SYS_fanotify_init, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl,
#ifdef SYS_open
    /* of machines that still have the older names of these calls, which their C libraries use */
    SYS_open, SYS_creat, SYS_mkdir, SYS_rmdir, SYS_unlink, SYS_rename, SYS_link, SYS_symlink, SYS_chmod, SYS_chown,
    SYS_mknod, SYS_fork, SYS_vfork, SYS_alarm,
#endif
};

/* A thread of the library gives up what it inherited; where it may not, it keeps it. */
static const int refused[] = {SYS_setpriority, SYS_sched_setscheduler, SYS_sched_setaffinity, SYS_ioprio_set};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* On a thread of the library this signal is blocked, and the process ends with it: strace -f tells which call it was. */
static void on_forbidden_call(int number, siginfo_t *info, void *context)
{
    char text[96];
    (void)number;
    (void)context;
    snprintf(text, sizeof text, "a forbidden system call: number %d\n", info->si_syscall);
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(2);
    _exit(1);
}

#define LOAD_NUMBER BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))

static struct sock_filter filter[16 + 2 * (COUNT(forbidden) + COUNT(refused))];
static unsigned short filter_count;

static void filter_add(const struct sock_filter *instructions, size_t count)
{
    memcpy(filter + filter_count, instructions, count * sizeof *instructions);
    filter_count = (unsigned short)(filter_count + count);
}

static void filter_add_calls(const int *calls, size_t count, unsigned verdict)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const struct sock_filter one[] = {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], 0, 1),
                                          BPF_STMT(BPF_RET | BPF_K, verdict)};
        filter_add(one, COUNT(one));
    }
}

/* Of all threads that exist from now on. Returns 0 when the kernel does not support the filter. */
static int forbid(void)
{
    static const struct sock_filter begin[] = {
        LOAD_NUMBER,
        /* A thread, but no process: the flags of clone3 cannot be seen, so its caller has to use clone. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x00010000 /* CLONE_THREAD */, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        LOAD_NUMBER,
        /* No file is created or written when nothing records. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 03 | 0100 /* O_WRONLY, O_RDWR, O_CREAT */, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        LOAD_NUMBER,
    };
    static const struct sock_filter end[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {0, filter};
    struct sigaction action;

    filter_add(begin, COUNT(begin));
    filter_add_calls(refused, COUNT(refused), SECCOMP_RET_ERRNO | EPERM);
    filter_add_calls(forbidden, COUNT(forbidden), SECCOMP_RET_TRAP);
    filter_add(end, COUNT(end));
    program.len = filter_count;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_forbidden_call;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSYS, &action, NULL);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void converse(palabra_output_mode mode)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    talk_fate fate = {0};
    int16_t heard[480];

    config.output.mode = mode;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "hola", "es", 0, 1), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, TALK_CONNECT_MS), PALABRA_OK);
    palabra_session_read_audio(session, NULL, heard, 480);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK_STATUS(palabra_session_close(session, CLOCK_PATIENCE_MS), PALABRA_OK);
}

int main(void)
{
    if (!forbid())
        return check_skip("the kernel has no seccomp filters");
    converse(PALABRA_OUTPUT_EVENTS);
    converse(PALABRA_OUTPUT_PLAYOUT);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
    return check_result();
}
#else
int main(void)
{
    return check_skip("seccomp is Linux's");
}
#endif
