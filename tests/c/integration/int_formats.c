/* A game changes its audio device while it sends and while it reads: from 48 kHz stereo float to 44.1 kHz, in blocks of
 * any size. A tone that the server echoes keeps its pitch and has no distortion.
 */
#define _POSIX_C_SOURCE 200809L
#include "playout.h"
#include "random.h"
#include "waves.h"

#define TONE_HZ 440.25 /* the input changes at a peak of the wave, where a discontinuity would be largest */
#define FIRST 48000u
#define SECOND 44100u
#define CHANNELS 2u
#define LEAST 64u
#define MOST 2048u
#define SECONDS 3u /* of tone in each format */
#define ROOM (8u * FIRST)
#define LEAD 2400u   /* a phrase includes the silence before it */
#define WINDOW 4800u /* frames of one sine fit */
#define LOUD 0.1f    /* a fifth of the tone */
#define EDGE 240u    /* filter transients at the start and end */

typedef struct {
    float samples[ROOM];
    uint32_t rate, count;
} recording;

static recording heard[2] = {{{0}, FIRST, 0}, {{0}, SECOND, 0}};
static uint64_t random_state = 48;

static uint32_t block(void)
{
    return LEAST + (uint32_t)(random_next(&random_state) % (MOST - LEAST + 1));
}

/* `*seconds` is the tone's phase in time; it continues across the change of rate. */
static void send(palabra_session *session, uint32_t rate, double length, double level, double *seconds)
{
    float samples[MOST * CHANNELS];
    uint32_t left = (uint32_t)(length * rate), frames, n;

    for (; left > 0; left -= frames) {
        frames = block() < left ? block() : left;
        frames = frames < left ? frames : left;
        for (n = 0; n < frames; n++, *seconds += 1.0 / rate)
            samples[2 * n] = samples[2 * n + 1] = (float)(level * sin(WAVES_TURN * TONE_HZ * *seconds));
        CHECK_EQ(palabra_session_send_audio(session, samples, frames), frames);
    }
}

static void speak(palabra_session *session)
{
    double seconds = 0.0;

    send(session, FIRST, 0.5, 0.0, &seconds);
    send(session, FIRST, SECONDS, 0.5, &seconds);
    CHECK_STATUS(talk_set_input(session, PALABRA_ENCODING_F32, SECOND, CHANNELS), PALABRA_OK);
    send(session, SECOND, SECONDS, 0.5, &seconds);
    send(session, SECOND, 1.5, 0.0, &seconds);
}

static void listen(palabra_session *session, playout_log *log, recording *to, uint32_t most)
{
    float samples[MOST * CHANNELS];
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    uint32_t n;

    while (to->count + MOST <= most && playout_count(log, "es", PALABRA_EVENT_PLAYOUT_FINISHED) == 0 &&
           clock_now_ms() < deadline) {
        uint32_t frames = block();
        int speaks = playout_is_speech(palabra_session_read_audio(session, "es", samples, (int32_t)frames));
        /* Times of the recording are times of the phrase. */
        for (n = 0; n < frames && (to->count > 0 || speaks); n++) {
            CHECK(samples[2 * n] == samples[2 * n + 1]);
            to->samples[to->count++] = samples[2 * n];
        }
        playout_poll(session, log, 3);
    }
}

/* The tone is clean in every window from `from` to its end, including those with a change of the input and the first
 * one after a change of the output.
 */
static void check_tone(const recording *r, uint32_t from, uint32_t wanted)
{
    double snr, hz, worst_snr = 1000.0, worst_hz = 0.0;
    uint32_t end = r->count, clean = 0, seams = 0;

    while (end > 0 && fabsf(r->samples[end - 1]) < LOUD)
        end--;
    end -= end < EDGE ? end : EDGE;
    for (; from + WINDOW <= end; from += WINDOW) {
        hz = waves_fit_sine(r->samples + from, WINDOW, TONE_HZ / r->rate, &snr) * r->rate;
        *(snr > 60.0 ? &clean : &seams) += 1;
        worst_snr = fmin(worst_snr, snr);
        worst_hz = fmax(worst_hz, fabs(hz - TONE_HZ));
    }
    printf("%u Hz: %u windows of %u frames above 60 dB, %u not, at least %.1f dB; off by %.4f Hz at most\n", r->rate,
           clean, WINDOW, seams, worst_snr, worst_hz);
    CHECK(clean >= wanted);
    CHECK_EQ(seams, 0);
    CHECK(worst_hz < TONE_HZ / 1000);
}

/* A device change neither repeats nor loses speech. */
static void check_length(const playout_log *log)
{
    CHECK_EQ(log->count, 1);
    CHECK_WITHIN(log->phrases[0].phrase_ms, 2 * SECONDS * 1000 - 20, 2 * SECONDS * 1000 + 80);
    CHECK_WITHIN(log->phrases[0].heard_ms, log->phrases[0].phrase_ms - 1, log->phrases[0].phrase_ms + 1);
}

int main(void)
{
    palabra_translation_config config = playout_config();
    palabra_client *client;
    palabra_session *session;
    playout_log log = {0};

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    client = talk_client("id");
    config.input.format.encoding = config.output.format.encoding = PALABRA_ENCODING_F32;
    config.input.format.sample_rate = config.output.format.sample_rate = FIRST;
    config.input.format.channels = config.output.format.channels = CHANNELS;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    speak(session);
    listen(session, &log, &heard[0], SECONDS * FIRST / 2);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_F32, SECOND, CHANNELS), PALABRA_OK);
    listen(session, &log, &heard[1], ROOM);
    check_length(&log);
    check_tone(&heard[0], LEAD, 12);
    check_tone(&heard[1], 0, 40); /* the audio after the change continues in the middle of the wave */
    CHECK_EQ(playout_stats(session, "es").underruns, 0);
    CHECK_STATUS(palabra_session_close(session, 1000), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
