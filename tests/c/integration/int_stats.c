/* The statistics of a session agree with the audio sent, the audio received and the server's report. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"
#include "report.h"
#include "tones.h"

#define STEP 480u /* 20 ms */
#define CHUNK_MS 320

static palabra_session_stats stats_of(palabra_session *session)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats;
}

static void nothing_yet(palabra_session *session)
{
    palabra_session_stats stats = stats_of(session);

    CHECK_EQ(stats.struct_size, sizeof stats);
    CHECK_EQ(stats.input_frames_taken, 0);
    CHECK_EQ(stats.input_frames_sent, 0);
    CHECK_EQ(stats.chunks_sent, 0);
    CHECK_EQ(stats.audio_frames_received, 0);
    CHECK_EQ(stats.events_dropped, 0);
    CHECK_EQ(stats.first_audio_ms, -1);
    CHECK_EQ(stats.round_trip_us, -1);
    CHECK_EQ(stats.commands_queued, 0);
}

/* Audio buffered before READY is reported in ms, and all of it is sent. */
/* Pauses of this program in which the rest of a chunk may have been sent by itself. */
static int64_t last_step, late_steps;

static void audio_before_ready(palabra_session *session)
{
    static int16_t second[TONES_RATE];
    palabra_session_stats stats;

    CHECK_EQ(palabra_session_send_audio(session, second, TONES_RATE), TONES_RATE);
    last_step = clock_now_ms(); /* READY may come later than a chunk is long */
    stats = stats_of(session);
    CHECK_EQ(stats.input_frames_taken, TONES_RATE);
    CHECK_EQ(stats.input_queue_ms + stats.input_frames_sent * 1000 / TONES_RATE, 1000);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
}

static uint32_t speak_phrase(palabra_session *session)
{
    static int16_t pcm[TONES_RATE * 3];
    uint32_t frames = tones_phrase(pcm, 200, 1500), sent;
    int64_t start = clock_now_ms();

    for (sent = 0; sent < frames; sent += STEP) {
        uint32_t step = frames - sent < STEP ? frames - sent : STEP;
        late_steps += clock_now_ms() - last_step > CHUNK_MS / 2;
        last_step = clock_now_ms();
        CHECK_EQ(palabra_session_send_audio(session, pcm + sent, step), step);
        while (clock_now_ms() < start + (int64_t)sent * 1000 / TONES_RATE)
            clock_sleep_ms(1);
    }
    return frames;
}

/* A ping is sent every third of the liveness timeout. */
static void wait_for_round_trip(palabra_session *session)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (stats_of(session).round_trip_us < 0 && clock_now_ms() < deadline)
        clock_sleep_ms(20);
    CHECK_WITHIN(stats_of(session).round_trip_us, 1, 1000 * clock_limit_ms(1000));
}

static uint64_t poll_to_the_end(palabra_session *session, talk_fate *fate)
{
    palabra_event event = PALABRA_EVENT_INIT;
    uint64_t frames = 0;

    while (fate->closed == 0 && palabra_session_poll_event(session, &event, CLOCK_PATIENCE_MS) > 0) {
        talk_count(fate, &event);
        if (event.kind == PALABRA_EVENT_AUDIO)
            frames += event.pcm_frames;
        palabra_event_release(&event);
    }
    CHECK_EQ(fate->closed, 1);
    return frames;
}

static void check_against_report(const palabra_session_stats *stats)
{
    char part[64];

    snprintf(part, sizeof part, "\"audio_frames\":%u,", (unsigned)stats->input_frames_sent);
    CHECK_EQ(report_count(part), 1);
    snprintf(part, sizeof part, "\"audio_chunks\":%u,", (unsigned)stats->chunks_sent);
    CHECK_EQ(report_count(part), 1);
}

static void a_whole_session(void)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    palabra_session_stats stats;
    talk_fate fate = {0};
    int64_t frames, heard, audio_bytes;
    int64_t opened = clock_now_ms(), ready;

    config.timeouts.liveness_ms = 5000;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    nothing_yet(session);
    audio_before_ready(session);
    ready = clock_now_ms() - opened;
    CHECK_WITHIN(stats_of(session).ready_ms, 1, ready + 1);
    frames = TONES_RATE + speak_phrase(session);
    wait_for_round_trip(session);
    stats = stats_of(session);
    CHECK(stats.events_queued > 0 && stats.event_bytes_queued > 0);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    heard = poll_to_the_end(session, &fate);
    CHECK_STATUS(fate.code, PALABRA_OK);
    stats = stats_of(session);
    audio_bytes = frames * 2;
    CHECK_EQ(stats.input_frames_taken, frames);
    CHECK_EQ(stats.input_frames_sent, frames);
    CHECK_EQ(stats.input_queue_ms, 0);
    /* 320 ms each: the first in two parts, the last one shorter. */
    CHECK_WITHIN(stats.chunks_sent, 1 + (frames + 7679) / 7680, 1 + (frames + 7679) / 7680 + late_steps);
    CHECK(stats.bytes_sent > audio_bytes * 4 / 3);
    CHECK_WITHIN(stats.bytes_sent, audio_bytes * 4 / 3, audio_bytes * 4 / 3 + 10000);
    CHECK(heard > 0);
    CHECK_EQ(stats.audio_frames_received, heard);
    CHECK(stats.bytes_received > heard * 2 * 4 / 3);
    CHECK_EQ(stats.events_dropped, 0);
    CHECK_EQ(stats.audio_frames_dropped, 0);
    CHECK_EQ(stats.events_queued, 0);
    CHECK_EQ(stats.event_bytes_queued, 0);
    CHECK_EQ(stats.audio_frames_queued, 0);
    CHECK_WITHIN(stats.first_audio_ms, 1, clock_now_ms() - opened);
    printf("ready %d ms, first audio %d ms, round trip %d us, %u bytes sent, %u received\n", (int)stats.ready_ms,
           (int)stats.first_audio_ms, (int)stats.round_trip_us, (unsigned)stats.bytes_sent,
           (unsigned)stats.bytes_received);
    check_against_report(&stats);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_ERR_BAD_HANDLE);
}

/* Unread speech is counted as queued and dropped speech as dropped: their sum is the speech received. */
static void unread_speech(void)
{
    palabra_translation_config config = talk_config();
    palabra_session *session;
    palabra_session_stats stats;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    config.limits.event_count = 10;
    session = direct_open("dev~blast=50", &config);
    do
        stats = stats_of(session);
    while (stats.audio_frames_queued + stats.audio_frames_dropped < 50 * 4800 && clock_now_ms() < deadline);
    CHECK_EQ(stats.audio_frames_received, 50 * 4800);
    CHECK_EQ(stats.audio_frames_queued + stats.audio_frames_dropped, 50 * 4800);
    CHECK_EQ(stats.events_queued, 10);
    CHECK(stats.events_dropped >= 40);
    CHECK(stats.event_bytes_queued >= stats.audio_frames_queued * 2);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    a_whole_session();
    unread_speech();
    palabra_shutdown(5000);
    return check_result();
}
