/* Speech as events, by reading, or both: the same speech, through no other channel, complete after the end. */
#define _POSIX_C_SOURCE 200809L
#include "playout.h"

#define RATE 24000u
#define TICK 480u
#define ROOM (10u * RATE)

typedef struct {
    int16_t samples[ROOM];
    uint32_t count;
} speech;

static speech of_events, read_out[2];

static void add(speech *to, const int16_t *samples, uint32_t count)
{
    REQUIRE(to->count + count <= ROOM);
    if (count > 0)
        memcpy(to->samples + to->count, samples, count * sizeof *samples);
    to->count += count;
}

static palabra_session *say(int32_t mode)
{
    palabra_translation_config config = playout_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;

    config.output.mode = mode;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "buenas tardes a todos", "es", 0, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    return session;
}

static void take_events(palabra_session *session, speech *to)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS) > 0) {
        if (event.kind == PALABRA_EVENT_AUDIO)
            add(to, event.pcm, event.pcm_frames);
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CLOSED);
}

/* Audio queued at CLOSED can still be read; afterwards every read reports the end. */
static void read_rest(palabra_session *session, speech *to)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int16_t tick[TICK];
    int32_t sound;

    while ((sound = palabra_session_read_audio(session, "es", tick, TICK)) >= 0 && clock_now_ms() < deadline) {
        if (sound == PALABRA_SOUND_ENDED)
            break;
        add(to, tick, TICK);
        clock_sleep_ms(2);
    }
    CHECK_EQ(sound, PALABRA_SOUND_ENDED);
    CHECK_EQ(palabra_session_read_audio(session, NULL, tick, 1), PALABRA_SOUND_ENDED);
    CHECK_EQ(palabra_session_read_audio(session, "es", tick, 0), PALABRA_SOUND_ENDED);
    CHECK_EQ(playout_stats(session, "es").phrases_finished, 1);
    CHECK_EQ(playout_stats(session, "es").underruns, 0);
}

/* The last tick is padded with silence. */
static void check_same(const speech *wanted, const speech *got)
{
    uint32_t n;

    CHECK(wanted->count > RATE);
    REQUIRE(got->count >= wanted->count && got->count <= wanted->count + TICK);
    CHECK_EQ(memcmp(wanted->samples, got->samples, wanted->count * sizeof *wanted->samples), 0);
    for (n = wanted->count; n < got->count; n++)
        CHECK_EQ(got->samples[n], 0);
}

int main(void)
{
    static const int32_t modes[] = {PALABRA_OUTPUT_PLAYOUT, PALABRA_OUTPUT_BOTH};
    palabra_session *session;
    int i;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    session = say(PALABRA_OUTPUT_EVENTS);
    take_events(session, &of_events);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    for (i = 0; i < 2; i++) {
        static speech events;
        events.count = 0;
        session = say(modes[i]);
        take_events(session, &events);
        CHECK_EQ(events.count, modes[i] == PALABRA_OUTPUT_BOTH ? of_events.count : 0);
        CHECK_EQ(memcmp(events.samples, of_events.samples, events.count * sizeof *events.samples), 0);
        read_rest(session, &read_out[i]);
        check_same(&of_events, &read_out[i]);
        CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    }
    palabra_shutdown(1000);
    return check_result();
}
