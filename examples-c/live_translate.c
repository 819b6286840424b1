/*
 * Translates live speech: prints each sentence beside its translation, with the delays of both, and plays the
 * translated voice. Input and output have one time axis: a frame of the output is played while the same frame of the
 * input is recorded.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./live_translate INPUT OUTPUT SOURCE TARGET [EVENTS]
 *
 * INPUT is a WAV file, sent in real time, or - for raw audio from stdin (16-bit mono, 16 kHz). OUTPUT is a WAV file
 * with the rate of the input, or - for raw audio to stdout. EVENTS is a file for the events as JSON lines. With a
 * microphone:
 *
 *     arecord -q -t raw -f S16_LE -r 16000 | ./live_translate - - en es | aplay -q -t raw -f S16_LE -r 16000
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#define RAW_RATE 16000
#define TICKS_PER_SECOND 50
#define MAX_FRAMES (48000 / TICKS_PER_SECOND)
#define SHORT_PAUSE_TICKS (TICKS_PER_SECOND / 5) /* may end a sentence */
#define LONG_PAUSE_TICKS (TICKS_PER_SECOND * 7 / 10) /* ends a sentence: the service's default */
#define COLUMN_WIDTH 42
#define MAX_PHRASES 16

typedef struct { /* a sentence; times in seconds since the start */
    uint64_t number; /* 0: none yet */
    char source[1024], target[1024];
    double ended, text_at, voice_at;
    int has_begun, is_printed;
} phrase;

struct app {
    palabra_session *session;
    palabra_audio input; /* unless the input is stdin */
    int16_t *output; /* unless the output is stdout */
    FILE *display, *events;
    int32_t tick, rate, loud_tick;
    int64_t sent, output_frames;
    int peak_level, from_stdin, to_stdout, is_terminal, ended, closed, failed;
    double sentence_end, last_end; /* latest pause; end of the latest phrase */
    phrase phrases[MAX_PHRASES]; /* the latest */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
    (void)number;
    interrupted = 1;
}

static int report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    return app->failed = 1;
}

static double now(const struct app *app) {
    return (double)app->tick / TICKS_PER_SECOND;
}

/* --- Output for people -------------------------------------------------------------------------------------------- */

/* Prints as many whole words as fit into a column and returns the rest. */
static const char *print_cell(FILE *to, const char *text, int is_left) {
    int bytes = 0, width = 0, fit_bytes = 0, fit_width = 0, is_full;
    do {
        int starts = (text[bytes] & 0xC0) != 0x80; /* a character of UTF-8 */
        is_full = text[bytes] == '\0' || (starts && width == COLUMN_WIDTH);
        if (text[bytes] == ' ' || text[bytes] == '\0' || (is_full && fit_bytes == 0)) {
            fit_bytes = bytes;
            fit_width = width;
        }
        width += starts;
        bytes++;
    } while (!is_full);
    fprintf(to, "%.*s%*s", fit_bytes, text, is_left ? COLUMN_WIDTH - fit_width + 3 : 0, is_left ? " | " : "\n");
    return text + fit_bytes + strspn(text + fit_bytes, " ");
}

static void print_phrase(struct app *app, phrase *p) {
    const char *left = p->source, *right = p->target;
    p->is_printed = 1;
    fprintf(app->display, "%s%.2f s", app->is_terminal ? "\r\033[K" : "", p->ended);
    if (p->text_at > 0)
        fprintf(app->display, "  text +%.2f s", p->text_at - p->ended);
    if (p->voice_at > 0)
        fprintf(app->display, ", voice +%.2f s", p->voice_at - p->ended);
    fputc('\n', app->display);
    while (*left != '\0' || *right != '\0') {
        left = print_cell(app->display, left, 1);
        right = print_cell(app->display, right, 0);
    }
    fflush(app->display);
}

/* Prints the phrase in progress, redrawn in place. */
static void print_partial(const struct app *app, const char *text) {
    size_t length = strlen(text), max_length = 2 * COLUMN_WIDTH - 10;
    const char *tail = text + (length > max_length ? length - max_length : 0);
    while ((*tail & 0xC0) == 0x80)
        tail++;
    fprintf(app->display, "\r\033[K%.2f s  %s", now(app), tail);
    fflush(app->display);
}

/* --- Output for programs: JSON lines ------------------------------------------------------------------------------ */

static void write_json_string(FILE *to, const char *name, const char *text) {
    fprintf(to, ",\"%s\":\"", name);
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\')
            fprintf(to, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, to);
    fputc('"', to);
}

static void write_json_event(const struct app *app, const palabra_event *event, double ended) {
    fprintf(app->events, "{\"at\":%.2f,\"phrase\":%llu,\"final\":%s,\"translation\":%s,\"sentence_end\":%.2f",
            now(app), (unsigned long long)event->phrase,
            event->flags & PALABRA_FLAG_FINAL ? "true" : "false",
            event->flags & PALABRA_FLAG_TRANSLATION ? "true" : "false", ended);
    fprintf(app->events, ",\"heard_at\":%.3f,\"frames\":%lld,\"sample_rate\":%d",
            event->played_frames < 0 ? 0.0 : (double)event->played_frames / app->rate, (long long)event->pcm_frames,
            (int)event->sample_rate);
    write_json_string(app->events, "event", palabra_event_kind_name(event->kind));
    write_json_string(app->events, "id", event->id);
    write_json_string(app->events, "language", event->language);
    write_json_string(app->events, "text", event->text);
    fputs("}\n", app->events);
}

