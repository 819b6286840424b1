/* devserver: --no-rate-limits */
/* Five hundred sessions on one queue: no more threads than for one session, no event lost, each session in order. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"
#include "process.h"

#include <pthread.h>

#define SESSIONS 500
#define BLAST 10u /* audio messages that the server sends to each session at its start */
#define CHUNK_FRAMES 4800u

typedef struct {
    palabra_session *session;
    talk_fate fate;
    uint64_t audio_frames;
    uint32_t answers, after_closed, overflows;
} line;

static line lines[SESSIONS];
static int closed_lines;

static void open_line(palabra_queue *queue, int number)
{
    palabra_translation_config config = talk_config();
    char token[64];

    snprintf(token, sizeof token, "dev~blast=%u~.%d", BLAST, number);
    config.session_tag = (uint64_t)number;
    config.queue = queue;
    lines[number].session = direct_open(token, &config);
    CHECK_STATUS(palabra_session_speak(lines[number].session, "hola", "es", 0, (uint64_t)number + 1), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(lines[number].session), PALABRA_OK);
}

static void take(const palabra_event *event)
{
    line *l;

    REQUIRE(event->session_tag < SESSIONS);
    l = &lines[event->session_tag];
    l->after_closed += l->fate.closed > 0;
    talk_count(&l->fate, event);
    if (event->kind == PALABRA_EVENT_AUDIO)
        l->audio_frames += event->pcm_frames;
    if (event->kind == PALABRA_EVENT_SPEAK_STATUS)
        l->answers += event->user_tag == event->session_tag + 1;
    l->overflows += event->kind == PALABRA_EVENT_OVERFLOW;
    closed_lines += event->kind == PALABRA_EVENT_CLOSED;
}

/* Polls until this many sessions are closed; returns the highest number of threads seen. */
static int poll_until(palabra_queue *queue, int closed)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int threads = 0, events = 0;

    while (closed_lines < closed && clock_now_ms() < deadline) {
        palabra_status polled = palabra_queue_poll_event(queue, &event, 1000);
        if (!CHECK(polled >= 0))
            break;
        if (polled > 0)
            take(&event);
        if (events++ % 64 == 0 && process_threads() > threads)
            threads = process_threads();
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK_EQ(closed_lines, closed);
    CHECK_EQ(palabra_queue_poll_event(queue, &event, 0), 0);
    return threads;
}

static void check_line(line *l)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    palabra_event event = PALABRA_EVENT_INIT;

    CHECK_EQ(l->fate.closed, 1);
    CHECK_STATUS(l->fate.code, PALABRA_OK);
    CHECK_EQ(l->fate.ready, 1);
    CHECK_EQ(l->fate.stream_end, 1);
    CHECK_EQ(l->answers, 1);
    CHECK_EQ(l->overflows, 0);
    CHECK_EQ(l->after_closed, 0);
    CHECK(l->fate.gapless);
    CHECK_STATUS(palabra_session_get_stats(l->session, &stats), PALABRA_OK);
    CHECK_EQ(stats.events_dropped, 0);
    CHECK_EQ(stats.events_queued, 0);
    CHECK(l->audio_frames > BLAST * CHUNK_FRAMES);
    CHECK_EQ(l->audio_frames, stats.audio_frames_received);
    CHECK_STATUS(palabra_session_poll_event(l->session, &event, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_wakeup(l->session), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_get_event_fd(l->session), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_set_wakeup_callback(l->session, NULL, NULL), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_close(l->session, 0), PALABRA_OK);
}

/* Two pollers and two events of one session: both pollers return, even if each takes only one event. */
static void *poll_once(void *argument)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_status polled = palabra_queue_poll_event(argument, &event, CLOCK_PATIENCE_MS);

    CHECK_EQ(polled, 1);
    palabra_event_release(&event);
    return NULL;
}

static void every_poller_gets_its_share(void)
{
    enum { POLLERS = 4 };
    palabra_translation_config config = talk_config();
    palabra_queue *queue = NULL;
    palabra_session *session;
    pthread_t pollers[POLLERS];
    int64_t before = clock_now_ms();
    int i;

    CHECK_STATUS(palabra_queue_new(0, &queue, NULL), PALABRA_OK);
    for (i = 0; i < POLLERS; i++)
        REQUIRE(pthread_create(&pollers[i], NULL, poll_once, queue) == 0);
    clock_sleep_ms(100); /* most likely all pollers wait by now */
    config.queue = queue;
    session = direct_open("dev~blast=20~.share", &config);
    for (i = 0; i < POLLERS; i++)
        pthread_join(pollers[i], NULL);
    CHECK_WITHIN(clock_now_ms() - before, 0, clock_limit_ms(8000));
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

/* The queue is freed first: its poller gets an error, the sessions remain open and can be closed. */
static void freed_before_its_sessions(void)
{
    palabra_translation_config config = talk_config();
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_queue *queue = NULL;
    palabra_session *session, *late = NULL;
    palabra_client *client = talk_client("id");

    CHECK_STATUS(palabra_queue_new(0, &queue, NULL), PALABRA_OK);
    config.queue = queue;
    session = direct_open("dev~.freed", &config);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_queue_poll_event(queue, &event, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_READY);
    CHECK_STATUS(palabra_session_open_translation(client, &config, &late, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(late == NULL);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    palabra_queue *queue = NULL;
    int64_t before = clock_now_ms();
    int i, threads_of_one, threads;
    long rss_before, rss;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    CHECK_STATUS(palabra_queue_new(0, &queue, NULL), PALABRA_OK);
    open_line(queue, 0);
    threads_of_one = poll_until(queue, 1);
    rss_before = process_rss_kb();
    for (i = 1; i < SESSIONS; i++)
        open_line(queue, i);
    CHECK_EQ(process_threads(), threads_of_one);
    threads = poll_until(queue, SESSIONS);
    CHECK_EQ(threads, threads_of_one);
    rss = process_rss_kb();
    for (i = 0; i < SESSIONS; i++)
        check_line(&lines[i]);
    printf("%d sessions in %d ms: %d threads, resident %ld kB with one, %ld kB with all\n", SESSIONS,
           (int)(clock_now_ms() - before), threads, rss_before, rss);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    every_poller_gets_its_share();
    freed_before_its_sessions();
    palabra_shutdown(5000);
    return check_result();
}
