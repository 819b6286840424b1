/*
 * Speaks the lines of its input in a target language and writes the speech to a WAV file. The status of a line has the
 * line's number as its user_tag, and names the phrase of its speech.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./speak OUTPUT.wav LANGUAGE < lines.txt
 */
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct app {
    palabra_session *session;
    const char *language;
    uint64_t lines, *phrases; /* phrases[n]: phrase of line n + 1; 0: not known yet */
    int16_t *pcm;
    int64_t samples;
    int32_t sample_rate, channels;
    int closed, failed;
};

static void report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    app->failed = 1;
}

static unsigned line_of_phrase(const struct app *app, uint64_t phrase) {
    uint64_t n = 0;

    while (n < app->lines && app->phrases[n] != phrase)
        n++;
    return n < app->lines ? (unsigned)n + 1 : 0;
}

static void handle_speak_status(struct app *app, const palabra_event *event) {
    if (event->user_tag >= 1 && event->user_tag <= app->lines)
        app->phrases[event->user_tag - 1] = event->phrase;
    printf("line %u: %s\n", (unsigned)event->user_tag, event->text);
}

static void handle_audio(struct app *app, const palabra_event *event) {
    int64_t samples = event->pcm_frames * event->channels;
    int16_t *resized = realloc(app->pcm, (size_t)(app->samples + samples + 1) * sizeof *resized);

    if (resized == NULL) {
        report_error(app, "audio", "no memory");
        return;
    }
    app->pcm = resized;
    if (samples > 0) /* the last chunk can be empty */
        memcpy(app->pcm + app->samples, event->pcm, (size_t)samples * sizeof *app->pcm);
    app->samples += samples;
    app->sample_rate = event->sample_rate;
    app->channels = event->channels;
    if (event->flags & PALABRA_FLAG_LAST_CHUNK)
        printf("line %u: said\n", line_of_phrase(app, event->phrase));
}

static void handle_event(struct app *app, const palabra_event *event) {
    switch (event->kind) {
    case PALABRA_EVENT_SPEAK_STATUS: handle_speak_status(app, event); break;
    case PALABRA_EVENT_AUDIO: handle_audio(app, event); break;
    case PALABRA_EVENT_ERROR: report_error(app, event->service_code, event->text); break; /* the session continues */
    case PALABRA_EVENT_CLOSED:
        app->closed = 1;
        if (event->code != PALABRA_OK)
            report_error(app, palabra_status_name(event->code), event->text);
        break;
    default: break; /* later versions add kinds */
    }
}

/* Handles one event if there is one within the timeout. */
static void poll_once(struct app *app, int32_t timeout_ms) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled = palabra_session_poll_event(app->session, &event, timeout_ms);

    if (polled > 0)
        handle_event(app, &event);
    app->closed |= polled < 0;
    palabra_event_release(&event);
}

static void speak_line(struct app *app, const char *line) {
    uint64_t *resized = realloc(app->phrases, (app->lines + 1) * sizeof *resized);
    palabra_status status = PALABRA_ERR_LIMIT;

    if (resized != NULL) {
        app->phrases = resized;
        app->phrases[app->lines++] = 0;
        /* The library queues a limited number of lines; the service accepts about one per second. */
        do {
            status = palabra_session_speak(app->session, line, app->language, 0, app->lines);
            if (status == PALABRA_ERR_AGAIN)
                poll_once(app, 100);
        } while (status == PALABRA_ERR_AGAIN && !app->closed);
    }
    if (status < 0)
        report_error(app, line, palabra_status_text(status));
}

static void speak_lines(struct app *app) {
    char line[PALABRA_MAX_SPEAK_BYTES + 2];

    /* Reading blocks while events wait. An interactive program would wait for both (see epoll_loop.c). */
    while (!app->closed && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0')
            speak_line(app, line);
    }
    palabra_session_end(app->session); /* queued lines are still spoken, then CLOSED is delivered */
    while (!app->closed)
        poll_once(app, -1);
}

static palabra_status open_session(struct app *app, palabra_client *client, palabra_error *error) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    config.source_language = "auto";
    config.target_languages = app->language;
    return palabra_session_open_translation(client, &config, &app->session, error);
}

int main(int argc, char **argv) {
    struct app app = {0};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc != 3) {
        fprintf(stderr, "usage: %s OUTPUT.wav LANGUAGE < lines.txt\n", argv[0]);
        return 2;
    }
    app.language = argv[2];
    if (palabra_client_new(NULL, &client, &error) < 0 || open_session(&app, client, &error) < 0) {
        report_error(&app, palabra_status_name(error.code), error.text);
    } else {
        speak_lines(&app);
        if (app.samples > 0 &&
            palabra_audio_write_wav(argv[1], app.pcm, app.samples / app.channels, app.sample_rate, app.channels,
                                    &error) < 0)
            report_error(&app, argv[1], error.text);
    }
    palabra_session_close(app.session, 2000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    free(app.phrases);
    free(app.pcm);
    return app.failed;
}
