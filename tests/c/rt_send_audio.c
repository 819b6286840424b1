/* The audio calls use no allocator, no lock and no system call, in any outcome and every encoding: this program's own
 * malloc, free and pthread_mutex_lock count calls of the sending thread, and a seccomp filter on that thread lets no
 * system call pass.
 *
 * devserver:
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "peers.h"
#include "random.h"
#include "talk.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>

#if defined(__linux__) && defined(__GLIBC__)

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- Allocator and locks of this process ------------------------------------------------------------------------ */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

/* The thread under observation. No thread-local storage: its first use may itself allocate. */
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

/* ISO C knows no conversion from object to function pointer; POSIX promises that the bits are the same. */
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
    snprintf(text, sizeof text, "the sending thread made system call number %d\n", info->si_syscall);
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(2);
    _exit(1);
}

#define ALLOW(call)                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1),         \
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* From here on this thread can report, end itself and nothing else. Returns 0 when the kernel cannot do that. */
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

/* --- The calls -------------------------------------------------------------------------------------------------- */

#define CALLS 100000
#define MOST_FRAMES 960u
#define LEAST_FRAMES 160u
#define RATE 48000u
#define CHANNELS 2u /* of the sessions that are converted */
#define BUFFER_MS 60000u
#define SESSIONS 24 /* rooms enough for so many calls that are accepted whole */
#define BUCKETS 2000000 /* of 1 ns */

enum { WHOLE, PARTLY, FULL, BAD_HANDLE, ENDED, INVALID, OUTCOMES };
static const char *const outcome_names[OUTCOMES] = {"accepted", "accepted in part", "ring full",
                                                    "bad handle", "ended", "invalid argument"};

#define ENCODINGS 4
static const int32_t encodings[ENCODINGS] = {PALABRA_ENCODING_S16, PALABRA_ENCODING_F32, PALABRA_ENCODING_MULAW,
                                             PALABRA_ENCODING_ALAW};
static palabra_session *sessions[SESSIONS], *ended_session, *closed_session, *live_sessions[ENCODINGS];
static float audio[MOST_FRAMES * CHANNELS]; /* room for the largest frames of all */
static uint32_t histogram[BUCKETS];
static unsigned long outcomes[OUTCOMES], unexpected, live_calls, live_frames;
static uint64_t slowest_ns, random_state = 7;
static atomic_int sender_finished, sender_unfiltered;

static int outcome_of(palabra_status status, uint32_t frames)
{
    switch (status) {
    case 0: return FULL;
    case PALABRA_ERR_BAD_HANDLE: return BAD_HANDLE;
    case PALABRA_ERR_ENDED: return ENDED;
    case PALABRA_ERR_INVALID_ARGUMENT: return INVALID;
    default: return (uint32_t)status == frames ? WHOLE : PARTLY;
    }
}

static palabra_status timed_send(palabra_session *session, const void *pcm, uint32_t frames)
{
    uint64_t before = clock_now_ns();
    palabra_status status = palabra_session_send_audio(session, pcm, frames);
    uint64_t took = clock_now_ns() - before;

    histogram[took < BUCKETS ? took : BUCKETS - 1]++;
    slowest_ns = took > slowest_ns ? took : slowest_ns;
    return status;
}

static uint32_t some_frames(void)
{
    return LEAST_FRAMES + (uint32_t)(random_next(&random_state) % (MOST_FRAMES - LEAST_FRAMES + 1));
}

/* Returns whether the ring is full after this call. */
static int send_some(palabra_session *session, const void *pcm, int wanted)
{
    uint32_t frames = some_frames();
    palabra_status status = timed_send(session, pcm, frames);
    int outcome = outcome_of(status, frames);

    outcomes[outcome]++;
    unexpected += wanted >= 0 && outcome != wanted;
    return outcome == FULL;
}

static void fill_the_rings(void)
{
    int i;
    for (i = 0; i < SESSIONS; i++) {
        while (!send_some(sessions[i], audio, -1))
            unexpected += palabra_session_audio_space(sessions[i]) < 0;
        unexpected += palabra_session_audio_space(sessions[i]) != 0;
    }
}

static void meet_errors(void)
{
    int i;
    for (i = 0; i < CALLS; i++) {
        send_some(sessions[i % SESSIONS], audio, FULL);
        send_some(i % 2 == 0 ? closed_session : (palabra_session *)(uintptr_t)random_next(&random_state), audio,
                  BAD_HANDLE);
        send_some(ended_session, audio, ENDED);
        send_some(sessions[i % SESSIONS], NULL, INVALID);
        unexpected += palabra_session_audio_space(ended_session) != PALABRA_ERR_ENDED;
        unexpected += palabra_session_audio_space(closed_session) != PALABRA_ERR_BAD_HANDLE;
    }
}

