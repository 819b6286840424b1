/*
 * Translates while somebody speaks: each sentence appears beside its translation, with the seconds that both took, and
 * the translated voice plays along. Both ways of the sound have one time axis: a frame of the output is heard while the
 * same frame of the input is said.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... live_translate INPUT OUTPUT SOURCE TARGET [EVENTS]
 *
 * INPUT is a WAV file, taken at the pace of speech, or - for raw audio from stdin as it comes (16-bit mono, 16 kHz);
 * OUTPUT is a WAV file with the rate of the input, or - for raw audio to stdout; EVENTS gets the events as JSON lines:
 *
 *     arecord -q -t raw -f S16_LE -r 16000 | live_translate - - en es | aplay -q -t raw -f S16_LE -r 16000
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RAW_RATE 16000
#define TICKS 50 /* in a second */
#define MOST_FRAMES (48000 / TICKS)
#define PAUSE (TICKS / 5) /* ticks of quiet that can end a sentence */
#define LONG_PAUSE (TICKS * 7 / 10) /* that do: the service's default */
#define COLUMN 42
#define PHRASES 16

typedef struct { /* a sentence; times in seconds of the axis */
    uint64_t number; /* 0: none yet */
    char source[1024], target[1024];
    double ended, text_at, voice_at;
    int has_begun, is_shown;
} phrase;

typedef struct {
    palabra_session *session;
    palabra_audio input; /* unless it comes from stdin */
    int16_t *spoken; /* the output, unless it goes to stdout */
    FILE *shown, *events;
    int32_t tick, rate, loud_tick;
    int64_t sent, spoken_frames;
    int loudest, from_stdin, to_stdout, on_terminal, ended, over, failed;
    double sentence_end, last_end; /* by the pauses; of the latest phrase */
    phrase phrases[PHRASES]; /* the latest */
} live;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
    (void)number;
    interrupted = 1;
}

static int complain(live *l, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    return l->failed = 1;
}

static double now(const live *l) {
    return (double)l->tick / TICKS;
}

/* --- Lines for people --------------------------------------------------------------------------------------------- */

/* Prints as many whole words as fit into a column and returns the rest. */
static const char *cell(FILE *to, const char *text, int is_left) {
    int bytes = 0, width = 0, fit_bytes = 0, fit_width = 0, is_full;
    do {
        int starts = (text[bytes] & 0xC0) != 0x80; /* a character of UTF-8 */
        is_full = text[bytes] == '\0' || (starts && width == COLUMN);
        if (text[bytes] == ' ' || text[bytes] == '\0' || (is_full && fit_bytes == 0)) {
            fit_bytes = bytes;
            fit_width = width;
        }
        width += starts;
        bytes++;
    } while (!is_full);
    fprintf(to, "%.*s%*s", fit_bytes, text, is_left ? COLUMN - fit_width + 3 : 0, is_left ? " | " : "\n");
    return text + fit_bytes + strspn(text + fit_bytes, " ");
}

static void show_phrase(live *l, phrase *p) {
    const char *left = p->source, *right = p->target;
    p->is_shown = 1;
    fprintf(l->shown, "%s%.2f s", l->on_terminal ? "\r\033[K" : "", p->ended);
    if (p->text_at > 0)
        fprintf(l->shown, "  text +%.2f s", p->text_at - p->ended);
    if (p->voice_at > 0)
        fprintf(l->shown, ", voice +%.2f s", p->voice_at - p->ended);
    fputc('\n', l->shown);
    while (*left != '\0' || *right != '\0') {
        left = cell(l->shown, left, 1);
        right = cell(l->shown, right, 0);
    }
    fflush(l->shown);
}

/* What is being said, redrawn in place. */
static void show_partial(const live *l, const char *text) {
    size_t length = strlen(text), most = 2 * COLUMN - 10;
    const char *tail = text + (length > most ? length - most : 0);
    while ((*tail & 0xC0) == 0x80)
        tail++;
    fprintf(l->shown, "\r\033[K%.2f s  %s", now(l), tail);
    fflush(l->shown);
}

/* --- Lines for programs ------------------------------------------------------------------------------------------- */

static void write_text(FILE *to, const char *name, const char *text) {
    fprintf(to, ",\"%s\":\"", name);
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\')
            fprintf(to, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, to);
    fputc('"', to);
}

