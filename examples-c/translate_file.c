/*
 * Translates a recording in real time: prints transcripts as they arrive and writes the translated speech to a WAV file
 * per target language (OUTPUT_es.wav and so on if there are several).
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./translate_file INPUT.wav OUTPUT.wav SOURCE TARGET[,TARGET...]
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STEP_NS 20000000 /* audio is sent in steps of 20 ms */
#define MAX_TRACKS 32
typedef struct { /* the speech in one target language */
    char language[32];
    int16_t *pcm;
    int64_t samples, phrase_frames;
    int32_t sample_rate, channels;
} track;
struct app {
    palabra_audio input;
    palabra_session *session;
    int64_t sent; /* frames of the input that the library has taken */
    int64_t start_ns, first_audio_ns; /* start of the audio, arrival of the first speech; 0: not yet */
    int ended, closed, failed, is_terminal, multiple_targets, track_count;
    char partial[48];
    track tracks[MAX_TRACKS];
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int report_error(struct app *app, const char *what, palabra_status code, uint32_t flags, const char *text) {
    fprintf(stderr, "%s: %s (%s%s)\n", what, text, palabra_status_name(code),
            flags & PALABRA_FLAG_RETRIABLE ? ", trying again can help" : "");
    app->failed = 1;
    return -1;
}

/* Progress on one line of a terminal, redrawn in place. */
static void show_progress(const struct app *app) {
    double rate = app->input.sample_rate;
    printf("\r\033[K%.1f of %.1f s", app->sent / rate, app->input.frames / rate);
    if (app->first_audio_ns > 0)
        printf(" | first speech after %.1f s", (double)(app->first_audio_ns - app->start_ns) / 1e9);
    printf(" | %s", app->partial);
    fflush(stdout);
}

static void handle_transcript(struct app *app, const palabra_event *event) {
    int is_final = (event->flags & PALABRA_FLAG_FINAL) != 0;
    int max_length = sizeof app->partial - 1;
    const char *tail = event->text + (event->text_len > max_length ? event->text_len - max_length : 0);
    while ((*tail & 0xC0) == 0x80) /* start at a whole UTF-8 character */
        tail++;
    snprintf(app->partial, sizeof app->partial, "%s", is_final ? "" : tail);
    if (is_final || !app->is_terminal)
        printf("[%s] %s%s\n", event->language, is_final ? "" : "~ ", event->text);
}

/* With one target all speech belongs to it, whatever variant of the language the service names. */
static track *find_track(struct app *app, const char *language) {
    for (int i = 0; i < app->track_count; i++)
        if (!app->multiple_targets || strcmp(app->tracks[i].language, language) == 0)
            return &app->tracks[i];
    if (app->track_count == MAX_TRACKS || strchr(language, '/') != NULL) /* the language becomes part of a file name */
        return NULL;
    snprintf(app->tracks[app->track_count].language, sizeof app->tracks[0].language, "%s", language);
    return &app->tracks[app->track_count++];
}

static int handle_audio(struct app *app, const palabra_event *event) {
    int64_t samples = event->pcm_frames * event->channels;
    track *t = find_track(app, event->language);
    int16_t *resized = t == NULL ? NULL : realloc(t->pcm, (size_t)(t->samples + samples + 1) * sizeof *resized);
    if (resized == NULL)
        return report_error(app, event->language, PALABRA_ERR_LIMIT, 0, "no memory for its speech");
    t->pcm = resized;
    if (samples > 0)
        memcpy(t->pcm + t->samples, event->pcm, (size_t)samples * sizeof *t->pcm);
    t->samples += samples;
    t->phrase_frames += event->pcm_frames;
    t->sample_rate = event->sample_rate;
    t->channels = event->channels;
    if (app->first_audio_ns == 0)
        app->first_audio_ns = event->time_ns; /* the same clock as now_ns() */
    if (event->flags & PALABRA_FLAG_LAST_CHUNK) {
        printf("[%s] audio %.2f s\n", event->language, (double)t->phrase_frames / t->sample_rate);
        t->phrase_frames = 0;
    }
    return 0;
}

static void handle_event(struct app *app, const palabra_event *event) {
    if (app->is_terminal)
        printf("\r\033[K");
    switch (event->kind) {
    case PALABRA_EVENT_READY: app->start_ns = now_ns(); break;
    case PALABRA_EVENT_TRANSCRIPT: handle_transcript(app, event); break;
    case PALABRA_EVENT_AUDIO: handle_audio(app, event); break;
    case PALABRA_EVENT_WARNING:
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_OVERFLOW:
        printf("%s %s %s\n", palabra_event_kind_name(event->kind), event->service_code, event->text);
        break;
    case PALABRA_EVENT_CLOSED:
        app->closed = 1;
        if (event->code != PALABRA_OK)
            report_error(app, "session", event->code, event->flags, event->text);
        break;
    default: break; /* later versions add kinds */
    }
    fflush(stdout);
}

/* Sends what is due by the clock, counted from the start so that delays do not accumulate.
   Returns the time until more is due, in ms. */
static int32_t send_due_audio(struct app *app) {
    if (app->start_ns == 0 || app->ended)
        return 200;
    int64_t step = (now_ns() - app->start_ns) / STEP_NS + 1;
    int64_t due = step * STEP_NS * app->input.sample_rate / 1000000000;
    int64_t frames = (due < app->input.frames ? due : app->input.frames) - app->sent;
    const int16_t *next = app->input.pcm + app->sent * app->input.channels;
    int32_t taken = palabra_session_send_audio(app->session, next, (int32_t)frames);
    app->sent += taken > 0 ? taken : 0; /* what did not fit is sent at the next step */
    if (app->sent == app->input.frames)
        app->ended = palabra_session_end(app->session) == PALABRA_OK;
    int64_t next_ns = app->start_ns + step * STEP_NS, now = now_ns();
    return next_ns > now ? (int32_t)((next_ns - now) / 1000000) + 1 : 0;
}

static void run_session(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!app->closed) {
        int32_t polled = palabra_session_poll_event(app->session, &event, send_due_audio(app));
        if (polled > 0)
            handle_event(app, &event);
        else if (polled < 0)
            app->closed = report_error(app, "poll", (palabra_status)polled, 0, palabra_status_text(polled)) < 0;
        palabra_event_release(&event);
        if (app->is_terminal && !app->closed)
            show_progress(app);
    }
}