/* --- Events ------------------------------------------------------------------------------------------------------- */

static phrase *find_phrase(struct app *app, uint64_t number) {
    phrase *p = &app->phrases[number % MAX_PHRASES];
    if (p->number != number) {
        memset(p, 0, sizeof *p);
        p->number = number;
    }
    return p;
}

static void handle_transcript(struct app *app, const palabra_event *event, phrase *p) {
    int is_translation = (event->flags & PALABRA_FLAG_TRANSLATION) != 0;
    char *text = is_translation ? p->target : p->source;
    p->has_begun = 1;
    if (!(event->flags & PALABRA_FLAG_FINAL)) {
        if (app->is_terminal && !is_translation)
            print_partial(app, event->text);
        return;
    }
    if (is_translation)
        p->text_at = now(app);
    else if (p->ended <= 0)
        p->ended = app->sentence_end > app->last_end ? app->sentence_end : now(app); /* no pause after it */
    app->last_end = is_translation ? app->last_end : p->ended;
    if (event->part > 0) /* a part of a long phrase */
        strncat(text, " ", sizeof p->source - strlen(text) - 1);
    strncat(text, event->text, sizeof p->source - strlen(text) - 1);
}

static void handle_event(struct app *app, const palabra_event *event) {
    phrase *p = find_phrase(app, event->phrase);
    if (event->kind == PALABRA_EVENT_TRANSCRIPT)
        handle_transcript(app, event, p);
    if (event->kind == PALABRA_EVENT_AUDIO && event->phrase > 0 && p->voice_at <= 0) {
        p->voice_at = now(app); /* it is played after the previous sentence; PLAYOUT_STARTED says when */
        print_phrase(app, p);
    }
    if (event->kind == PALABRA_EVENT_WARNING || event->kind == PALABRA_EVENT_ERROR)
        fprintf(stderr, "%s %s\n", event->service_code, event->text);
    if (event->kind == PALABRA_EVENT_CLOSED) {
        app->closed = 1;
        fputs(app->is_terminal ? "\r\033[K" : "", app->display);
        for (int n = 0; n < MAX_PHRASES; n++)
            if (app->phrases[n].source[0] != '\0' && !app->phrases[n].is_printed) /* without speech */
                print_phrase(app, &app->phrases[n]);
        if (event->code != PALABRA_OK)
            report_error(app, palabra_status_name(event->code), event->text);
    }
    if (app->events != NULL)
        write_json_event(app, event, p->ended);
}

static void handle_events(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!app->closed && palabra_session_poll_event(app->session, &event, 0) > 0) {
        handle_event(app, &event);
        palabra_event_release(&event);
    }
}

/* --- Audio: a tick of input, a tick of output --------------------------------------------------------------------- */

/* Number of frames in this tick: the rate need not be a multiple of TICKS_PER_SECOND. */
static int32_t tick_frames(const struct app *app) {
    int64_t start = (int64_t)app->tick * app->rate / TICKS_PER_SECOND;
    return (int32_t)((int64_t)(app->tick + 1) * app->rate / TICKS_PER_SECOND - start);
}

/* A sentence ends with the first long pause after its first words, or, when its text arrives, with the last short one.
   Good enough for one voice in a quiet room. */
static void detect_pause(struct app *app, const int16_t *samples_in, int32_t samples) {
    int peak = 0;
    for (int32_t n = 0; n < samples; n++)
        peak = abs(samples_in[n]) > peak ? abs(samples_in[n]) : peak;
    app->peak_level = peak > app->peak_level ? peak : app->peak_level - app->peak_level / 500; /* decays in 10 s */
    if (peak > app->peak_level / 32)
        app->loud_tick = app->tick + 1;
    else if (app->tick - app->loud_tick >= SHORT_PAUSE_TICKS)
        app->sentence_end = (double)app->loud_tick / TICKS_PER_SECOND;
    for (int n = 0; n < MAX_PHRASES && app->tick - app->loud_tick == LONG_PAUSE_TICKS; n++)
        if (app->phrases[n].has_begun && app->phrases[n].ended <= 0)
            app->phrases[n].ended = app->sentence_end;
}

