/* A failed large allocation ends one call or one session with PALABRA_ERR_LIMIT, and the rest continues. A failed small
   one may abort, and nothing else: no other signal, whichever request fails. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "every_call.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/wait.h>

#ifdef __GLIBC__
/* --- an allocator that fails: this program's functions replace those of the C library ----------------------------- */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic size_t refuse_above = SIZE_MAX;
static _Atomic long countdown, refused;

static int refuses(size_t size)
{
    int refuse = size > refuse_above || (countdown > 0 && atomic_fetch_sub(&countdown, 1) == 1);
    refused += refuse;
    if (refuse)
        errno = ENOMEM;
    return refuse;
}

void *malloc(size_t size)
{
    return refuses(size) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return refuses(size != 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return refuses(size) ? NULL : __libc_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = refuses(size) ? NULL : __libc_memalign(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}

/* --- sizes that the caller chooses -------------------------------------------------------------------------------- */
#define LARGE (64 * 1024)
#define MEGABYTE (1 << 20)

static void expect_refusal(palabra_status status, const char *what)
{
    refuse_above = SIZE_MAX;
    if (status != PALABRA_ERR_LIMIT)
        fprintf(stderr, "%s: %s\n", what, palabra_status_name(status));
    CHECK_STATUS(status, PALABRA_ERR_LIMIT);
    CHECK(refused > 0);
    refused = 0;
}

/* Large allocations fail during this call only. */
#define REFUSED(call)                              \
    do {                                           \
        refuse_above = LARGE;                      \
        expect_refusal((call), #call);             \
    } while (0)

static palabra_translation_config large_input(void)
{
    palabra_translation_config config = talk_config();
    config.input.format.encoding = PALABRA_ENCODING_F32;
    config.input.format.sample_rate = 48000;
    config.input.format.channels = 8;
    config.input.buffer_ms = 10000;
    return config;
}

static void opening(void)
{
    palabra_translation_config config = large_input(), prime = talk_config(), chunk = talk_config(), text = talk_config();
    char *task = malloc(PALABRA_MAX_TASK_BYTES);
    palabra_session *session = NULL;

    every_prepare(CLIENT);
    REFUSED(palabra_session_open_translation(every.client, &config, &session, &every.error));
    CHECK(session == NULL);
    CHECK_CONTAINS(every.error.text, "memory");
    prime.output.mode = PALABRA_OUTPUT_PLAYOUT;
    prime.output.format.sample_rate = 48000;
    prime.output.prime_ms = 2000;
    REFUSED(palabra_session_open_translation(every.client, &prime, &session, &every.error));
    chunk.input.format.sample_rate = 48000;
    chunk.wire_sample_rate = 48000;
    chunk.input.chunk_ms = 1000;
    REFUSED(palabra_session_open_translation(every.client, &chunk, &session, &every.error));
    memset(task, 'x', PALABRA_MAX_TASK_BYTES);
    memcpy(task, "{\"a\":\"", 6);
    memcpy(task + PALABRA_MAX_TASK_BYTES - 3, "\"}", 3);
    text.task_json = task;
    REFUSED(palabra_session_open_translation(every.client, &text, &session, &every.error));
    open_translation();
    CHECK_STATUS(palabra_session_wait_ready(every.session, EVERY_TIMEOUT), PALABRA_OK);
    REFUSED(palabra_session_set_task(every.session, task, 0, &every.error));
    free(task);
    CHECK_EQ(palabra_session_get_state(every.session), PALABRA_STATE_READY);
}

static void formats(void)
{
    const palabra_audio_format wide_input = {PALABRA_ENCODING_F32, 48000, 8, 0, {0}};
    const palabra_audio_format wide_output = {PALABRA_ENCODING_F32, 48000, 2, 0, {0}};
    palabra_translation_config config = talk_config();
    int16_t out[480];

    every_prepare(CLIENT);
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.output.format.sample_rate = 8000;
    config.output.prime_ms = 2000;
    config.input.buffer_ms = 5000;
    config.input.format.sample_rate = 8000;
    every.session = talk_open(every.client, &config);
    CHECK_STATUS(palabra_session_wait_ready(every.session, EVERY_TIMEOUT), PALABRA_OK);
    REFUSED(palabra_session_set_input_format(every.session, &wide_input));
    REFUSED(palabra_session_set_output_format(every.session, "es", &wide_output));
    /* Both sessions are unchanged. */
    CHECK_EQ(palabra_session_send_audio(every.session, every.pcm, 160), 160);
    CHECK(palabra_session_read_audio(every.session, "es", out, 160) >= 0);
    CHECK_EQ(palabra_session_get_state(every.session), PALABRA_STATE_READY);
}

static void files(void)
{
    every_prepare(NOTHING);
    REFUSED(palabra_audio_read_wav(getenv("PALABRA_WAV"), &every.wav, &every.error));
    CHECK(every.wav.pcm == NULL);
}

static void samples(void)
{
    palabra_voice_config config = PALABRA_VOICE_CONFIG_INIT;
    char *sample = malloc(MEGABYTE);

    every_prepare(ACCOUNT);
    memset(sample, 1, MEGABYTE);
    config.name = "My voice";
    config.language = "en";
    config.sample = sample;
    config.sample_bytes = MEGABYTE;
    config.sample_name = "me.wav";
    REFUSED(palabra_voice_create(every.client, &config, &every.voice, EVERY_TIMEOUT, &every.error));
    config.sample = NULL;
    config.sample_bytes = 0;
    config.sample_path = getenv("PALABRA_WAV");
    REFUSED(palabra_voice_create(every.client, &config, &every.voice, EVERY_TIMEOUT, &every.error));
    free(sample);
}

/* --- sizes that the server chooses -------------------------------------------------------------------------------- */
static void speech(void)
{
    palabra_session *other;

    every_prepare(SPEECH);
    other = talk_open(every.client, NULL); /* has already received a message when it is ready */
    CHECK_STATUS(palabra_session_wait_ready(other, EVERY_TIMEOUT), PALABRA_OK);
    REFUSED(palabra_session_synthesize(every.session, "A sentence of some seconds, which becomes more than a little speech.", 0, NULL, 0,
                                   &every.wav, EVERY_TIMEOUT, &every.error));
    CHECK_EQ(palabra_session_get_state(every.session), PALABRA_STATE_READY);
}

/* One session receives a message of a megabyte and is closed; the other one is not. */
static void messages(void)
{
    palabra_session *other, *session;
    talk_fate fate;

    memset(&fate, 0, sizeof fate);
    every_prepare(CLIENT);
    other = talk_open(every.client, NULL);
    CHECK_STATUS(palabra_session_wait_ready(other, EVERY_TIMEOUT), PALABRA_OK);
    session = talk_open_as("dev~huge_message=1000000");
    refuse_above = LARGE;
    talk_until_closed(session, &fate, EVERY_TIMEOUT);
    expect_refusal(fate.code, "a large message");
    CHECK_CONTAINS(fate.text, "memory");
    CHECK_EQ(palabra_session_get_state(other), PALABRA_STATE_READY);
    CHECK_EQ(palabra_session_send_audio(other, every.pcm, 240), 240);
}

/* --- any single request ------------------------------------------------------------------------------------------- */
static void open_refused_once(long at)
{
    palabra_translation_config config = talk_config();

    countdown = at;
    every.client = every_client(NULL);
    if (every.client != NULL)
        (void)palabra_session_open_translation(every.client, &config, &every.session, &every.error);
    countdown = 0;
}

static int in_a_child(void (*run)(void), long at)
{
    int status = -1;
    pid_t child = fork();

    REQUIRE(child >= 0);
    if (child == 0) {
        check_failures = 0;
        if (run != NULL)
            run();
        else if (freopen("/dev/null", "w", stderr) != NULL)
            open_refused_once(at);
        _exit(run != NULL && check_failures > 0);
    }
    waitpid(child, &status, 0);
    return status;
}

int main(void)
{
    long at;

    CHECK_EQ(in_a_child(opening, 0), 0);
    CHECK_EQ(in_a_child(formats, 0), 0);
    CHECK_EQ(in_a_child(files, 0), 0);
    CHECK_EQ(in_a_child(samples, 0), 0);
    CHECK_EQ(in_a_child(speech, 0), 0);
    CHECK_EQ(in_a_child(messages, 0), 0);
    for (at = 1; at < 400; at += 3) {
        int status = in_a_child(NULL, at);
        if (WIFSIGNALED(status))
            CHECK_EQ(WTERMSIG(status), SIGABRT);
    }
    return check_result();
}
#else
int main(void)
{
    return check_skip("the allocator of this C library cannot be replaced like this");
}
#endif
