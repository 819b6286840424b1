/* A call in a file: each party on a channel of its own, the translations on two more, and nothing of a pause.
 *
 * devserver:
 */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

enum { RATE = 8000, TICK = 160, TICK_MS = 20, TICKS = 20, CHANNELS = 4, MULAW_CE = 988 };

/* The devserver says this much as soon as a session is ready. */
static const char *const talkative = "dev~burst_s=1";
static const char *const path = "int_call_recording.wav";

typedef struct {
    palabra_call *call;
    palabra_leg *legs[2];
    int errors;
} line;

static palabra_leg *join(palabra_call *call, const char *language)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_leg *leg = NULL;

    config.language = language;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, NULL), PALABRA_OK);
    REQUIRE(leg != NULL);
    return leg;
}

static void poll_all(line *it)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_call_poll_event(it->call, &event, 0) == 1) {
        it->errors += event.kind == PALABRA_EVENT_ERROR;
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
}

/* Both parties speak for one tick, and listen. */
static void tick(line *it, int16_t first, int16_t second)
{
    int16_t levels[2] = {first, second}, said[TICK], heard[TICK];
    int leg, n;

    for (leg = 0; leg < 2; leg++) {
        for (n = 0; n < TICK; n++)
            said[n] = levels[leg];
        CHECK(palabra_leg_exchange(it->legs[leg], said, TICK, heard, TICK) >= 0);
    }
    poll_all(it);
    clock_sleep_ms(TICK_MS);
}

static void ticks(line *it, int16_t first, int16_t second)
{
    int n;

    for (n = 0; n < TICKS; n++)
        tick(it, first, second);
}

/* The first party, in mu-law. */
static void say_mulaw(line *it)
{
    unsigned char said[TICK];
    int n;

    memset(said, 0xce, sizeof said);
    for (n = 0; n < TICKS; n++) {
        CHECK_EQ(palabra_leg_send_audio(it->legs[0], said, TICK), TICK);
        clock_sleep_ms(TICK_MS);
    }
}

/* Until each party has heard a phrase to its end. */
static void listen(line *it)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    palabra_leg_stats stats[2] = {PALABRA_LEG_STATS_INIT, PALABRA_LEG_STATS_INIT};

    while ((stats[0].phrases_finished == 0 || stats[1].phrases_finished == 0) && clock_now_ms() < deadline) {
        tick(it, 0, 0);
        CHECK_STATUS(palabra_leg_get_stats(it->legs[0], &stats[0]), PALABRA_OK);
        CHECK_STATUS(palabra_leg_get_stats(it->legs[1], &stats[1]), PALABRA_OK);
    }
}

/* Frames of a channel with this sample; the first and the last of them. */
static int64_t count(const palabra_audio *audio, int channel, int16_t level, int64_t *begin, int64_t *end)
{
    int64_t n, found = 0;

    *begin = -1;
    for (n = 0; n < audio->frames; n++)
        if (audio->pcm[CHANNELS * n + channel] == level) {
            *begin = found++ == 0 ? n : *begin;
            *end = n;
        }
    return found;
}

static int is_silent(const palabra_audio *audio, int channel)
{
    int64_t begin, end;

    return count(audio, channel, 0, &begin, &end) == audio->frames;
}

static void check_file(void)
{
    palabra_audio audio = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t begin[3], end[3];

    CHECK_STATUS(palabra_audio_read_wav(path, &audio, &error), PALABRA_OK);
    REQUIRE(audio.pcm != NULL);
    CHECK_EQ(audio.channels, CHANNELS);
    CHECK_EQ(audio.sample_rate, RATE);
    CHECK(count(&audio, 0, 1000, &begin[0], &end[0]) > 0);
    CHECK(count(&audio, 0, 3000, &begin[1], &end[1]) > 0);
    CHECK(end[0] < begin[1]);
    CHECK(count(&audio, 0, MULAW_CE, &begin[2], &end[2]) > 0);
    CHECK(end[0] < begin[2] && end[2] < begin[1]);
    /* Both parties have spoken at the same time, and the second has another leg since the pause. */
    CHECK(count(&audio, 1, 1500, &begin[2], &end[2]) > 0);
    CHECK(begin[2] < end[0] && begin[0] < end[2]);
    CHECK(count(&audio, 1, 3500, &begin[2], &end[2]) > 0);
    CHECK(begin[2] < end[1] && begin[1] < end[2]);
    CHECK_EQ(count(&audio, 0, 2000, &begin[2], &end[2]), 0);
    CHECK_EQ(count(&audio, 1, 2500, &begin[2], &end[2]), 0);
    /* What was said in the pause is silence, and its time is there: 20 ticks. */
    CHECK(begin[1] - end[0] >= TICKS * TICK - RATE / 10);
    CHECK(!is_silent(&audio, 2) && !is_silent(&audio, 3));
    CHECK_STATUS(palabra_audio_release(&audio), PALABRA_OK);
}

static void record(palabra_client *client)
{
    const palabra_audio_format mulaw = {PALABRA_ENCODING_MULAW, RATE, 1, 0, {0}};
    const palabra_audio_format s16 = {PALABRA_ENCODING_S16, RATE, 1, 0, {0}};
    palabra_call_recording_options options = PALABRA_CALL_RECORDING_OPTIONS_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    line it = {0};

    CHECK_STATUS(palabra_call_open(client, NULL, NULL, &it.call, &error), PALABRA_OK);
    REQUIRE(it.call != NULL);
    CHECK_STATUS(palabra_call_pause_recording(it.call), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_call_resume_recording(it.call), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_call_stop_recording(it.call, 0, &error), PALABRA_ERR_INVALID_ARGUMENT);
    options.flags = PALABRA_RECORDING_TRANSLATIONS;
    options.sample_rate = RATE;
    CHECK_STATUS(palabra_call_start_recording(it.call, "no-such-folder/x.wav", &options, &error), PALABRA_ERR_IO);
    it.legs[0] = join(it.call, "en");
    CHECK_STATUS(palabra_call_start_recording(it.call, path, &options, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    CHECK_STATUS(palabra_call_start_recording(it.call, path, &options, &error), PALABRA_ERR_BUSY);
    /* Who joins later is recorded too. */
    it.legs[1] = join(it.call, "es");
    listen(&it);
    ticks(&it, 1000, 1500);
    CHECK_STATUS(palabra_call_pause_recording(it.call), PALABRA_OK);
    ticks(&it, 2000, 2500);
    CHECK_STATUS(palabra_leg_close(it.legs[1]), PALABRA_OK);
    it.legs[1] = join(it.call, "fr");
    CHECK_STATUS(palabra_call_resume_recording(it.call), PALABRA_OK);
    /* The first party's telephone changes its codec, and back. */
    CHECK_STATUS(palabra_leg_set_input_format(it.legs[0], &mulaw), PALABRA_OK);
    say_mulaw(&it);
    CHECK_STATUS(palabra_leg_set_input_format(it.legs[0], &s16), PALABRA_OK);
    ticks(&it, 3000, 3500);
    CHECK_STATUS(palabra_call_stop_recording(it.call, CLOCK_PATIENCE_MS, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    poll_all(&it);
    CHECK_EQ(it.errors, 0);
    CHECK_STATUS(palabra_call_close(it.call, 0), PALABRA_OK);
    check_file();
}

int main(void)
{
    palabra_client *client;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    client = talk_client(talkative);
    record(client);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    remove(path);
    return check_result();
}
