/* devserver: --no-rate-limits */
/* A listener interrupts: the server is 6 s ahead and sends another second of the old phrase afterwards, but the audio
 * read is silent within 5 ms and stays silent until a new phrase begins. Tested with an interrupt and with a pause.
 */
#define _POSIX_C_SOURCE 200809L
#include "playout.h"

#define RATE 24000u
#define TICK 480u /* 20 ms */
#define RAMP 120u /* 5 ms */
#define BURST_MS 6000
#define HEARD_MS 1200
#define LATE_MS 1000

static int16_t tick[TICK];

/* Returns whether the audio is speech, which begins with a mark. */
static int is_speaking;

static int read_tick(palabra_session *session)
{
    int32_t sound = palabra_session_read_audio(session, "es", tick, TICK);
    int speaks = playout_is_speech(sound);

    CHECK_EQ((sound & PALABRA_SOUND_TALKSPURT) != 0, speaks && !is_speaking);
    is_speaking = speaks;
    return speaks;
}

static int loudest(const int16_t *samples, uint32_t count)
{
    int most = 0;
    uint32_t n;
    for (n = 0; n < count; n++)
        most = abs(samples[n]) > most ? abs(samples[n]) : most;
    return most;
}

/* The output has no jump: the tone is slow and quiet (at most 158 from sample to sample), and it fades out. */
static int largest_step(const int16_t *samples, uint32_t count)
{
    int most = 0;
    uint32_t n;
    for (n = 1; n < count; n++)
        most = abs(samples[n] - samples[n - 1]) > most ? abs(samples[n] - samples[n - 1]) : most;
    return most;
}

static void listen(palabra_session *session, playout_log *log, int64_t opened)
{
    uint32_t frames;

    playout_wait_for(session, log, "es", BURST_MS);
    printf("%d ms of speech are here %d ms after READY\n", (int)playout_stats(session, "es").buffered_ms,
           (int)(clock_now_ms() - opened));
    for (frames = 0; frames < RATE * HEARD_MS / 1000; frames += TICK) {
        CHECK(read_tick(session));
        playout_poll(session, log, 2);
    }
}

/* The next tick fades out, and later ticks are silent although the rest of the old phrase still arrives. */
static void hear_nothing(palabra_session *session, playout_log *log, int64_t frames_in_all)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int16_t last = tick[TICK - 1];
    int ticks;

    CHECK(read_tick(session));
    CHECK(abs(tick[0] - last) < 200 && largest_step(tick, TICK) < 200);
    CHECK(loudest(tick, RAMP) > 0);
    CHECK_EQ(loudest(tick + RAMP, TICK - RAMP), 0);
    do {
        CHECK(!read_tick(session));
        CHECK_EQ(loudest(tick, TICK), 0);
        playout_poll(session, log, 2);
        CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    } while (stats.audio_frames_received < frames_in_all && clock_now_ms() < deadline);
    CHECK_EQ(stats.audio_frames_received, frames_in_all);
    for (ticks = 0; ticks < 50; ticks++) {
        CHECK(!read_tick(session));
        playout_poll(session, log, 2);
    }
}

static void check_cut(const playout_log *log)
{
    CHECK_EQ(log->count, 1);
    CHECK_EQ(log->phrases[0].ended, PALABRA_EVENT_PLAYOUT_CUT);
    CHECK_EQ(log->phrases[0].flags & PALABRA_FLAG_DROPPED, 0);
    CHECK_WITHIN(log->phrases[0].heard_ms, HEARD_MS - 20, HEARD_MS + 20);
    CHECK_EQ(log->phrases[0].phrase_ms, BURST_MS);
    CHECK_EQ(log->phrases[0].ended_frame, log->phrases[0].started_frame + RATE * HEARD_MS / 1000 + RAMP);
}

static void say_something_new(palabra_session *session, playout_log *log)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int speech = 0;

    CHECK_STATUS(palabra_session_speak(session, "algo nuevo", "es", 0, 7), PALABRA_OK);
    while (playout_count(log, "es", PALABRA_EVENT_PLAYOUT_FINISHED) == 0 && clock_now_ms() < deadline) {
        speech += read_tick(session);
        playout_poll(session, log, 2);
    }
    CHECK(speech > 0);
    CHECK_EQ(playout_count(log, "es", PALABRA_EVENT_PLAYOUT_FINISHED), 1);
    CHECK_EQ(log->count, 2);
}

static void barge_in(const char *client_id, int32_t late_ms, palabra_status (*stop)(palabra_session *))
{
    palabra_translation_config config = playout_config();
    palabra_client *client = talk_client(client_id);
    palabra_session *session = talk_open(client, &config);
    playout_log log = {0};

    is_speaking = 0;
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    listen(session, &log, clock_now_ms());
    CHECK_STATUS(stop(session), PALABRA_OK);
    CHECK_EQ(playout_stats(session, "es").buffered_ms, 0);
    hear_nothing(session, &log, (int64_t)(RATE / 1000) * (BURST_MS + late_ms));
    check_cut(&log);
    say_something_new(session, &log);
    CHECK_STATUS(palabra_session_close(session, 1000), PALABRA_OK);
}

static palabra_status interrupt(palabra_session *session)
{
    return palabra_session_interrupt(session, NULL, 0, 1);
}

static palabra_status pause_and_resume(palabra_session *session)
{
    palabra_status paused = palabra_session_pause(session, 1);
    return paused < 0 ? paused : palabra_session_resume(session, 2);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    barge_in("dev~burst_s=6~late_chunks_ms=1000", LATE_MS, interrupt);
    barge_in("dev~burst_s=6", 0, pause_and_resume);
    palabra_shutdown(1000);
    return check_result();
}