/* Sessions whose other end is at work at the same time: one in each encoding. */
static void send_beside_the_driver(void)
{
    while (live_sessions[0] != NULL && live_calls < CALLS) {
        uint32_t frames = some_frames();
        palabra_status status = timed_send(live_sessions[live_calls % ENCODINGS], audio, frames);
        unexpected += status < 0;
        live_frames += status > 0 ? (unsigned long)status : 0;
        live_calls++;
    }
}

static void *send_everything(void *unused)
{
    (void)unused;
    watched_thread = pthread_self();
    clock_now_ns(); /* the first use of the clock may look for it */
    if (!forbid_system_calls())
        atomic_store(&sender_unfiltered, 1);
    atomic_store(&armed, 1);
    fill_the_rings();
    meet_errors();
    send_beside_the_driver();
    atomic_store(&armed, 0);
    atomic_store(&sender_finished, 1);
    syscall(SYS_exit, 0); /* an ordinary return makes other system calls */
    return NULL;
}

/* --- Reports ---------------------------------------------------------------------------------------------------- */

static unsigned long long percentile(double share)
{
    uint64_t total = 0, seen = 0;
    uint32_t ns;

    for (ns = 0; ns < BUCKETS; ns++)
        total += histogram[ns];
    for (ns = 0; ns < BUCKETS - 1 && (double)(seen + histogram[ns]) < share * (double)total; ns++)
        seen += histogram[ns];
    return ns;
}

static void report(void)
{
    int i;
    for (i = 0; i < OUTCOMES; i++)
        printf("%-18s %7lu calls\n", outcome_names[i], outcomes[i]);
    printf("%-18s %7lu calls, %lu frames taken\n", "beside the driver", live_calls, live_frames);
    printf("send_audio: p50 %llu ns, p99 %llu ns, p99.9 %llu ns, max %llu ns\n", percentile(0.5), percentile(0.99),
           percentile(0.999), (unsigned long long)slowest_ns);
    CHECK(outcomes[WHOLE] >= CALLS);
    CHECK(outcomes[PARTLY] > 0);
    CHECK(outcomes[FULL] >= CALLS && outcomes[BAD_HANDLE] >= CALLS);
    CHECK_EQ(unexpected, 0);
    CHECK_EQ(atomic_load(&allocator_calls), 0);
    CHECK_EQ(atomic_load(&lock_calls), 0);
    CHECK(atomic_load(&all_allocator_calls) > 100); /* else nothing of the library went through here */
    CHECK_WITHIN(percentile(0.5), 0, 50000);
}

static void open_sessions(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    int i;

    config.input_sample_rate = RATE;
    config.input_buffer_ms = BUFFER_MS;
    for (i = 0; i < SESSIONS; i++) {
        config.input_encoding = encodings[i % ENCODINGS];
        config.input_channels = i % ENCODINGS == 0 ? 1 : CHANNELS;
        sessions[i] = talk_open(client, &config);
    }
    ended_session = talk_open(client, NULL);
    CHECK_STATUS(palabra_session_end(ended_session, 1), PALABRA_OK);
    closed_session = talk_open(client, NULL);
    CHECK_STATUS(palabra_session_close(closed_session, 0), PALABRA_OK);
}

static void close_sessions(void)
{
    int i;
    for (i = 0; i < SESSIONS; i++)
        CHECK_STATUS(palabra_session_close(sessions[i], 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(ended_session, 0), PALABRA_OK);
    for (i = 0; i < ENCODINGS; i++)
        CHECK_STATUS(palabra_session_close(live_sessions[i], 0), PALABRA_OK);
}

static void open_live_sessions(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client;
    int i;

    if (getenv("PALABRA_API_URL") == NULL)
        return;
    client = talk_client("id");
    config.wire_sample_rate = 16000;
    for (i = 0; i < ENCODINGS; i++) {
        config.input_encoding = encodings[i];
        config.input_sample_rate = encodings[i] == PALABRA_ENCODING_F32 ? 48000 : i == 0 ? 16000 : 8000;
        config.input_channels = encodings[i] == PALABRA_ENCODING_F32 ? CHANNELS : 1;
        live_sessions[i] = talk_open(client, &config);
        CHECK_STATUS(palabra_session_wait_ready(live_sessions[i], 10000), PALABRA_OK);
    }
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0;
    pthread_t thread;
    palabra_client *client;

    REQUIRE(peers_silent(&port) >= 0);
    client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    open_live_sessions();
    open_sessions(client);
    REQUIRE(pthread_create(&thread, NULL, send_everything, NULL) == 0);
    pthread_detach(thread);
    while (!atomic_load(&sender_finished))
        clock_sleep_ms(10);
    if (atomic_load(&sender_unfiltered))
        printf("no seccomp here: system calls were not watched\n");
    report();
    close_sessions();
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}

#else

int main(void)
{
    return check_skip("the interposers are written for glibc on Linux");
}

#endif
