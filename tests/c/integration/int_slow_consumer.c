/* devserver: --no-rate-limits */
/* A caller that does not poll: the event queue keeps its limits, OVERFLOW reports the losses, CLOSED always arrives. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"
#include "process.h"

#define TAG 0xABCDEF0123456789u
#define CHUNK_FRAMES 4800u
#define BLAST 3600u /* 720 s of speech: 60 s at more than ten times the speed */
#define WARM_UP 200u
#define BYTES_LIMIT (1u << 20)
#define SLACK_KB 6144 /* overhead of the allocator, and one socket read */

static palabra_session *finished_session(uint32_t event_limit, uint32_t event_bytes_limit)
{
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    config.session_tag = TAG;
    config.limits.event_count = event_limit;
    config.limits.event_bytes = event_bytes_limit;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "a text of some length that nobody hears", "es", 0, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (palabra_session_get_state(session) != PALABRA_STATE_CLOSED && clock_now_ms() < deadline)
        clock_sleep_ms(10);
    return session;
}

static void check_what_is_left(palabra_session *session, uint32_t event_limit)
{
    palabra_event event = PALABRA_EVENT_INIT;
    talk_fate fate = {0};
    uint32_t overflows = 0;

    while (palabra_session_poll_event(session, &event, 1000) > 0) {
        talk_count(&fate, &event);
        CHECK(event.session_tag == TAG);
        CHECK(event.time_ns > 0);
        if (event.kind == PALABRA_EVENT_OVERFLOW) {
            overflows++;
            CHECK(event.dropped > 0);
            CHECK(event.text_len > 0);
        }
        palabra_event_release(&event);
    }
    CHECK_EQ(overflows, 1);
    CHECK_EQ(fate.closed, 1);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK_EQ(fate.stream_end, 1);
    CHECK(fate.gapless);
    CHECK_WITHIN(fate.events, 3, event_limit + 2); /* OVERFLOW and CLOSED do not count towards the limit */
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

static void wait_closed(palabra_session *session)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (palabra_session_get_state(session) != PALABRA_STATE_CLOSED && clock_now_ms() < deadline)
        clock_sleep_ms(10);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CLOSED);
}

static uint64_t bytes_waiting(palabra_session *session)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;

    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats.event_bytes_queued;
}

/* The limit is exact to the byte: one more chunk would have exceeded it. The size of an event is the decrease of the
 * queued bytes when it is polled.
 */
typedef struct {
    uint64_t at_first, left, chunk, others;
} budget;

static void take_from(budget *b, palabra_session *session, const palabra_event *event)
{
    uint64_t left = bytes_waiting(session), bytes = b->left - left;

    b->left = left;
    if (event->kind == PALABRA_EVENT_OVERFLOW || event->kind == PALABRA_EVENT_CLOSED) {
        CHECK_EQ(bytes, 0); /* they do not count towards the limit */
    } else if (event->kind != PALABRA_EVENT_AUDIO) {
        CHECK(bytes > (uint64_t)event->text_len);
        b->others += bytes;
    } else {
        b->chunk = b->chunk == 0 ? bytes : b->chunk;
        CHECK_EQ(bytes, b->chunk);
        CHECK(bytes > (uint64_t)event->pcm_frames * 2u);
    }
}

static void check_budget(const budget *b, uint32_t chunks)
{
    printf("a chunk of %u bytes counts %u\n", CHUNK_FRAMES * 2u, (unsigned)b->chunk);
    CHECK(b->chunk > 0);
    CHECK_EQ(b->left, 0);
    CHECK_EQ(b->at_first, chunks * b->chunk + b->others);
    CHECK_EQ(chunks, (BYTES_LIMIT - b->others) / b->chunk);
}

/* All received data is delivered or counted as dropped, to the event and to the frame; only audio is dropped. */
static void check_account(palabra_session *session, uint32_t blast)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    talk_fate fate = {0};
    uint64_t frames = 0, dropped = 0, overflows = 0, dropped_frames;
    char account[80];
    budget bytes = {0};

    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    dropped_frames = stats.audio_frames_dropped;
    bytes.at_first = bytes.left = stats.event_bytes_queued;
    while (palabra_session_poll_event(session, &event, 1000) > 0) {
        talk_count(&fate, &event);
        take_from(&bytes, session, &event);
        if (event.kind == PALABRA_EVENT_AUDIO)
            frames += event.pcm_frames;
        if (event.kind == PALABRA_EVENT_OVERFLOW) {
            overflows++;
            dropped += event.dropped;
            snprintf(account, sizeof account, "%u events with %u frames", (unsigned)event.dropped,
                     (unsigned)dropped_frames);
            CHECK_CONTAINS(event.text, account);
        }
        palabra_event_release(&event);
    }
    CHECK_EQ(overflows, 1);
    CHECK_EQ(dropped, stats.events_dropped);
    CHECK_EQ(dropped_frames, dropped * CHUNK_FRAMES);
    CHECK_EQ(fate.audio + dropped, blast);
    CHECK_EQ(frames + dropped_frames, (uint64_t)blast * CHUNK_FRAMES);
    CHECK_EQ(stats.audio_frames_received, (uint64_t)blast * CHUNK_FRAMES);
    check_budget(&bytes, fate.audio);
    CHECK_EQ(fate.ready, 1);
    CHECK_EQ(fate.stream_end, 1);
    CHECK_EQ(fate.closed, 1);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK(fate.gapless);
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    CHECK_EQ(stats.events_queued, 0);
    CHECK_EQ(stats.event_bytes_queued, 0);
    CHECK_EQ(stats.audio_frames_queued, 0);
}

static palabra_session *unread(uint32_t blast)
{
    palabra_translation_config config = talk_config();
    palabra_session *session;
    char token[64];

    snprintf(token, sizeof token, "dev~blast=%u", blast);
    config.limits.event_bytes = BYTES_LIMIT;
    session = direct_open(token, &config);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    wait_closed(session);
    return session;
}

static void minutes_of_audio_that_nobody_reads(void)
{
    palabra_session *session = unread(WARM_UP); /* memory that the process needs without a backlog */
    long before, grown;

    check_account(session, WARM_UP);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
    before = process_rss_kb();
    session = unread(BLAST);
    grown = process_rss_kb() - before;
    printf("%u s of speech unread: %ld kB more\n", BLAST / 5u, grown);
    if (before > 0)
        CHECK_WITHIN(grown, -SLACK_KB, (long)(BYTES_LIMIT >> 10) + SLACK_KB);
    check_account(session, BLAST);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    check_what_is_left(finished_session(1, 0), 1);
    check_what_is_left(finished_session(5, 0), 5);
    check_what_is_left(finished_session(0, 20000), 1000);
    check_what_is_left(finished_session(0, 1), 1);
    minutes_of_audio_that_nobody_reads();
    palabra_shutdown(5000);
    return check_result();
}
