/* A telephone call with a recorded voice: mu-law in and out, 20 ms at a time; the server echoes what it receives. The
 * output equals the input, has the same length, and shows no trace of the borders of chunks, messages and ticks.
 */
#define _POSIX_C_SOURCE 200809L
#include "playout.h"
#include "waves.h"

#define RATE 8000u
#define TICK 160u
#define PHRASES 2 /* of the recording */
#define TAIL (2u * RATE)
#define MOST (120u * RATE)
#define WINDOW 80u     /* the server cuts phrases at whole 10 ms */
#define CHUNK_IN 2560u /* the client sends messages of 320 ms, the server messages of 200 ms */
#define CHUNK_OUT 1600u
#define EDGE 24u /* 3 ms: at the edge of a phrase a filter has no input before it */

/* The telephone band; and a limit below which every filter is still flat, where small errors show. */
#define TELEPHONE_HZ 3400.0
#define FLAT_HZ 3200.0

/* es is read as mu-law, fr as 16 bits: without the quantization noise of mu-law. */
static const char *const languages[2] = {"es", "fr"};
static uint8_t sent[MOST];
static int16_t said[MOST], heard[2][MOST];
static size_t sent_count, heard_count;

/* The recording as a telephone transmits it. */
static void load_recording(double band_hz)
{
    palabra_audio wav = PALABRA_AUDIO_INIT;
    size_t n;

    CHECK_STATUS(palabra_audio_read_wav(getenv("PALABRA_WAV"), &wav, NULL), PALABRA_OK);
    REQUIRE(wav.sample_rate == 2 * RATE && wav.channels == 1 && wav.frames / 2 + TAIL < MOST);
    sent_count = waves_halve(wav.pcm, wav.frames, band_hz / wav.sample_rate, said) + TAIL;
    sent_count -= sent_count % TICK;
    for (n = 0; n < sent_count; n++) {
        sent[n] = waves_to_mulaw(said[n]);
        said[n] = waves_from_mulaw(sent[n]);
    }
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
}

static palabra_session *call(void)
{
    palabra_translation_config config = playout_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;

    config.target_languages = "es,fr";
    config.input.format.encoding = config.output.format.encoding = PALABRA_ENCODING_MULAW;
    config.input.format.sample_rate = config.output.format.sample_rate = RATE;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(talk_set_output(session, "fr", PALABRA_ENCODING_S16, RATE, 1), PALABRA_OK);
    return session;
}

static int32_t tick(palabra_session *session)
{
    uint8_t bytes[TICK];
    int32_t sounds[2];
    uint32_t n;

    REQUIRE(heard_count + TICK <= MOST);
    sounds[0] = palabra_session_read_audio(session, "es", bytes, TICK);
    sounds[1] = palabra_session_read_audio(session, "fr", heard[1] + heard_count, TICK);
    CHECK(sounds[0] >= 0 && sounds[1] >= 0);
    for (n = 0; n < TICK; n++)
        heard[0][heard_count + n] = waves_from_mulaw(bytes[n]);
    heard_count += TICK;
    return sounds[0] == PALABRA_SOUND_ENDED ? sounds[1] : sounds[0];
}

static void talk(palabra_session *session, playout_log *log)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    size_t n;

    for (n = 0; n < sent_count; n += TICK)
        CHECK_EQ(palabra_session_send_audio(session, sent + n, TICK), TICK);
    while (playout_count(log, NULL, PALABRA_EVENT_PLAYOUT_FINISHED) < 2 * PHRASES && clock_now_ms() < deadline) {
        tick(session);
        playout_poll(session, log, 2);
    }
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (tick(session) != PALABRA_SOUND_ENDED && clock_now_ms() < deadline)
        playout_poll(session, log, 2);
    CHECK_EQ(tick(session), PALABRA_SOUND_ENDED);
    /* CLOSED comes first, perhaps after the latest poll. */
    playout_poll(session, log, 0);
    CHECK(log->closed);
    CHECK_STATUS(log->code, PALABRA_OK);
}

typedef struct {
    double power;
    size_t count;
} noise;

static void add(noise *sum, double error)
{
    sum->power += error * error;
    sum->count++;
}

static double mean(const noise *sum)
{
    return sum->power / (double)sum->count;
}

static int is_near(size_t place, size_t distance)
{
    return (place + 3) % distance < 7;
}

