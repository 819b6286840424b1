/* palabra_session_send_audio(), _send_encoded(), _skip(), _flush_input() and _get_input_space() use no allocator, no lock
 * and no system call, and have no page fault, in any outcome and every encoding; and how long a million calls with 20 ms take.
 *
 * devserver:
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "peers.h"
#include "random.h"
#include "realtime.h"
#include "talk.h"

#ifdef REALTIME_WATCHED

/* --- The calls -------------------------------------------------------------------------------------------------- */

#define CALLS REALTIME_TIMES(100000)
#define MOST_FRAMES 960u
#define LEAST_FRAMES 160u
#define RATE 48000u
#define CHANNELS 2u /* of the sessions whose audio is converted */
#define BUFFER_MS 60000u
#define SESSIONS 24 /* enough ring buffers for all calls to be accepted completely */
#define STEP 480u   /* 20 ms of the measured format, 24 kHz mono */
#define STEPS (BUFFER_MS / 20u)
#define STEPS_IN_ALL REALTIME_TIMES(1000000u)
#define ROUNDS (STEPS_IN_ALL / (SESSIONS * (STEPS - 1u)) + 1u) /* of SESSIONS empty rings */

enum { WHOLE, PARTLY, FULL, BAD_HANDLE, ENDED, INVALID, OUTCOMES };
static const char *const outcome_names[OUTCOMES] = {"accepted", "accepted in part", "ring full",
                                                    "bad handle", "ended", "invalid argument"};

#define ENCODINGS 4
static const int32_t encodings[ENCODINGS] = {PALABRA_ENCODING_S16, PALABRA_ENCODING_F32, PALABRA_ENCODING_MULAW,
                                             PALABRA_ENCODING_ALAW};
static palabra_session *sessions[SESSIONS], *ended_session, *closed_session, *live_sessions[ENCODINGS];
static palabra_session *encoded_session;
static float audio[MOST_FRAMES * CHANNELS]; /* space for the largest frames */
static histogram in_any_state, steps;
static unsigned long outcomes[OUTCOMES], unexpected, live_calls, live_frames;
static uint64_t random_state = 7;
static palabra_session *measured[SESSIONS];
static atomic_uint rounds_opened, rounds_filled;

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

static palabra_status timed_send(histogram *times, palabra_session *session, const void *pcm, uint32_t frames)
{
    uint64_t before = clock_now_ns();
    palabra_status status = palabra_session_send_audio(session, pcm, frames);

    histogram_add(times, clock_now_ns() - before);
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
    palabra_status status = timed_send(&in_any_state, session, pcm, frames);
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
            unexpected += palabra_session_get_input_space(sessions[i]) < 0;
        unexpected += palabra_session_get_input_space(sessions[i]) != 0;
    }
}

static int refuse_losses(palabra_session *session, palabra_status status)
{
    return palabra_session_skip(session, 160) == status && palabra_session_flush_input(session) == status;
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
        unexpected += palabra_session_skip(sessions[i % SESSIONS], INT32_MAX) != 0;
        unexpected += palabra_session_flush_input(sessions[i % SESSIONS]) != PALABRA_OK;
        unexpected += !refuse_losses(ended_session, PALABRA_ERR_ENDED);
        unexpected += !refuse_losses(closed_session, PALABRA_ERR_BAD_HANDLE);
        unexpected += palabra_session_send_encoded(encoded_session, audio, 160) < 0;
        unexpected += palabra_session_send_encoded(sessions[i % SESSIONS], audio, 160) != PALABRA_ERR_UNSUPPORTED;
        unexpected += palabra_session_send_audio(encoded_session, audio, 160) != PALABRA_ERR_UNSUPPORTED;
        unexpected += palabra_session_get_input_space(ended_session) != PALABRA_ERR_ENDED;
        unexpected += palabra_session_get_input_space(closed_session) != PALABRA_ERR_BAD_HANDLE;
    }
}

/* Sessions whose library side is active at the same time: one in each encoding. */
static void send_beside_the_driver(void)
{
    while (live_sessions[0] != NULL && live_calls < CALLS) {
        uint32_t frames = some_frames();
        palabra_status status = timed_send(&in_any_state, live_sessions[live_calls % ENCODINGS], audio, frames);
        unexpected += status < 0;
        live_frames += status > 0 ? (unsigned long)status : 0;
        status = palabra_session_skip(live_sessions[live_calls % ENCODINGS], (int32_t)some_frames());
        unexpected += status < 0 || palabra_session_flush_input(live_sessions[live_calls % ENCODINGS]) != PALABRA_OK;
        live_calls++;
    }
}

