/*
 * Text-to-speech of a text that is still being written, as a language model produces it: words are sent as they arrive,
 * and the speech begins long before the end of the text. An empty line begins the next generation.
 *
 *     PALABRA_API_KEY=... ./tts_stream OUTPUT.wav LANGUAGE < text
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./tts_stream OUTPUT.wav LANGUAGE < text
 */
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct app {
    palabra_session *session;
    uint64_t generations;
    int16_t *pcm;
    int64_t samples;
    int32_t sample_rate;
    int closed, failed;
};

static void report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    app->failed = 1;
}

static void handle_audio(struct app *app, const palabra_event *event) {
    int16_t *resized = realloc(app->pcm, (size_t)(app->samples + event->pcm_frames + 1) * sizeof *resized);

    if (resized == NULL) {
        report_error(app, "audio", "no memory");
        return;
    }
    app->pcm = resized;
    if (event->pcm_frames > 0) /* the last chunk can be empty */
        memcpy(app->pcm + app->samples, event->pcm, (size_t)event->pcm_frames * sizeof *app->pcm);
    app->samples += event->pcm_frames;
    app->sample_rate = event->sample_rate;
    if (event->flags & PALABRA_FLAG_LAST_CHUNK)
        printf("generation %u: said\n", (unsigned)event->user_tag);
}

static void handle_event(struct app *app, const palabra_event *event) {
    switch (event->kind) {
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

/* Handles one event if there is one within the timeout. Returns whether there was one. */
static int poll_once(struct app *app, int32_t timeout_ms) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled = palabra_session_poll_event(app->session, &event, timeout_ms);

    if (polled > 0)
        handle_event(app, &event);
    app->closed |= polled < 0;
    palabra_event_release(&event);
    return polled > 0;
}

/* Without an id, pieces belong to one generation until one has EOS. */
static void send_piece(struct app *app, const char *piece, int is_last) {
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_status status;

    if (piece[0] == '\0')
        return;
    do {
        status = palabra_session_send_text(app->session, piece, is_last ? PALABRA_TEXT_EOS : 0, NULL, NULL,
                                           app->generations + 1, &error);
        if (status == PALABRA_ERR_AGAIN)
            poll_once(app, 100);
    } while (status == PALABRA_ERR_AGAIN && !app->closed);
    if (status < 0)
        report_error(app, piece, error.text);
    app->generations += is_last;
}

/* A word is sent when the next one begins, so that the last word is known to be the last. */
static void speak_input(struct app *app) {
    char word[200] = "", previous = '\n';
    size_t length = 0;
    int c;

    while (!app->closed && (c = getchar()) != EOF) {
        int word_begins = c != ' ' && c != '\n' && (previous == ' ' || previous == '\n');
        int paragraph_ends = c == '\n' && previous == '\n';

        /* Do not split a UTF-8 character. */
        if (paragraph_ends || word_begins || (length > sizeof word - 8 && (c & 0xC0) != 0x80)) {
            send_piece(app, word, paragraph_ends);
            length = 0;
        }
        if (!paragraph_ends && length < sizeof word - 1)
            word[length++] = (char)c;
        word[length] = '\0';
        previous = (char)c;
        while (word_begins && poll_once(app, 0)) /* speech that has arrived */
            ;
    }
    send_piece(app, word, 1);
    palabra_session_end(app->session); /* the rest is still spoken, then CLOSED is delivered */
    while (!app->closed)
        poll_once(app, -1);
}

static palabra_status open_session(struct app *app, palabra_client *client, const char *language,
                                   palabra_error *error) {
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;

    config.language = language;
    return palabra_session_open_tts(client, &config, &app->session, error);
}

int main(int argc, char **argv) {
    struct app app = {0};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc != 3) {
        fprintf(stderr, "usage: %s OUTPUT.wav LANGUAGE < text\n", argv[0]);
        return 2;
    }
    if (palabra_client_new(NULL, &client, &error) < 0 || open_session(&app, client, argv[2], &error) < 0) {
        report_error(&app, palabra_status_name(error.code), error.text);
    } else {
        speak_input(&app);
        if (app.samples > 0 && palabra_audio_write_wav(argv[1], app.pcm, app.samples, app.sample_rate, 1, &error) < 0)
            report_error(&app, argv[1], error.text);
    }
    palabra_session_close(app.session, 2000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    free(app.pcm);
    return app.failed;
}
