/* palabra_session_read_audio() uses no allocator, no lock and no system call, and has no page fault: in every encoding, with
 * and without speech, where speech breaks off, after an interrupt, at the end, on errors, while recordings start and stop and while
 * the original voice, which the same thread sends, is switched on and off. The duration of a million calls with 20 ms is measured too.
 *
 * devserver:
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "playout.h"
#include "random.h"
#include "realtime.h"

#ifdef REALTIME_WATCHED

#define CALLS REALTIME_TIMES(1000000u)
#define SPEECH_CALLS REALTIME_TIMES(10000u)
#define LANGUAGES 4
#define MOST_FRAMES 3840u
#define MOST_CHANNELS 2u
#define ENCODINGS 4
#define RECORDINGS 50
/* Of 20 ms, read while one recording lasts: it takes 2 s at once, and a reader without a clock has them in microseconds. */
#define RECORDED_ROUNDS 5

typedef struct {
    int32_t encoding;
    uint32_t sample_rate, channels;
} format;

static const format formats[ENCODINGS] = {{PALABRA_ENCODING_S16, 24000, 1},
                                          {PALABRA_ENCODING_F32, 192000, MOST_CHANNELS},
                                          {PALABRA_ENCODING_MULAW, 8000, 1},
                                          {PALABRA_ENCODING_ALAW, 16000, 1}};
static const char *const languages[LANGUAGES] = {"es", "fr", "de", "it"};
/* In every encoding: one session that continues to speak, one that is interrupted, one that ends. */
static palabra_session *speaking[ENCODINGS], *interrupted[ENCODINGS], *ending[ENCODINGS];
static palabra_session *of_events, *closed_session;
static float audio[MOST_FRAMES * MOST_CHANNELS]; /* space for the largest frames */
static histogram speech_times, silence_times;
static atomic_int was_interrupted[ENCODINGS];
static atomic_int rounds_left = -1; /* of the recorded session; negative: it is not being recorded */
static atomic_ulong calls, unexpected, speech_calls, silence_calls, ended_calls, other_calls;
static uint64_t random_state = 9;

/* --- The watched thread ----------------------------------------------------------------------------------------- */

static int has_speech(int32_t sound)
{
    return sound >= 0 && (sound & PALABRA_SOUND_SPEECH) != 0;
}

static int32_t read_timed(palabra_session *session, const char *language, int32_t frames)
{
    uint64_t before = clock_now_ns();
    int32_t sound = palabra_session_read_audio(session, language, audio, frames);
    uint64_t took = clock_now_ns() - before;

    histogram_add(has_speech(sound) ? &speech_times : &silence_times, took);
    atomic_fetch_add(&calls, 1);
    atomic_fetch_add(&unexpected, sound < 0);
    return sound;
}

/* Reads one frame at a time until the interrupt, so that no phrase ends before it on a busy machine. */
static void read_interrupted(int i, const char *language, int32_t frames)
{
    if (atomic_load(&was_interrupted[i]))
        read_timed(interrupted[i], language, frames);
    else
        atomic_fetch_add(&unexpected, palabra_session_read_audio(interrupted[i], language, audio, 1) < 0);
}

/* Whether the recorded session is read in this round. */
static int reads_recorded(void)
{
    int left = atomic_load(&rounds_left);

    return left < 0 || (left > 0 && atomic_compare_exchange_strong(&rounds_left, &left, left - 1));
}

/* The original voice of the session in which it is switched on and off, with losses. */
static void speak(void)
{
    static const int16_t quiet[480] = {8, -8, 8, -8, 8, -8, 8, -8};

    int32_t taken = atomic_load(&calls) % 7 == 0 ? palabra_session_skip(speaking[0], 480)
                                                 : palabra_session_send_audio(speaking[0], quiet, 480);

    atomic_fetch_add(&unexpected, taken < 0);
}

static void read_speaking(int i, const char *language, int32_t frames)
{
    atomic_fetch_add(has_speech(read_timed(speaking[i], language, frames)) ? &speech_calls : &silence_calls, 1);
}