static void write_event(const live *l, const palabra_event *event, double ended) {
    fprintf(l->events, "{\"at\":%.2f,\"phrase\":%llu,\"final\":%s,\"translation\":%s,\"sentence_end\":%.2f",
            now(l), (unsigned long long)event->phrase,
            event->flags & PALABRA_FLAG_FINAL ? "true" : "false",
            event->flags & PALABRA_FLAG_TRANSLATION ? "true" : "false", ended);
    fprintf(l->events, ",\"heard_at\":%.3f,\"frames\":%lld,\"sample_rate\":%d",
            event->played_frames < 0 ? 0.0 : (double)event->played_frames / l->rate, (long long)event->pcm_frames,
            (int)event->sample_rate);
    write_text(l->events, "event", palabra_event_kind_name(event->kind));
    write_text(l->events, "id", event->id);
    write_text(l->events, "language", event->language);
    write_text(l->events, "text", event->text);
    fputs("}\n", l->events);
}

/* --- Events ------------------------------------------------------------------------------------------------------- */

static phrase *phrase_of(live *l, uint64_t number) {
    phrase *p = &l->phrases[number % PHRASES];
    if (p->number != number) {
        memset(p, 0, sizeof *p);
        p->number = number;
    }
    return p;
}

static void take_transcript(live *l, const palabra_event *event, phrase *p) {
    int is_translation = (event->flags & PALABRA_FLAG_TRANSLATION) != 0;
    char *text = is_translation ? p->target : p->source;
    p->has_begun = 1;
    if (!(event->flags & PALABRA_FLAG_FINAL)) {
        if (l->on_terminal && !is_translation)
            show_partial(l, event->text);
        return;
    }
    if (is_translation)
        p->text_at = now(l);
    else if (p->ended <= 0)
        p->ended = l->sentence_end > l->last_end ? l->sentence_end : now(l); /* cut without a pause */
    l->last_end = is_translation ? l->last_end : p->ended;
    if (event->part > 0) /* of a long one */
        strncat(text, " ", sizeof p->source - strlen(text) - 1);
    strncat(text, event->text, sizeof p->source - strlen(text) - 1);
}

static void take_event(live *l, const palabra_event *event) {
    phrase *p = phrase_of(l, event->phrase);
    if (event->kind == PALABRA_EVENT_TRANSCRIPT)
        take_transcript(l, event, p);
    if (event->kind == PALABRA_EVENT_AUDIO && event->phrase > 0 && p->voice_at <= 0) {
        p->voice_at = now(l); /* it is heard as soon as the sentence before was: PLAYOUT_STARTED tells when */
        show_phrase(l, p);
    }
    if (event->kind == PALABRA_EVENT_WARNING || event->kind == PALABRA_EVENT_ERROR)
        fprintf(stderr, "%s %s\n", event->service_code, event->text);
    if (event->kind == PALABRA_EVENT_CLOSED) {
        l->over = 1;
        fputs(l->on_terminal ? "\r\033[K" : "", l->shown);
        for (int n = 0; n < PHRASES; n++)
            if (l->phrases[n].source[0] != '\0' && !l->phrases[n].is_shown) /* it got no voice */
                show_phrase(l, &l->phrases[n]);
        if (event->code != PALABRA_OK)
            complain(l, palabra_status_name(event->code), event->text);
    }
    if (l->events != NULL)
        write_event(l, event, p->ended);
}

static void take_events(live *l) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!l->over && palabra_session_poll_event(l->session, &event, 0) > 0) {
        take_event(l, &event);
        palabra_event_release(&event);
    }
}

/* --- Sound: a tick of input, a tick of output --------------------------------------------------------------------- */

/* Frames of this tick: rates need not be multiples of it. */
static int32_t frames_in(const live *l) {
    return (int32_t)((int64_t)(l->tick + 1) * l->rate / TICKS - (int64_t)l->tick * l->rate / TICKS);
}

/* A sentence ends with the first long pause after its first words, or when its text comes with the latest short one.
   Good enough for one voice in a quiet room. */
static void notice_pause(live *l, const int16_t *heard, int32_t samples) {
    int peak = 0;
    for (int32_t n = 0; n < samples; n++)
        peak = abs(heard[n]) > peak ? abs(heard[n]) : peak;
    l->loudest = peak > l->loudest ? peak : l->loudest - l->loudest / 500; /* forgotten after ten seconds */
    if (peak > l->loudest / 32)
        l->loud_tick = l->tick + 1;
    else if (l->tick - l->loud_tick >= PAUSE)
        l->sentence_end = (double)l->loud_tick / TICKS;
    for (int n = 0; n < PHRASES && l->tick - l->loud_tick == LONG_PAUSE; n++)
        if (l->phrases[n].has_begun && l->phrases[n].ended <= 0)
            l->phrases[n].ended = l->sentence_end;
}

