/* Twenty sessions in one epoll loop: one descriptor for all events, one timer for all audio. */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SESSIONS 20
#define RATE 16000
#define TICK_MS 20
#define BEEP (RATE * 3 / 10)
#define TOTAL (RATE * 6 / 10)

static struct {
    palabra_session *session;
    int ready, taken, ended;
} all[SESSIONS];
static int16_t audio[TOTAL];
static int closed, finals, failed;

static void fail(const char *what, palabra_status status)
{
    fprintf(stderr, "%s: %s\n", what, palabra_status_name(status));
    failed++;
}

/* Generates 20 ms of audio, in place of a microphone. */
static void send_next(int at)
{
    int32_t frames = TOTAL - all[at].taken;

    if (all[at].session == NULL || !all[at].ready || all[at].ended)
        return;
    if (frames > RATE * TICK_MS / 1000)
        frames = RATE * TICK_MS / 1000;
    frames = palabra_session_send_audio(all[at].session, audio + all[at].taken, frames);
    if (frames < 0) {
        fail("send_audio", frames);
        all[at].ended = 1;
        return;
    }
    all[at].taken += frames;
    if (all[at].taken == TOTAL) {
        palabra_status status = palabra_session_end(all[at].session);
        if (status < 0)
            fail("end", status);
        all[at].ended = 1;
    }
}

static void take(const palabra_event *event)
{
    int at = (int)event->session_tag;

    if (event->kind == PALABRA_EVENT_READY)
        all[at].ready = 1;
    else if (event->kind == PALABRA_EVENT_TRANSCRIPT)
        finals += (event->flags & PALABRA_FLAG_FINAL) != 0;
    else if (event->kind == PALABRA_EVENT_CLOSED) {
        if (event->code != PALABRA_OK)
            fail(event->text, event->code);
        palabra_session_close(all[at].session, 0);
        all[at].session = NULL;
        closed++;
    }
}

static void take_all(palabra_queue *queue)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_queue_poll_event(queue, &event, 0) > 0) {
        take(&event);
        palabra_event_release(&event);
    }
}

static void open_all(palabra_client *client, palabra_queue *queue)
{
    palabra_error error = PALABRA_ERROR_INIT;
    int i;

    for (i = 0; i < SESSIONS; i++) {
        palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
        config.session_tag = (uint64_t)i;
        config.queue = queue;
        config.source_language = "en";
        config.target_languages = "es";
        config.end_silence_ms = 1000;
        config.input.format.sample_rate = RATE;
        if (palabra_session_open_translation(client, &config, &all[i].session, &error) < 0) {
            fail(error.text, error.code);
            closed++;
        }
    }
}

static void watch(int epoll, int fd)
{
    struct epoll_event wanted;

    memset(&wanted, 0, sizeof wanted);
    wanted.events = EPOLLIN;
    wanted.data.fd = fd;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted) != 0)
        failed++;
}

int main(void)
{
    const struct itimerspec every = {{0, TICK_MS * 1000000}, {0, TICK_MS * 1000000}};
    palabra_client *client = NULL;
    palabra_queue *queue = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    int epoll = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0), i;

    for (i = 0; i < BEEP; i++)
        audio[i] = (int16_t)(i % 40 < 20 ? 9000 : -9000);
    if (palabra_client_new(NULL, &client, &error) < 0 || palabra_queue_new(0, &queue, &error) < 0) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    watch(epoll, palabra_queue_get_event_fd(queue));
    watch(epoll, timer);
    timerfd_settime(timer, 0, &every, NULL);
    open_all(client, queue);
    while (closed < SESSIONS) {
        struct epoll_event ready;
        uint64_t ticks;
        if (epoll_wait(epoll, &ready, 1, -1) != 1)
            continue;
        if (ready.data.fd != timer)
            take_all(queue);
        else if (read(timer, &ticks, sizeof ticks) == sizeof ticks)
            for (i = 0; i < SESSIONS; i++)
                send_next(i);
    }
    palabra_queue_free(queue);
    palabra_client_free(client);
    printf("%d finals, %d failures\n", finals, failed);
    return failed != 0 || finals < SESSIONS;
}
