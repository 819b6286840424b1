/*
 * A session inside the program's own event loop (Linux): its descriptor sits in epoll beside a timer that paces a
 * recording at the speed at which it was spoken. No thread, no blocking call.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... epoll_loop INPUT.wav SOURCE TARGET
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define STEP_MS 20 /* audio is sent in steps of this length */

typedef struct {
    palabra_audio input;
    palabra_session *session;
    int epoll, timer;
    int64_t steps; /* that have passed since READY */
    int64_t sent;  /* frames of the input that the library has taken */
    double heard_s; /* speech that came back */
    int over, failed;
} program;

static int complain(program *p, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    p->failed = p->over = 1;
    return -1;
}

static void set_timer(program *p, long step_ms) {
    struct itimerspec pace = {{0, 0}, {0, 0}};

    pace.it_interval.tv_nsec = pace.it_value.tv_nsec = step_ms * 1000000;
    if (timerfd_settime(p->timer, 0, &pace, NULL) != 0)
        complain(p, "timer", "cannot be set");
}

static void take_event(program *p, const palabra_event *event) {
    switch (event->kind) {
    case PALABRA_EVENT_READY:
        set_timer(p, STEP_MS);
        break;
    case PALABRA_EVENT_TRANSCRIPT:
        printf("[%s] %s%s\n", event->language, event->flags & PALABRA_FLAG_FINAL ? "" : "~ ", event->text);
        break;
    case PALABRA_EVENT_AUDIO: /* here it would go to the buffer of a player */
        p->heard_s += (double)event->pcm_frames / event->sample_rate;
        break;
    case PALABRA_EVENT_WARNING: case PALABRA_EVENT_ERROR: case PALABRA_EVENT_OVERFLOW:
        printf("%s %s %s\n", palabra_event_kind_name(event->kind), event->service_code, event->text);
        break;
    case PALABRA_EVENT_CLOSED:
        p->over = 1;
        if (event->code != PALABRA_OK)
            complain(p, palabra_status_name(event->code), event->text);
        break;
    default: /* later versions add kinds */
        break;
    }
}

/* The descriptor stays readable while events wait; polled with timeout 0 until there are none, it is quiet again. */
static void session_is_readable(program *p) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled = 0;

    while (!p->over && (polled = palabra_session_poll_event(p->session, &event, 0)) > 0) {
        take_event(p, &event);
        palabra_event_release(&event);
    }
    if (polled < 0)
        complain(p, "poll", palabra_status_text(polled));
}

/* Sends what is due after all steps so far: a loop that was busy for a while catches up. */
static void timer_is_readable(program *p) {
    uint64_t passed = 0;

    if (read(p->timer, &passed, sizeof passed) != (ssize_t)sizeof passed)
        return;
    p->steps += (int64_t)passed;
    int64_t due = p->steps * STEP_MS * p->input.sample_rate / 1000;
    int64_t frames = (due < p->input.frames ? due : p->input.frames) - p->sent;
    const int16_t *next = p->input.pcm + p->sent * p->input.channels;
    int32_t taken = palabra_session_send_audio(p->session, next, (int32_t)frames);
    p->sent += taken > 0 ? taken : 0; /* what did not fit is due again at the next step */
    if (p->sent == p->input.frames) {
        palabra_session_end(p->session); /* the rest of the translation comes, then CLOSED */
        set_timer(p, 0);
    }
}

static int watch(program *p, int fd) {
    struct epoll_event interest = {0};

    interest.events = EPOLLIN;
    interest.data.fd = fd;
    return fd < 0 ? -1 : epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &interest);
}

static void run_loop(program *p) {
    struct epoll_event ready[8]; /* room for the program's other descriptors */
    int session_fd = palabra_session_get_event_fd(p->session);

    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (watch(p, session_fd) != 0 || watch(p, p->timer) != 0)
        complain(p, "epoll", "cannot watch");
    while (!p->over) {
        int count = epoll_wait(p->epoll, ready, 8, -1);
        for (int i = 0; i < count && !p->over; i++) {
            if (ready[i].data.fd == session_fd)
                session_is_readable(p);
            else if (ready[i].data.fd == p->timer)
                timer_is_readable(p);
        }
    }
    close(p->timer);
    close(p->epoll); /* before the session: its descriptor is closed with it */
}

int main(int argc, char **argv) {
    program p = {.input = PALABRA_AUDIO_INIT};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    if (argc != 4) {
        fprintf(stderr, "usage: %s INPUT.wav SOURCE TARGET\n", argv[0]);
        return 2;
    }
    config.source_language = argv[2];
    config.target_languages = argv[3];
    if (palabra_audio_read_wav(argv[1], &p.input, &error) == PALABRA_OK) {
        config.input.format.sample_rate = p.input.sample_rate;
        config.input.format.channels = p.input.channels;
        if (palabra_client_new(NULL, &client, &error) == PALABRA_OK &&
            palabra_session_open_translation(client, &config, &p.session, &error) == PALABRA_OK)
            run_loop(&p);
    }
    if (p.session == NULL)
        complain(&p, palabra_status_name(error.code), error.text);
    printf("%.1f s of speech came back\n", p.heard_s);
    palabra_session_close(p.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&p.input);
    palabra_shutdown(1000);
    return p.failed;
}