static void hear(live *l) {
    int16_t buffer[RAW_RATE / TICKS];
    const int16_t *heard = buffer;
    int32_t wanted = frames_in(l), frames = 0;
    if (!l->from_stdin) {
        heard = l->input.pcm + l->sent * l->input.channels;
        frames = l->input.frames - l->sent < wanted ? (int32_t)(l->input.frames - l->sent) : wanted;
    } else if (!interrupted) {
        frames = (int32_t)fread(buffer, sizeof *buffer, (size_t)wanted, stdin); /* waits for the microphone */
    }
    if (frames > 0 && !interrupted) {
        palabra_session_send_audio(l->session, heard, frames); /* what does not fit is dropped: it is live */
        notice_pause(l, heard, frames * l->input.channels);
        l->sent += frames;
    } else {
        l->ended = palabra_session_end(l->session) == PALABRA_OK || l->over; /* the rest is still said */
    }
}

/* Returns whether anything can still be heard. */
static int speak(live *l) {
    int16_t buffer[MOST_FRAMES];
    int32_t frames = frames_in(l);
    int32_t sound = palabra_session_read_audio(l->session, NULL, buffer, frames);
    if (sound < 0)
        return 0;
    if (l->to_stdout) {
        fwrite(buffer, sizeof *buffer, (size_t)frames, stdout);
        if (fflush(stdout) != 0)
            complain(l, "stdout", "cannot be written");
    } else {
        int16_t *larger = realloc(l->spoken, (size_t)(l->spoken_frames + frames) * sizeof *larger);
        if (larger == NULL)
            return 0;
        l->spoken = larger;
        memcpy(l->spoken + l->spoken_frames, buffer, (size_t)frames * sizeof *buffer);
        l->spoken_frames += frames;
    }
    return !(sound & PALABRA_SOUND_ENDED) && !l->failed;
}

static int64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_until(int64_t ms) {
    int64_t left = ms - clock_ms();
    struct timespec rest = {(time_t)(left / 1000), (long)(left % 1000) * 1000000};
    if (left > 0)
        nanosleep(&rest, NULL);
}

static void converse(live *l) {
    /* A microphone sets the pace itself; one percent faster, we never fall behind its clock. */
    int64_t start = clock_ms(), percent = l->from_stdin ? 99 : 100;
    int goes_on = 1;
    for (; goes_on; l->tick++) {
        if (!l->ended)
            hear(l);
        goes_on = speak(l);
        take_events(l);
        sleep_until(start + (int64_t)(l->tick + 1) * 10 * percent / TICKS);
    }
    take_events(l);
}

static palabra_client *open_session(live *l, char **argv, palabra_error *error) {
    palabra_client *client = NULL;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    l->input.sample_rate = RAW_RATE;
    l->input.channels = 1;
    if (!l->from_stdin && palabra_audio_read_wav(argv[1], &l->input, error) < 0)
        return NULL;
    l->rate = l->input.sample_rate;
    config.source_language = argv[3];
    config.target_languages = argv[4];
    config.input.format.sample_rate = config.output.format.sample_rate = l->rate;
    config.input.format.channels = l->input.channels;
    config.input.buffer_ms = 10000; /* what is said before READY waits inside */
    config.output.mode = PALABRA_OUTPUT_BOTH; /* speech as it comes, for its time; and as it is heard */
    if (palabra_client_new(NULL, &client, error) == PALABRA_OK)
        palabra_session_open_translation(client, &config, &l->session, error);
    return client;
}

int main(int argc, char **argv) {
    static live l = {.input = PALABRA_AUDIO_INIT};
    palabra_error error = PALABRA_ERROR_INIT;
    struct sigaction action = {.sa_handler = on_interrupt}; /* without SA_RESTART: reading stops too */
    if (argc < 5 || argc > 6) {
        fprintf(stderr, "usage: %s INPUT.wav|- OUTPUT.wav|- SOURCE TARGET [EVENTS]\n", argv[0]);
        return 2;
    }
    sigaction(SIGINT, &action, NULL); /* Ctrl-C: what was said so far is still translated */
    l.from_stdin = strcmp(argv[1], "-") == 0;
    l.to_stdout = strcmp(argv[2], "-") == 0;
    l.shown = l.to_stdout ? stderr : stdout;
    l.on_terminal = isatty(fileno(l.shown));
    if (argc == 6 && (l.events = fopen(argv[5], "w")) == NULL)
        return complain(&l, argv[5], "cannot be opened");
    palabra_client *client = open_session(&l, argv, &error);
    if (l.session != NULL)
        converse(&l);
    if (l.session != NULL && !l.to_stdout &&
        palabra_audio_write_wav(argv[2], l.spoken, l.spoken_frames, l.rate, 1, &error) == PALABRA_OK)
        printf("wrote %s (%.1f s)\n", argv[2], (double)l.spoken_frames / l.rate);
    if (error.code != PALABRA_OK)
        complain(&l, palabra_status_name(error.code), error.text);
    palabra_session_close(l.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&l.input);
    palabra_shutdown(1000);
    if (l.events != NULL && fclose(l.events) != 0)
        complain(&l, argv[5], "cannot be written");
    free(l.spoken);
    return l.failed;
}