static void read_everybody(int reads_first)
{
    int i, n;

    for (i = 0; i < ENCODINGS; i++) {
        int32_t frames = (int32_t)formats[i].sample_rate / 50;
        for (n = 0; n < LANGUAGES; n++) {
            if (i > 0 || reads_first)
                read_speaking(i, languages[n], frames);
            read_interrupted(i, languages[n], frames);
            if (read_timed(ending[i], languages[n], frames) == PALABRA_SOUND_ENDED)
                atomic_fetch_add(&ended_calls, 1);
        }
    }
}

static void expect(palabra_status got, palabra_status wanted)
{
    atomic_fetch_add(&unexpected, got != wanted);
    atomic_fetch_add(&other_calls, 1);
}

static void meet_errors(void)
{
    palabra_session *nonsense = (palabra_session *)(uintptr_t)random_next(&random_state);

    expect(palabra_session_read_audio(of_events, "es", audio, 480), PALABRA_ERR_UNSUPPORTED);
    expect(palabra_session_read_audio(closed_session, "es", audio, 480), PALABRA_ERR_BAD_HANDLE);
    expect(palabra_session_read_audio(nonsense, "es", audio, 480), PALABRA_ERR_BAD_HANDLE);
    expect(palabra_session_read_audio(speaking[0], "ja", audio, 480), PALABRA_ERR_INVALID_ARGUMENT);
    expect(palabra_session_read_audio(speaking[0], "es", NULL, 480), PALABRA_ERR_INVALID_ARGUMENT);
}

static void read_any_number(void)
{
    atomic_fetch_add(&unexpected, palabra_session_read_audio(speaking[0], NULL, audio, 1) < 0);
    atomic_fetch_add(&unexpected, palabra_session_read_audio(speaking[0], "", audio, MOST_FRAMES) < 0);
}

/* Continues while the other thread interrupts and ends sessions. */
static void *read_everything(void *unused)
{
    static atomic_ulong *const wanted[] = {&speech_calls, &silence_calls, &ended_calls};
    static const unsigned long enough[] = {SPEECH_CALLS, 1000, 1000};
    uint64_t deadline = clock_now_ns() + CLOCK_PATIENCE_MS * (uint64_t)1000000;
    int i, reads_first, missing = 1;

    (void)unused;
    watch_begin();
    while ((missing || atomic_load(&calls) < CALLS) && clock_now_ns() < deadline) {
        reads_first = reads_recorded();
        if (reads_first) {
            speak();
            read_any_number();
        }
        read_everybody(reads_first);
        meet_errors();
        for (missing = 0, i = 0; i < 3; i++)
            missing |= atomic_load(wanted[i]) < enough[i];
    }
    watch_end();
    return NULL;
}

/* --- The other threads ------------------------------------------------------------------------------------------ */

static palabra_session *open_speaking(palabra_client *client, int encoding)
{
    palabra_translation_config config = playout_config();
    palabra_session *session;

    config.target_languages = "es,fr,de,it";
    config.flags |= PALABRA_SESSION_DROP_OLDEST;
    config.output.buffer_ms = 60000;
    config.output.reader_lag_ms = 600000;
    config.output.format.encoding = formats[encoding].encoding;
    config.output.format.sample_rate = formats[encoding].sample_rate;
    config.output.format.channels = formats[encoding].channels;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return session;
}