/* As a program that sends in real time: there is space for every step. The sessions take turns. */
static void fill_empty_rings(void)
{
    unsigned round, step;
    int i;

    for (round = 1; round <= ROUNDS; round++) {
        while (atomic_load(&rounds_opened) < round)
            continue;
        for (i = 0; i < SESSIONS; i++)
            unexpected += palabra_session_skip(measured[i], STEP) != (palabra_status)STEP;
        for (step = 1; step < STEPS; step++)
            for (i = 0; i < SESSIONS; i++)
                unexpected += timed_send(&steps, measured[i], audio, STEP) != (palabra_status)STEP;
        atomic_store(&rounds_filled, round);
    }
}

static void *send_everything(void *unused)
{
    (void)unused;
    watch_begin();
    fill_the_rings();
    meet_errors();
    send_beside_the_driver();
    fill_empty_rings();
    watch_end();
    return NULL;
}

/* --- Reports ---------------------------------------------------------------------------------------------------- */

static void report(void)
{
    int i;
    for (i = 0; i < OUTCOMES; i++)
        printf("%-18s %7lu calls\n", outcome_names[i], outcomes[i]);
    printf("%-18s %7lu calls, %lu frames taken\n", "beside the driver", live_calls, live_frames);
    histogram_print("send_audio, any outcome", &in_any_state);
    histogram_print("send_audio, 20 ms taken", &steps);
    CHECK(outcomes[WHOLE] >= CALLS);
    CHECK(outcomes[PARTLY] > 0);
    CHECK(outcomes[FULL] >= CALLS && outcomes[BAD_HANDLE] >= CALLS);
    CHECK_EQ(unexpected, 0);
    CHECK(steps.total >= STEPS_IN_ALL);
    histogram_check(&in_any_state);
    histogram_check(&steps);
    watch_check();
}

static void open_sessions(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_stt_config encoded = PALABRA_STT_CONFIG_INIT;
    int i;

    config.input.format.sample_rate = RATE;
    config.input.buffer_ms = BUFFER_MS;
    for (i = 0; i < SESSIONS; i++) {
        config.input.format.encoding = encodings[i % ENCODINGS];
        config.input.format.channels = i % ENCODINGS == 0 ? 1 : CHANNELS;
        sessions[i] = talk_open(client, &config);
    }
    encoded.format = PALABRA_STT_FORMAT_WEBM;
    CHECK_STATUS(palabra_session_open_stt(client, &encoded, &encoded_session, NULL), PALABRA_OK);
    ended_session = talk_open(client, NULL);
    CHECK_STATUS(palabra_session_end(ended_session), PALABRA_OK);
    closed_session = talk_open(client, NULL);
    CHECK_STATUS(palabra_session_close(closed_session, 0), PALABRA_OK);
}

static void close_sessions(void)
{
    int i;
    for (i = 0; i < SESSIONS; i++)
        CHECK_STATUS(palabra_session_close(sessions[i], 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(ended_session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(encoded_session, 0), PALABRA_OK);
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
    /* What is sent is also passed to those who hear the original voice. */
    config.output.mode = PALABRA_OUTPUT_BOTH;
    config.output.original.gain_percent = 50;
    for (i = 0; i < ENCODINGS; i++) {
        config.input.format.encoding = encodings[i];
        config.input.format.sample_rate = encodings[i] == PALABRA_ENCODING_F32 ? 48000 : i == 0 ? 16000 : 8000;
        config.input.format.channels = encodings[i] == PALABRA_ENCODING_F32 ? CHANNELS : 1;
        live_sessions[i] = talk_open(client, &config);
        CHECK_STATUS(palabra_session_wait_ready(live_sessions[i], CLOCK_PATIENCE_MS), PALABRA_OK);
    }
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

/* Capacity that the sending thread fills meanwhile. */
static void open_measured_sessions(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    unsigned round;
    int i;

    config.input.buffer_ms = BUFFER_MS;
    for (round = 1; round <= ROUNDS; round++) {
        for (i = 0; i < SESSIONS; i++)
            measured[i] = talk_open(client, &config);
        atomic_store(&rounds_opened, round);
        while (atomic_load(&rounds_filled) < round)
            clock_sleep_ms(1);
        for (i = 0; i < SESSIONS; i++)
            CHECK_STATUS(palabra_session_close(measured[i], 0), PALABRA_OK);
    }
}

int main(void)
{
    char url[64];
    int port = 0;
    palabra_client *client;

    REQUIRE(peers_silent(&port) >= 0);
    client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    open_live_sessions();
    open_sessions(client);
    watch_start(send_everything);
    open_measured_sessions(client);
    while (!atomic_load(&watch_over))
        clock_sleep_ms(10);
    report();
    close_sessions();
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
