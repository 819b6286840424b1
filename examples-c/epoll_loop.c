/*
 * A session inside the program's own event loop (Linux): epoll waits for the session's descriptor and for a timer that
 * sends a recording in real time. No thread, no blocking call.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./epoll_loop INPUT.wav SOURCE TARGET
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define STEP_MS 20 /* audio is sent in steps of this length */

struct app {
    palabra_audio input;
    palabra_session *session;
    int epoll, timer;
    int64_t steps; /* timer steps since READY */
    int64_t sent; /* frames of the input that the library has taken */
    double speech_s; /* seconds of speech received */
    int closed, failed;
};

static int report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    app->failed = app->closed = 1;
    return -1;
}

static void set_timer(struct app *app, long step_ms) {
    struct itimerspec pace = {{0, 0}, {0, 0}};

    pace.it_interval.tv_nsec = pace.it_value.tv_nsec = step_ms * 1000000;
    if (timerfd_settime(app->timer, 0, &pace, NULL) != 0)
        report_error(app, "timer", "cannot be set");
}

static void handle_event(struct app *app, const palabra_event *event) {
    switch (event->kind) {
    case PALABRA_EVENT_READY:
        set_timer(app, STEP_MS);
        break;
    case PALABRA_EVENT_TRANSCRIPT:
        printf("[%s] %s%s\n", event->language, event->flags & PALABRA_FLAG_FINAL ? "" : "~ ", event->text);
        break;
    case PALABRA_EVENT_AUDIO: /* a real program would play it */
        app->speech_s += (double)event->pcm_frames / event->sample_rate;
        break;
    case PALABRA_EVENT_WARNING:
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_OVERFLOW:
        printf("%s %s %s\n", palabra_event_kind_name(event->kind), event->service_code, event->text);
        break;
    case PALABRA_EVENT_CLOSED:
        app->closed = 1;
        if (event->code != PALABRA_OK)
            report_error(app, palabra_status_name(event->code), event->text);
        break;
    default: /* later versions add kinds */
        break;
    }
}

/* The descriptor is readable while events wait, so poll with timeout 0 until there is none. */
static void on_session_readable(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled = 0;

    while (!app->closed && (polled = palabra_session_poll_event(app->session, &event, 0)) > 0) {
        handle_event(app, &event);
        palabra_event_release(&event);
    }
    if (polled < 0)
        report_error(app, "poll", palabra_status_text(polled));
}

/* Sends what is due after all steps so far, so that a loop that was busy catches up. */
static void on_timer(struct app *app) {
    uint64_t passed = 0;

    if (read(app->timer, &passed, sizeof passed) != (ssize_t)sizeof passed)
        return;
    app->steps += (int64_t)passed;
    int64_t due = app->steps * STEP_MS * app->input.sample_rate / 1000;
    int64_t frames = (due < app->input.frames ? due : app->input.frames) - app->sent;
    const int16_t *next = app->input.pcm + app->sent * app->input.channels;
    int32_t taken = palabra_session_send_audio(app->session, next, (int32_t)frames);
    app->sent += taken > 0 ? taken : 0; /* what did not fit is sent at the next step */
    if (app->sent == app->input.frames) {
        palabra_session_end(app->session); /* the rest of the translation is delivered, then CLOSED */
        set_timer(app, 0);
    }
}

static int add_to_epoll(struct app *app, int fd) {
    struct epoll_event interest = {0};

    interest.events = EPOLLIN;
    interest.data.fd = fd;
    return fd < 0 ? -1 : epoll_ctl(app->epoll, EPOLL_CTL_ADD, fd, &interest);
}

static void run_loop(struct app *app) {
    struct epoll_event ready[8]; /* also for the program's other descriptors */
    int session_fd = palabra_session_get_event_fd(app->session);

    app->epoll = epoll_create1(EPOLL_CLOEXEC);
    app->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (add_to_epoll(app, session_fd) != 0 || add_to_epoll(app, app->timer) != 0)
        report_error(app, "epoll", "cannot watch");
    while (!app->closed) {
        int count = epoll_wait(app->epoll, ready, 8, -1);
        for (int i = 0; i < count && !app->closed; i++) {
            if (ready[i].data.fd == session_fd)
                on_session_readable(app);
            else if (ready[i].data.fd == app->timer)
                on_timer(app);
        }
    }
    close(app->timer);
    close(app->epoll); /* before the session, whose descriptor is closed with it */
}

int main(int argc, char **argv) {
    struct app app = {.input = PALABRA_AUDIO_INIT};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    if (argc != 4) {
        fprintf(stderr, "usage: %s INPUT.wav SOURCE TARGET\n", argv[0]);
        return 2;
    }
    config.source_language = argv[2];
    config.target_languages = argv[3];
    if (palabra_audio_read_wav(argv[1], &app.input, &error) == PALABRA_OK) {
        config.input.format.sample_rate = app.input.sample_rate;
        config.input.format.channels = app.input.channels;
        if (palabra_client_new(NULL, &client, &error) == PALABRA_OK &&
            palabra_session_open_translation(client, &config, &app.session, &error) == PALABRA_OK)
            run_loop(&app);
    }
    if (app.session == NULL)
        report_error(&app, palabra_status_name(error.code), error.text);
    printf("%.1f s of speech came back\n", app.speech_s);
    palabra_session_close(app.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&app.input);
    palabra_shutdown(1000);
    return app.failed;
}
