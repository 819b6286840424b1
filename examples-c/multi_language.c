/*
 * One speaker, several target languages. `language` tells texts and speech apart, `phrase` joins what belongs together.
 * Prints each phrase with its translations below it and writes a WAV file per target (OUTPUT_es.wav and so on).
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./multi_language INPUT.wav OUTPUT SOURCE TARGET,TARGET...
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEP_NS 20000000 /* audio is sent in steps of 20 ms */
#define MAX_TRACKS 16
typedef struct { /* the speech in one target language */
    char language[32];
    int16_t *pcm;
    int64_t samples;
    int32_t sample_rate, channels;
} track;
struct app {
    palabra_audio input;
    palabra_session *session;
    track tracks[MAX_TRACKS];
    int64_t sent; /* frames of the input that the library has taken */
    int64_t start_ns;
    uint64_t phrase; /* the latest one printed */
    int track_count, ended, closed, failed;
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    app->failed = 1;
}

/* Tracks are created as languages arrive: the service may answer with a variant of the requested language. */
static track *find_track(struct app *app, const char *language) {
    int i = 0;
    while (i < app->track_count && strcmp(app->tracks[i].language, language) != 0)
        i++;
    if (i == MAX_TRACKS || strchr(language, '/') != NULL) /* the language becomes part of a file name */
        return NULL;
    if (i == app->track_count)
        snprintf(app->tracks[app->track_count++].language, sizeof app->tracks[0].language, "%s", language);
    return &app->tracks[i];
}

static void handle_text(struct app *app, const palabra_event *event) {
    if (event->phrase != app->phrase)
        printf("phrase %u\n", (unsigned)(app->phrase = event->phrase));
    printf("    %-5s %s\n", event->language, event->text);
}

static void handle_audio(struct app *app, const palabra_event *event) {
    track *t = find_track(app, event->language);
    int64_t samples = event->pcm_frames * event->channels;
    int16_t *resized = t == NULL ? NULL : realloc(t->pcm, (size_t)(t->samples + samples + 1) * sizeof *resized);
    if (resized == NULL) {
        report_error(app, event->language, "no memory for its speech");
        return;
    }
    t->pcm = resized;
    if (samples > 0) /* the last chunk of a phrase can be empty */
        memcpy(t->pcm + t->samples, event->pcm, (size_t)samples * sizeof *t->pcm);
    t->samples += samples;
    t->sample_rate = event->sample_rate, t->channels = event->channels;
}

static void handle_event(struct app *app, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_READY)
        app->start_ns = now_ns();
    else if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL)
        handle_text(app, event);
    else if (event->kind == PALABRA_EVENT_AUDIO)
        handle_audio(app, event);
    else if (event->kind == PALABRA_EVENT_CLOSED && event->code != PALABRA_OK)
        report_error(app, palabra_status_name(event->code), event->text);
    app->closed = event->kind == PALABRA_EVENT_CLOSED;
}

/* Sends what is due by the clock, counted from the start so that delays do not accumulate (see translate_file.c). */
static void send_due_audio(struct app *app) {
    if (app->start_ns == 0 || app->ended)
        return;
    int64_t due = ((now_ns() - app->start_ns) / STEP_NS + 1) * STEP_NS * app->input.sample_rate / 1000000000;
    int64_t frames = (due < app->input.frames ? due : app->input.frames) - app->sent;
    const int16_t *next = app->input.pcm + app->sent * app->input.channels;
    int32_t taken = palabra_session_send_audio(app->session, next, (int32_t)frames);
    app->sent += taken > 0 ? taken : 0;
    if (app->sent == app->input.frames)
        app->ended = palabra_session_end(app->session) == PALABRA_OK;
}

static void run_session(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!app->closed && palabra_session_poll_event(app->session, &event, 20) >= 0) {
        handle_event(app, &event); /* or NONE */
        palabra_event_release(&event);
        send_due_audio(app);
    }
}

static void write_track(struct app *app, const track *t, const char *output) {
    char path[4096];
    palabra_error error = PALABRA_ERROR_INIT;
    snprintf(path, sizeof path, "%s_%s.wav", output, t->language);
    if (palabra_audio_write_wav(path, t->pcm, t->samples / t->channels, t->sample_rate, t->channels, &error) < 0)
        report_error(app, path, error.text);
    else
        printf("%s: %.1f s\n", path, (double)t->samples / t->channels / t->sample_rate);
}

int main(int argc, char **argv) {
    struct app app = {.input = PALABRA_AUDIO_INIT};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT SOURCE TARGET,TARGET...\n", argv[0]);
        return 2;
    }
    config.source_language = argv[3];
    config.target_languages = argv[4];
    if (palabra_audio_read_wav(argv[1], &app.input, &error) == PALABRA_OK) {
        config.input.format.sample_rate = app.input.sample_rate;
        config.input.format.channels = app.input.channels;
        if (palabra_client_new(NULL, &client, &error) == PALABRA_OK &&
            palabra_session_open_translation(client, &config, &app.session, &error) == PALABRA_OK)
            run_session(&app);
    }
    if (app.session == NULL)
        report_error(&app, palabra_status_name(error.code), error.text);
    for (int i = 0; i < app.track_count; i++) {
        if (app.tracks[i].samples > 0)
            write_track(&app, &app.tracks[i], argv[2]);
        free(app.tracks[i].pcm);
    }
    palabra_session_close(app.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&app.input);
    palabra_shutdown(1000);
    return app.failed;
}
