/*
 * Speech-to-text: sends a recording in real time, prints its texts with their times, and translations if requested.
 *
 *     PALABRA_API_KEY=... ./stt_file INPUT.wav [LANGUAGE|auto [TRANSLATE_TO[,TRANSLATE_TO...]]]
 */
#include <palabra.h>
#include <stdio.h>
#include <string.h>

#define STEP_MS 100 /* interval at which events are polled */
#define LEAD_MS 200 /* the service does not recognise audio that is much faster than speech */

struct app {
    palabra_session *session;
    int closed, failed;
};

static void report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    app->failed = 1;
}

/* Partial texts (~) replace each other; final texts do not change any more. */
static void handle_transcript(const palabra_event *event) {
    if (!(event->flags & PALABRA_FLAG_FINAL))
        printf("             ~ %s\n", event->text);
    else if (event->flags & PALABRA_FLAG_TRANSLATION)
        printf("             [%s] %s\n", event->language, event->text);
    else
        printf("%5.1f-%5.1f s [%s] %s\n", event->start_ms / 1000.0, event->end_ms / 1000.0, event->language,
               event->text);
}

static void handle_event(struct app *app, const palabra_event *event) {
    switch (event->kind) {
    case PALABRA_EVENT_TRANSCRIPT: handle_transcript(event); break;
    case PALABRA_EVENT_WARNING:
    case PALABRA_EVENT_ERROR:
        fprintf(stderr, "%s %s %s\n", palabra_event_kind_name(event->kind), event->service_code, event->text);
        break;
    case PALABRA_EVENT_CLOSED:
        app->closed = 1;
        if (event->code != PALABRA_OK)
            report_error(app, palabra_status_name(event->code), event->text);
        break;
    default: break; /* later versions add kinds */
    }
}

/* Handles all events; waits for one if there is none. */
static void handle_events(struct app *app, int32_t timeout_ms) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled;

    while (!app->closed && (polled = palabra_session_poll_event(app->session, &event, timeout_ms)) != 0) {
        if (polled > 0)
            handle_event(app, &event);
        app->closed |= polled < 0;
        palabra_event_release(&event);
        timeout_ms = 0;
    }
}

static void transcribe(struct app *app, const palabra_audio *input) {
    int64_t sent = 0, step = input->sample_rate * STEP_MS / 1000;

    while (!app->closed && sent < input->frames) {
        int64_t left = input->frames - sent, frames = left < step ? left : step;
        /* Waits until the frames are due; the first time until the session is READY. */
        int32_t taken = palabra_session_send_paced(app->session, input->pcm + sent * input->channels, (int32_t)frames,
                                                   LEAD_MS, 1000);
        if (taken > 0)
            sent += taken;
        else if (taken != PALABRA_ERR_TIMEOUT)
            break; /* CLOSED has the reason */
        handle_events(app, 0);
    }
    palabra_session_end(app->session); /* the last text becomes final, then CLOSED is delivered */
    while (!app->closed)
        handle_events(app, -1);
}

static palabra_status open_session(struct app *app, palabra_client *client, const palabra_audio *input, char **argv,
                                   palabra_error *error) {
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;

    config.input.format.sample_rate = input->sample_rate;
    config.input.format.channels = input->channels;
    if (argv[2] != NULL) {
        config.language = strcmp(argv[2], "auto") == 0 ? NULL : argv[2];
        config.target_languages = argv[3];
    }
    return palabra_session_open_stt(client, &config, &app->session, error);
}

int main(int argc, char **argv) {
    struct app app = {0};
    palabra_client *client = NULL;
    palabra_audio input = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: %s INPUT.wav [LANGUAGE|auto [TRANSLATE_TO[,TRANSLATE_TO...]]]\n", argv[0]);
        return 2;
    }
    if (palabra_audio_read_wav(argv[1], &input, &error) < 0 || palabra_client_new(NULL, &client, &error) < 0 ||
        open_session(&app, client, &input, argv, &error) < 0)
        report_error(&app, palabra_status_name(error.code), error.text);
    else
        transcribe(&app, &input);
    palabra_session_close(app.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&input);
    palabra_shutdown(1000);
    return app.failed;
}
