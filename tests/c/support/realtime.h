/* Watches one thread: this program's own malloc, free and pthread_mutex_lock count its calls, a seccomp filter allows none
 * of its system calls, and the kernel counts its page faults. Measures the duration of its calls. Include it in one source
 * of a program only.
 */
#ifndef PALABRA_TESTS_REALTIME_H
#define PALABRA_TESTS_REALTIME_H

#include "check.h"
#include "clock.h"

/* ThreadSanitizer counts and replaces the same functions, makes system calls and is slow: with it the programs only run. */
#if defined(__SANITIZE_THREAD__)
#define REALTIME_RACES_ONLY 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define REALTIME_RACES_ONLY 1
#endif
#endif
#ifndef REALTIME_RACES_ONLY
#define REALTIME_RACES_ONLY 0
#endif

/* How often a call is made, and how often when only races are looked for. */
#define REALTIME_TIMES(usual) (REALTIME_RACES_ONLY ? (usual) / 20 : (usual))

#if defined(__linux__) && defined(__GLIBC__)
#define REALTIME_WATCHED

#include "page_faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !REALTIME_RACES_ONLY
/* --- Allocator and locks of this process ------------------------------------------------------------------------ */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

/* The watched thread. Not thread-local: the first use of thread-local storage may itself allocate. */
static pthread_t watched_thread;
static atomic_int armed;
static atomic_ulong allocator_calls, lock_calls, all_allocator_calls, all_lock_calls;

static int is_watched(void)
{
    return atomic_load(&armed) && pthread_equal(pthread_self(), watched_thread);
}

static void count_allocator(void)
{
    atomic_fetch_add(&all_allocator_calls, 1);
    if (is_watched())
        atomic_fetch_add(&allocator_calls, 1);
}

static void count_lock(void)
{
    atomic_fetch_add(&all_lock_calls, 1);
    if (is_watched())
        atomic_fetch_add(&lock_calls, 1);
}

void *malloc(size_t size)
{
    count_allocator();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    count_allocator();
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    count_allocator();
    return __libc_realloc(block, size);
}

void free(void *block)
{
    count_allocator();
    __libc_free(block);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count_allocator();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    count_allocator();
    *block = __libc_memalign(alignment, size);
    return *block == NULL ? ENOMEM : 0;
}

/* The real function, looked up on first use. */
static void *next_function(_Atomic(void *) *known, const char *name)
{
    void *function = atomic_load(known);
    if (function == NULL) {
        function = dlsym(RTLD_NEXT, name);
        atomic_store(known, function);
    }
    return function;
}

/* ISO C defines no conversion from object to function pointer; POSIX guarantees the same representation. */
#define CALL_NEXT(type, name, ...)                                \
    do {                                                          \
        static _Atomic(void *) known;                             \
        void *symbol = next_function(&known, #name);              \
        type function;                                            \
        memcpy(&function, &symbol, sizeof function);              \
        count_lock();                                             \
        return function(__VA_ARGS__);                             \
    } while (0)

typedef int mutex_function(pthread_mutex_t *);
typedef int condition_function(pthread_cond_t *);
typedef int rwlock_function(pthread_rwlock_t *);

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    CALL_NEXT(mutex_function *, pthread_mutex_lock, mutex);
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    CALL_NEXT(mutex_function *, pthread_mutex_trylock, mutex);
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    CALL_NEXT(mutex_function *, pthread_mutex_unlock, mutex);
}