static void write_track(struct app *app, const track *t, const char *output) {
    char path[4096];
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t frames = t->samples / t->channels;
    const char *dot = strrchr(output, '.');
    int stem = (int)(dot != NULL && strchr(dot, '/') == NULL ? (size_t)(dot - output) : strlen(output));
    snprintf(path, sizeof path, "%.*s%s%s%s", stem, output, app->multiple_targets ? "_" : "",
             app->multiple_targets ? t->language : "", output + stem);
    if (palabra_audio_write_wav(path, t->pcm, frames, t->sample_rate, t->channels, &error) < 0)
        report_error(app, path, error.code, error.flags, error.text);
    else
        printf("wrote %s (%.1f s)\n", path, (double)frames / t->sample_rate);
}

static void translate(struct app *app, char **argv) {
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_struct_init(&app->input, sizeof app->input);
    config.source_language = argv[3];
    config.target_languages = argv[4];
    if (palabra_audio_read_wav(argv[1], &app->input, &error) == PALABRA_OK) {
        config.input.format.sample_rate = app->input.sample_rate;
        config.input.format.channels = app->input.channels;
        if (palabra_client_new(NULL, &client, &error) == PALABRA_OK)
            palabra_session_open_translation(client, &config, &app->session, &error);
    }
    if (app->session != NULL)
        run_session(app);
    else
        report_error(app, "error", error.code, error.flags, error.text);
    palabra_session_close(app->session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&app->input);
}

int main(int argc, char **argv) {
    static struct app app; /* all zero */
    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT.wav SOURCE TARGET[,TARGET...]\n", argv[0]);
        return 2;
    }
    app.is_terminal = isatty(STDOUT_FILENO);
    app.multiple_targets = strchr(argv[4], ',') != NULL;
    translate(&app, argv);
    if (app.first_audio_ns > 0)
        printf("first speech %.2f s after the start of the audio\n", (double)(app.first_audio_ns - app.start_ns) / 1e9);
    for (int i = 0; i < app.track_count; i++) {
        write_track(&app, &app.tracks[i], argv[2]);
        free(app.tracks[i].pcm);
    }
    palabra_shutdown(1000);
    return app.failed ? 1 : 0;
}