/* A discontinuity is an error above its neighborhood: around borders, on average, or anywhere. */
static void look_for_seams(const int16_t *y, const int16_t *x, size_t count, size_t in_at, size_t out_at)
{
    noise all = {0}, near_in = {0}, near_out = {0}, near_tick = {0};
    double worst = 0.0, step;
    size_t n, k;

    for (n = EDGE; n + EDGE < count; n++) {
        double error = y[n] - x[n], loudest = 0.0;
        add(&all, error);
        if (is_near(in_at + n, CHUNK_IN))
            add(&near_in, error);
        if (is_near(n, CHUNK_OUT))
            add(&near_out, error);
        if (is_near(out_at + n, TICK))
            add(&near_tick, error);
        for (k = n - 8; k < n + 8; k++)
            loudest = fmax(loudest, abs(x[k]));
        step = (loudest + 132) / 16; /* of mu-law, at most */
        worst = fmax(worst, fabs(error) / step);
    }
    printf("  noise: %.1f dB at input chunks, %.1f dB at output chunks, %.1f dB at ticks; worst sample %.2f steps\n",
           waves_db(mean(&near_in), mean(&all)),
           waves_db(mean(&near_out), mean(&all)),
           waves_db(mean(&near_tick), mean(&all)), worst);
    CHECK(near_in.count > 50 && near_out.count > 50 && near_tick.count > 500);
    CHECK(mean(&near_in) < 4 * mean(&all));
    CHECK(mean(&near_out) < 4 * mean(&all));
    CHECK(mean(&near_tick) < 4 * mean(&all));
    CHECK(worst < 2.0);
}

/* Input and output have the same rate, so the input, converted to mu-law and back by this test, is the reference: no
 * conversion of the library affects the reference. */
static void check_phrase(const playout_phrase *phrase, int is_flat)
{
    int is_16_bit = strcmp(phrase->language, "fr") == 0;
    const int16_t *all = heard[is_16_bit];
    size_t start = (size_t)phrase->started_frame, count = (size_t)(phrase->ended_frame - phrase->started_frame), at;
    double snr;

    CHECK_EQ(phrase->ended, PALABRA_EVENT_PLAYOUT_FINISHED);
    CHECK_EQ(phrase->heard_ms, phrase->phrase_ms);
    CHECK_EQ(count, phrase->phrase_ms * RATE / 1000); /* exact: a phrase has whole windows */
    CHECK_EQ(count % WINDOW, 0);
    at = waves_place(all + start, count, said, sent_count, 4000);
    CHECK_EQ(at % WINDOW, 0); /* and no frame is shifted */
    snr = waves_snr(all + start, said + at, count);
    printf("%s: %.2f s from frame %u of what was said: SNR %.1f dB\n", phrase->language, (double)count / RATE,
           (unsigned)at, snr);
    CHECK(snr > (is_flat ? 40.0 : 30.0));
    if (is_flat)
        look_for_seams(all + start, said + at, count, at, start);
}

/* Audio outside of phrases is silence. */
static void check_silence(const playout_log *log)
{
    size_t n;
    int i, k, loud[2] = {0, 0};

    for (n = 0; n < heard_count; n++)
        for (i = 0; i < 2; i++) {
            int within = 0;
            for (k = 0; k < log->count; k++)
                within |= strcmp(log->phrases[k].language, languages[i]) == 0 &&
                          (int64_t)n >= log->phrases[k].started_frame && (int64_t)n < log->phrases[k].ended_frame;
            loud[i] += !within && heard[i][n] != 0;
        }
    CHECK_EQ(loud[0], 0);
    CHECK_EQ(loud[1], 0);
}

static void call_with_band(double band_hz)
{
    playout_log log = {0};
    palabra_session *session;
    int i;

    printf("up to %.0f Hz\n", band_hz);
    heard_count = 0;
    load_recording(band_hz);
    session = call();
    talk(session, &log);
    CHECK_EQ(log.count, 2 * PHRASES);
    for (i = 0; i < log.count; i++)
        check_phrase(&log.phrases[i], band_hz <= FLAT_HZ);
    check_silence(&log);
    for (i = 0; i < 2; i++) {
        palabra_playout_stats stats = playout_stats(session, languages[i]);
        CHECK_EQ(stats.underruns, 0);
        CHECK_EQ(stats.phrases_finished, PHRASES);
        CHECK_EQ(stats.buffered_ms, 0);
    }
    CHECK_EQ(log.audio_events, 0);
    CHECK_STATUS(palabra_session_close(session, 1000), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    call_with_band(TELEPHONE_HZ);
    call_with_band(FLAT_HZ);
    palabra_shutdown(1000);
    return check_result();
}