static void open_sessions(void)
{
    palabra_client *much = talk_client("dev~burst_s=30");
    palabra_client *some = talk_client("dev~burst_s=10");
    palabra_client *little = talk_client("dev~burst_s=2");
    int i;

    for (i = 0; i < ENCODINGS; i++) {
        speaking[i] = open_speaking(much, i);
        interrupted[i] = open_speaking(some, i);
        ending[i] = open_speaking(little, i);
    }
    of_events = talk_open(little, NULL);
    closed_session = talk_open(little, NULL);
    CHECK_STATUS(palabra_session_close(closed_session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(much), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(some), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(little), PALABRA_OK);
}

static void close_sessions(void)
{
    int i;
    for (i = 0; i < ENCODINGS; i++) {
        CHECK_STATUS(palabra_session_close(speaking[i], 0), PALABRA_OK);
        CHECK_STATUS(palabra_session_close(interrupted[i], 0), PALABRA_OK);
        CHECK_STATUS(palabra_session_close(ending[i], 0), PALABRA_OK);
    }
    CHECK_STATUS(palabra_session_close(of_events, 0), PALABRA_OK);
}

/* Starts and stops recordings while audio is being read. */
static void interrupt_and_end(void)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int i, n;

    for (i = 0; i < ENCODINGS; i++) {
        CHECK_STATUS(palabra_session_end(ending[i]), PALABRA_OK);
        for (n = 0; n < LANGUAGES; n++)
            while (playout_stats(interrupted[i], languages[n]).phrases_started == 0 && clock_now_ms() < deadline)
                clock_sleep_ms(1);
        CHECK_STATUS(palabra_session_interrupt(interrupted[i], NULL, 0, 0), PALABRA_OK);
        atomic_store(&was_interrupted[i], 1);
    }
}

/* The watched thread copies its audio to each recording, takes each change of the original voice, and never gets BUSY. */
static void record_meanwhile(void)
{
    palabra_error error = PALABRA_ERROR_INIT;
    char path[64];
    palabra_original_options original = {0, 0, 0, 0, {0}};
    int i;

    snprintf(path, sizeof path, "rt-read-audio-%ld.wav", (long)getpid());
    for (i = 0; i < RECORDINGS; i++) {
        original.gain_percent = i % 2 == 0 ? 50 : 0;
        CHECK_STATUS(palabra_session_set_original(speaking[0], &original), PALABRA_OK);
        atomic_store(&rounds_left, 0);
        CHECK_STATUS(palabra_session_start_recording(speaking[0], path, NULL, &error), PALABRA_OK);
        atomic_store(&rounds_left, RECORDED_ROUNDS);
        while (atomic_load(&rounds_left) > 0 && !atomic_load(&watch_over))
            clock_sleep_ms(1);
        CHECK_STATUS(palabra_session_stop_recording(speaking[0], -1, &error), PALABRA_OK);
    }
    atomic_store(&rounds_left, -1);
    CHECK_TEXT(error.text, "");
    unlink(path);
}

static void check_what_happened(void)
{
    int64_t underruns = 0;
    int i, n;

    for (i = 0; i < ENCODINGS; i++)
        for (n = 0; n < LANGUAGES; n++) {
            underruns += playout_stats(speaking[i], languages[n]).underruns;
            CHECK_EQ(playout_stats(interrupted[i], languages[n]).phrases_cut, 1);
            CHECK_EQ(playout_stats(ending[i], languages[n]).phrases_finished, 1);
        }
    /* A reader without a clock reads too early, unless the machine was so slow that all of the speech was there before. */
    CHECK(underruns > 0);
    CHECK(atomic_load(&speech_calls) >= SPEECH_CALLS);
    CHECK(atomic_load(&ended_calls) > 0 && atomic_load(&other_calls) > 0);
    CHECK(atomic_load(&calls) >= CALLS);
    CHECK_EQ(atomic_load(&unexpected), 0);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    open_sessions();
    watch_start(read_everything);
    interrupt_and_end();
    record_meanwhile();
    while (!atomic_load(&watch_over))
        clock_sleep_ms(10);
    histogram_print("read_audio, 20 ms of speech", &speech_times);
    histogram_print("read_audio, 20 ms of silence", &silence_times);
    watch_check();
    check_what_happened();
    histogram_check(&speech_times);
    close_sessions();
    palabra_shutdown(1000);
    return watch_result();
}

#else

int main(void)
{
    return check_skip("the interposers are written for glibc on Linux");
}

#endif