static void process_input(struct app *app) {
    int16_t buffer[RAW_RATE / TICKS_PER_SECOND];
    const int16_t *samples_in = buffer;
    int32_t wanted = tick_frames(app), frames = 0;
    if (!app->from_stdin) {
        samples_in = app->input.pcm + app->sent * app->input.channels;
        frames = app->input.frames - app->sent < wanted ? (int32_t)(app->input.frames - app->sent) : wanted;
    } else if (!interrupted) {
        frames = (int32_t)fread(buffer, sizeof *buffer, (size_t)wanted, stdin); /* blocks until it is recorded */
    }
    if (frames > 0 && !interrupted) {
        palabra_session_send_audio(app->session, samples_in, frames); /* live audio: what does not fit is dropped */
        detect_pause(app, samples_in, frames * app->input.channels);
        app->sent += frames;
    } else {
        app->ended = palabra_session_end(app->session) == PALABRA_OK || app->closed; /* the rest is still played */
    }
}

/* Returns whether there can be more output. */
static int process_output(struct app *app) {
    int16_t buffer[MAX_FRAMES];
    int32_t frames = tick_frames(app);
    int32_t sound = palabra_session_read_audio(app->session, NULL, buffer, frames);
    if (sound < 0)
        return 0;
    if (app->to_stdout) {
        fwrite(buffer, sizeof *buffer, (size_t)frames, stdout);
        if (fflush(stdout) != 0)
            report_error(app, "stdout", "cannot be written");
    } else {
        int16_t *resized = realloc(app->output, (size_t)(app->output_frames + frames) * sizeof *resized);
        if (resized == NULL)
            return 0;
        app->output = resized;
        memcpy(app->output + app->output_frames, buffer, (size_t)frames * sizeof *buffer);
        app->output_frames += frames;
    }
    return !(sound & PALABRA_SOUND_ENDED) && !app->failed;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_until(int64_t ms) {
    int64_t left = ms - now_ms();
    struct timespec rest = {(time_t)(left / 1000), (long)(left % 1000) * 1000000};
    if (left > 0)
        nanosleep(&rest, NULL);
}

static void run_session(struct app *app) {
    /* A microphone sets the pace. The loop runs one percent faster, so that it never falls behind. */
    int64_t start = now_ms(), percent = app->from_stdin ? 99 : 100;
    int running = 1;
    for (; running; app->tick++) {
        if (!app->ended)
            process_input(app);
        running = process_output(app);
        handle_events(app);
        sleep_until(start + (int64_t)(app->tick + 1) * 10 * percent / TICKS_PER_SECOND);
    }
    handle_events(app);
}

static palabra_client *open_session(struct app *app, char **argv, palabra_error *error) {
    palabra_client *client = NULL;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    app->input.sample_rate = RAW_RATE;
    app->input.channels = 1;
    if (!app->from_stdin && palabra_audio_read_wav(argv[1], &app->input, error) < 0)
        return NULL;
    app->rate = app->input.sample_rate;
    config.source_language = argv[3];
    config.target_languages = argv[4];
    config.input.format.sample_rate = config.output.format.sample_rate = app->rate;
    config.input.format.channels = app->input.channels;
    config.input.buffer_ms = 10000; /* audio before READY waits in this buffer */
    config.output.mode = PALABRA_OUTPUT_BOTH; /* speech as events, for the delays, and as playout */
    if (palabra_client_new(NULL, &client, error) == PALABRA_OK)
        palabra_session_open_translation(client, &config, &app->session, error);
    return client;
}

/* Ctrl-C: what was recorded so far is still translated. */
static void prepare_process(void) {
#ifdef _WIN32
    signal(SIGINT, on_interrupt);
    _setmode(_fileno(stdin), _O_BINARY); /* raw audio */
    _setmode(_fileno(stdout), _O_BINARY);
#else
    struct sigaction action = {.sa_handler = on_interrupt}; /* without SA_RESTART, so that reading stops too */
    sigaction(SIGINT, &action, NULL);
#endif
}

int main(int argc, char **argv) {
    static struct app app = {.input = PALABRA_AUDIO_INIT};
    palabra_error error = PALABRA_ERROR_INIT;
    if (argc < 5 || argc > 6) {
        fprintf(stderr, "usage: %s INPUT.wav|- OUTPUT.wav|- SOURCE TARGET [EVENTS]\n", argv[0]);
        return 2;
    }
    prepare_process();
    app.from_stdin = strcmp(argv[1], "-") == 0;
    app.to_stdout = strcmp(argv[2], "-") == 0;
    app.display = app.to_stdout ? stderr : stdout;
    app.is_terminal = isatty(fileno(app.display));
    if (argc == 6 && (app.events = fopen(argv[5], "w")) == NULL)
        return report_error(&app, argv[5], "cannot be opened");
    palabra_client *client = open_session(&app, argv, &error);
    if (app.session != NULL)
        run_session(&app);
    if (app.session != NULL && !app.to_stdout &&
        palabra_audio_write_wav(argv[2], app.output, app.output_frames, app.rate, 1, &error) == PALABRA_OK)
        printf("wrote %s (%.1f s)\n", argv[2], (double)app.output_frames / app.rate);
    if (error.code != PALABRA_OK)
        report_error(&app, palabra_status_name(error.code), error.text);
    palabra_session_close(app.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&app.input);
    palabra_shutdown(1000);
    if (app.events != NULL && fclose(app.events) != 0)
        report_error(&app, argv[5], "cannot be written");
    free(app.output);
    return app.failed;
}
