/* palabra_leg_exchange(), _exchange_at(), _send_audio(), _read_audio() and _skip() use no allocator, no lock and no system
 * call, and have no page fault: in every encoding, while sessions connect, speak and end, while a party is replaced, while the
 * call is recorded, at the end, and on errors.
 *
 * devserver: --idle-timeout-ms 120000
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "random.h"
#include "realtime.h"
#include "talk.h"

#ifdef REALTIME_WATCHED

#define CALLS REALTIME_TIMES(50000u)
#define SPEECH_CALLS 600u
#define TRANSFERS 3
#define MOST_FRAMES 960

static const palabra_audio_format formats[2] = {{PALABRA_ENCODING_MULAW, 8000, 1, 0, {0}},
                                                {PALABRA_ENCODING_F32, 48000, 2, 0, {0}}};
static const char *const recording = "rt_call.wav";
static palabra_call *call;
static _Atomic(palabra_leg *) legs[2];
static palabra_leg *closed_leg;
static float said[MOST_FRAMES * 2], heard[MOST_FRAMES * 2];
static histogram times;
static atomic_ulong calls, speech_calls, ended_calls, original_calls, unexpected;
static uint32_t packets[2];
static uint64_t random_state = 11;

/* A leg that is closed at this moment has no handle any more. */
static int is_expected(int32_t result)
{
    return result >= 0 || result == PALABRA_ERR_BAD_HANDLE || result == PALABRA_ERR_ENDED || result == PALABRA_ERR_CLOSED;
}

/* Packets have timestamps in turns, and every second one of those comes before the one that precedes it. */
static int has_timestamps(int number)
{
    return packets[number] / 64 % 2;
}

static void exchange(int number)
{
    int32_t frames = formats[number].sample_rate / 50;
    uint64_t before = clock_now_ns();
    palabra_leg *leg = atomic_load(&legs[number]);
    int32_t sound = has_timestamps(number)
                        ? palabra_leg_exchange_at(leg, said, frames, (packets[number] ^ 1) * (uint32_t)frames, heard, frames)
                        : palabra_leg_exchange(leg, said, frames, heard, frames);

    packets[number]++;
    histogram_add(&times, clock_now_ns() - before);
    atomic_fetch_add(&calls, 1);
    atomic_fetch_add(&unexpected, !is_expected(sound));
    if (sound < 0)
        return;
    atomic_fetch_add(&speech_calls, (sound & PALABRA_SOUND_SPEECH) != 0);
    atomic_fetch_add(&original_calls, (sound & PALABRA_SOUND_ORIGINAL) != 0);
    atomic_fetch_add(&ended_calls, (sound & PALABRA_SOUND_ENDED) != 0);
}

static void use_the_halves(int number)
{
    palabra_leg *leg = atomic_load(&legs[number]);
    int32_t frames = formats[number].sample_rate / 100;

    atomic_fetch_add(&unexpected, !is_expected(palabra_leg_send_audio(leg, said, frames)));
    atomic_fetch_add(&unexpected, !is_expected(palabra_leg_skip(leg, frames)));
    atomic_fetch_add(&unexpected, !is_expected(palabra_leg_read_audio(leg, heard, frames)));
}

static void meet_errors(void)
{
    palabra_leg *nonsense = (palabra_leg *)(uintptr_t)random_next(&random_state);

    atomic_fetch_add(&unexpected, palabra_leg_exchange(nonsense, said, 160, heard, 160) != PALABRA_ERR_BAD_HANDLE);
    atomic_fetch_add(&unexpected, palabra_leg_exchange(closed_leg, said, 160, heard, 160) != PALABRA_ERR_BAD_HANDLE);
    atomic_fetch_add(&unexpected, palabra_leg_exchange(atomic_load(&legs[0]), NULL, 160, heard, 160) >= 0);
    atomic_fetch_add(&unexpected, palabra_leg_exchange(atomic_load(&legs[0]), said, 160, NULL, 160) >= 0);
}

static void *exchange_everything(void *unused)
{
    uint64_t deadline = clock_now_ns() + CLOCK_PATIENCE_MS * (uint64_t)1000000;
    int number;

    (void)unused;
    watch_begin();
    while ((atomic_load(&calls) < CALLS || atomic_load(&ended_calls) < 100) && clock_now_ns() < deadline) {
        for (number = 0; number < 2; number++) {
            exchange(number);
            if (!has_timestamps(number))
                use_the_halves(number);
        }
        meet_errors();
    }
    watch_end();
    return NULL;
}

static palabra_leg *join(int number, const char *language)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_leg *leg = NULL;

    config.language = language;
    config.input = config.output = formats[number];
    config.flags = number == 1 ? PALABRA_LEG_COMFORT_NOISE : 0;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(leg != NULL);
    CHECK_EQ(palabra_leg_get_number(leg), number);
    return leg;
}

/* Both directions; also who joins later. */
static void start_recording(void)
{
    palabra_call_recording_options options = PALABRA_CALL_RECORDING_OPTIONS_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    options.flags = PALABRA_RECORDING_TRANSLATIONS;
    CHECK_STATUS(palabra_call_start_recording(call, recording, &options, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
}

/* Each time other sessions take the place of those that the watched thread uses. */
static void transfer(void)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    unsigned long spoken;
    int i;

    for (i = 0; i < TRANSFERS; i++) {
        spoken = atomic_load(&speech_calls) + SPEECH_CALLS / TRANSFERS;
        while (atomic_load(&speech_calls) < spoken && clock_now_ms() < deadline)
            clock_sleep_ms(1);
        if (i == 1)
            start_recording();
        CHECK_STATUS(palabra_leg_close(atomic_load(&legs[1])), PALABRA_OK);
        atomic_store(&legs[1], join(1, i % 2 == 0 ? "fr" : "es"));
    }
}

int main(void)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client;
    int i;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    for (i = 0; i < MOST_FRAMES * 2; i++)
        said[i] = 0.1f;
    client = talk_client("dev~burst_s=10");
    CHECK_STATUS(palabra_call_open(client, NULL, NULL, &call, &error), PALABRA_OK);
    closed_leg = join(0, "de");
    CHECK_STATUS(palabra_leg_close(closed_leg), PALABRA_OK);
    atomic_store(&legs[0], join(0, "en"));
    atomic_store(&legs[1], join(1, "es"));
    watch_start(exchange_everything);
    transfer();
    CHECK_STATUS(palabra_call_end(call), PALABRA_OK);
    while (!atomic_load(&watch_over))
        clock_sleep_ms(10);
    histogram_print("exchange, 20 ms", &times);
    watch_check();
    CHECK(atomic_load(&speech_calls) >= SPEECH_CALLS);
    CHECK(atomic_load(&original_calls) > 0 && atomic_load(&ended_calls) > 0);
    CHECK_EQ(atomic_load(&unexpected), 0);
    histogram_check(&times);
    /* Without a clock more than 2 s may come at once, where the library's thread stood still: then the recording says so. */
    if (palabra_call_stop_recording(call, CLOCK_PATIENCE_MS, &error) != PALABRA_OK)
        CHECK_CONTAINS(error.text, "audio came faster than it was recorded: a part is missing");
    CHECK_EQ(remove(recording), 0);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return watch_result();
}

#else

int main(void)
{
    return check_skip("the interposers are written for glibc on Linux");
}

#endif