int pthread_cond_signal(pthread_cond_t *condition)
{
    CALL_NEXT(condition_function *, pthread_cond_signal, condition);
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    CALL_NEXT(condition_function *, pthread_cond_broadcast, condition);
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    CALL_NEXT(rwlock_function *, pthread_rwlock_rdlock, lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    CALL_NEXT(rwlock_function *, pthread_rwlock_wrlock, lock);
}

/* --- No system calls -------------------------------------------------------------------------------------------- */

static void on_forbidden_call(int number, siginfo_t *info, void *context)
{
    char text[96];
    (void)number;
    (void)context;
    snprintf(text, sizeof text, "the watched thread made system call number %d\n", info->si_syscall);
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(2);
    _exit(1);
}

#define ALLOW(call)                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1),         \
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* From here on this thread can only report and end itself. Returns 0 when the kernel does not support the filter. */
static int forbid_system_calls(void)
{
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(SYS_write),
        ALLOW(SYS_exit),
        ALLOW(SYS_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    struct sock_fprog program = {sizeof instructions / sizeof instructions[0], instructions};
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_forbidden_call;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSYS, &action, NULL);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* --- No page faults --------------------------------------------------------------------------------------------- */

static long page_faults_of(const struct rusage *used)
{
    return used->ru_minflt + used->ru_majflt;
}

/* Of another thread, so many of both kinds. */
static long page_faults_of_thread(long thread)
{
    char path[64], line[512] = "", *after_name;
    long minor = -1, major = 0;
    FILE *stat;

    snprintf(path, sizeof path, "/proc/self/task/%ld/stat", thread);
    stat = fopen(path, "r");
    if (stat == NULL)
        return -1;
    if (fgets(line, sizeof line, stat) != NULL && (after_name = strrchr(line, ')')) != NULL)
        sscanf(after_name, ") %*c %*d %*d %*d %*d %*d %*u %ld %*d %ld", &minor, &major);
    fclose(stat);
    return minor + major;
}

/* With several nodes of memory the kernel has threads fault, to see where they use what. */
static int nodes_make_faults(void)
{
    FILE *setting = fopen("/proc/sys/kernel/numa_balancing", "r");
    int value = 0;

    if (setting == NULL)
        return 0;
    value = fgetc(setting);
    fclose(setting);
    return value != '0';
}
#endif

/* --- The watched thread ----------------------------------------------------------------------------------------- */

static atomic_int watch_over;

#if REALTIME_RACES_ONLY
static void watch_begin(void)
{
}

static void watch_end(void)
{
    atomic_store(&watch_over, 1);
}

static void watch_check(void)
{
}

static int watch_result(void)
{
    return check_result();
}
#else
static atomic_int watch_unfiltered, watch_counted;
static long watched_number, faults_before;
static unsigned long long moved_before;
static int watch_says_nothing;

/* From here on the calling thread is watched. */
static void watch_begin(void)
{
    struct rusage used;

    watched_thread = pthread_self();
    watched_number = syscall(SYS_gettid);
    clock_now_ns(); /* the first use of the clock may initialize it */
    dl_iterate_phdr(touch_object, NULL);
    touch_stack();
    moved_before = moved_pages();
    note_present_pages();
    faults_look();
    getrusage(RUSAGE_THREAD, &used);
    faults_before = page_faults_of(&used);
    if (!forbid_system_calls())
        atomic_store(&watch_unfiltered, 1);
    atomic_store(&armed, 1);
}

/* Ends the thread. */
static void watch_end(void)
{
    atomic_store(&armed, 0);
    atomic_store(&watch_over, 1);
    while (!atomic_load(&watch_counted)) /* what it did is read while it is there */
        continue;
    syscall(SYS_exit, 0); /* a normal return makes further system calls */
}

#define MOST_WATCHES 5
#define WATCH_NUMBER "PALABRA_TEST_WATCH"

static int watch_number(void)
{
    const char *number = getenv(WATCH_NUMBER);
    return number == NULL ? 1 : atoi(number);
}

/* A page that the library did not touch in time is new in each watch; one that the kernel moves is so in hardly any. */
static void check_page_faults(long all)
{
    long new_pages = faults_of_new_pages(all);
    unsigned long long moved = moved_pages() - moved_before;

    watch_says_nothing = new_pages > 0 && moved > 0 && watch_number() < MOST_WATCHES;
    if (watch_says_nothing)
        printf("the kernel moved %llu pages meanwhile: this watch says nothing of page faults\n", moved);
    else
        CHECK_EQ(new_pages, 0);
}

/* After the watch is over, once. */
static void watch_check(void)
{
    long faults = page_faults_of_thread(watched_number) - faults_before;

    atomic_store(&watch_counted, 1);
    printf("%ld page faults\n", faults);
    if (!nodes_make_faults())
        check_page_faults(faults);
    if (atomic_load(&watch_unfiltered))
        printf("no seccomp here: system calls were not watched\n");
    CHECK_EQ(atomic_load(&allocator_calls), 0);
    CHECK_EQ(atomic_load(&lock_calls), 0);
    CHECK(atomic_load(&all_allocator_calls) > 100); /* otherwise the library did not use these functions at all */
}

/* Of the program. It starts anew where the watch said nothing. */
static int watch_result(void)
{
    char number[16];

    if (!watch_says_nothing || check_failures > 0)
        return check_result();
    snprintf(number, sizeof number, "%d", watch_number() + 1);
    setenv(WATCH_NUMBER, number, 1);
    fflush(stdout);
    execl("/proc/self/exe", program_invocation_name, (char *)NULL);
    return EXIT_FAILURE;
}
#endif

static void watch_start(void *(*run)(void *))
{
    pthread_t thread;

    REQUIRE(pthread_create(&thread, NULL, run, NULL) == 0);
    pthread_detach(thread);
}

/* --- Duration of calls ------------------------------------------------------------------------------------------ */

#define BUCKETS 2000000 /* of 1 ns */

typedef struct {
    uint32_t counts[BUCKETS];
    uint64_t total, slowest_ns;
} histogram;

/* The clock needs no system call. */
static void histogram_add(histogram *h, uint64_t took_ns)
{
    h->counts[took_ns < BUCKETS ? took_ns : BUCKETS - 1]++;
    h->slowest_ns = took_ns > h->slowest_ns ? took_ns : h->slowest_ns;
    h->total++;
}

static unsigned long long percentile(const histogram *h, double share)
{
    uint64_t seen = 0;
    uint32_t ns;

    for (ns = 0; ns < BUCKETS - 1 && (double)(seen + h->counts[ns]) < share * (double)h->total; ns++)
        seen += h->counts[ns];
    return ns;
}

/* Half of the calls take 50 us at most. */
static void histogram_check(const histogram *h)
{
    if (!REALTIME_RACES_ONLY)
        CHECK_WITHIN(percentile(h, 0.5), 0, 50000);
}

static void histogram_print(const char *name, const histogram *h)
{
    printf("%s: %llu calls, p50 %llu ns, p99 %llu ns, p99.9 %llu ns, max %llu ns\n", name,
           (unsigned long long)h->total, percentile(h, 0.5), percentile(h, 0.99), percentile(h, 0.999),
           (unsigned long long)h->slowest_ns);
}

#endif
#endif
