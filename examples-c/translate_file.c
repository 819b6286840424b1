/*
 * Translates a recording at the pace at which it was spoken: prints transcripts as they come and writes the
 * translated speech to a WAV file for each target language (OUTPUT_es.wav and so on when there are several).
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... translate_file INPUT.wav OUTPUT.wav SOURCE TARGET[,TARGET...]
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
typedef struct {
    palabra_audio input;
    palabra_session *session;
    int64_t sent;                     /* frames of the input that the library has taken */
    int64_t start_ns, first_audio_ns; /* when the audio started and when its first translation came; 0: not yet */
    int ended, over, failed, on_terminal, several, track_count;
    char partial[48];
    track tracks[MAX_TRACKS];
} job;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int complain(job *j, const char *what, palabra_status code, uint32_t flags, const char *text) {
    fprintf(stderr, "%s: %s (%s%s)\n", what, text, palabra_status_name(code),
            flags & PALABRA_FLAG_RETRIABLE ? ", trying again can help" : "");
    j->failed = 1;
    return -1;
}

/* One line that is redrawn in place, for people who watch. */
static void show_progress(const job *j) {
    double rate = j->input.sample_rate;
    printf("\r\033[K%.1f of %.1f s", j->sent / rate, j->input.frames / rate);
    if (j->first_audio_ns > 0)
        printf(" | first speech after %.1f s", (double)(j->first_audio_ns - j->start_ns) / 1e9);
    printf(" | %s", j->partial);
    fflush(stdout);
}

static void take_transcript(job *j, const palabra_event *event) {
    int is_final = (event->flags & PALABRA_FLAG_FINAL) != 0;
    int room = sizeof j->partial - 1;
    const char *tail = event->text + (event->text_len > room ? event->text_len - room : 0);
    while ((*tail & 0xC0) == 0x80) /* not from the middle of a UTF-8 character */
        tail++;
    snprintf(j->partial, sizeof j->partial, "%s", is_final ? "" : tail);
    if (is_final || !j->on_terminal)
        printf("[%s] %s%s\n", event->language, is_final ? "" : "~ ", event->text);
}

/* With one target everything is its speech, whatever variant of the language the service calls it. */
static track *track_of(job *j, const char *language) {
    for (int i = 0; i < j->track_count; i++)
        if (!j->several || strcmp(j->tracks[i].language, language) == 0)
            return &j->tracks[i];
    if (j->track_count == MAX_TRACKS || strchr(language, '/') != NULL) /* it becomes part of a file's name */
        return NULL;
    snprintf(j->tracks[j->track_count].language, sizeof j->tracks[0].language, "%s", language);
    return &j->tracks[j->track_count++];
}

static int take_audio(job *j, const palabra_event *event) {
    int64_t samples = event->pcm_frames * event->channels;
    track *t = track_of(j, event->language);
    int16_t *larger = t == NULL ? NULL : realloc(t->pcm, (size_t)(t->samples + samples + 1) * sizeof *larger);
    if (larger == NULL)
        return complain(j, event->language, PALABRA_ERR_LIMIT, 0, "no room for its speech");
    t->pcm = larger;
    if (samples > 0)
        memcpy(t->pcm + t->samples, event->pcm, (size_t)samples * sizeof *t->pcm);
    t->samples += samples;
    t->phrase_frames += event->pcm_frames;
    t->sample_rate = event->sample_rate;
    t->channels = event->channels;
    if (j->first_audio_ns == 0)
        j->first_audio_ns = event->time_ns; /* the same clock as now_ns() */
    if (event->flags & PALABRA_FLAG_LAST_CHUNK) {
        printf("[%s] audio %.2f s\n", event->language, (double)t->phrase_frames / t->sample_rate);
        t->phrase_frames = 0;
    }
    return 0;
}

static void take_event(job *j, const palabra_event *event) {
    if (j->on_terminal)
        printf("\r\033[K");
    switch (event->kind) {
    case PALABRA_EVENT_READY: j->start_ns = now_ns(); break;
    case PALABRA_EVENT_TRANSCRIPT: take_transcript(j, event); break;
    case PALABRA_EVENT_AUDIO: take_audio(j, event); break;
    case PALABRA_EVENT_WARNING: case PALABRA_EVENT_ERROR: case PALABRA_EVENT_OVERFLOW:
        printf("%s %s %s\n", palabra_event_kind_name(event->kind), event->service_code, event->text);
        break;
    case PALABRA_EVENT_CLOSED:
        j->over = 1;
        if (event->code != PALABRA_OK)
            complain(j, "session", event->code, event->flags, event->text);
        break;
    default: break; /* later versions add kinds */
    }
    fflush(stdout);
}

/* Sends what is due by the clock, counted from the start so that delays never add up; returns ms until more is due. */
static int32_t send_due(job *j) {
    if (j->start_ns == 0 || j->ended)
        return 200;
    int64_t step = (now_ns() - j->start_ns) / STEP_NS + 1;
    int64_t due = step * STEP_NS * j->input.sample_rate / 1000000000;
    int64_t frames = (due < j->input.frames ? due : j->input.frames) - j->sent;
    const int16_t *next = j->input.pcm + j->sent * j->input.channels;
    int32_t taken = palabra_session_send_audio(j->session, next, (int32_t)frames);
    j->sent += taken > 0 ? taken : 0; /* what did not fit is due again at the next step */
    if (j->sent == j->input.frames)
        j->ended = palabra_session_end(j->session) == PALABRA_OK;
    int64_t next_ns = j->start_ns + step * STEP_NS, now = now_ns();
    return next_ns > now ? (int32_t)((next_ns - now) / 1000000) + 1 : 0;
}

static void converse(job *j) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!j->over) {
        int32_t polled = palabra_session_poll_event(j->session, &event, send_due(j));
        if (polled > 0)
            take_event(j, &event);
        else if (polled < 0)
            j->over = complain(j, "poll", (palabra_status)polled, 0, palabra_status_text(polled)) < 0;
        palabra_event_release(&event);
        if (j->on_terminal && !j->over)
            show_progress(j);
    }
}

static void write_track(job *j, const track *t, const char *output) {
    char path[4096];
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t frames = t->samples / t->channels;
    const char *dot = strrchr(output, '.');
    int stem = (int)(dot != NULL && strchr(dot, '/') == NULL ? (size_t)(dot - output) : strlen(output));
    snprintf(path, sizeof path, "%.*s%s%s%s", stem, output, j->several ? "_" : "", j->several ? t->language : "",
             output + stem);
    if (palabra_audio_write_wav(path, t->pcm, frames, t->sample_rate, t->channels, &error) < 0)
        complain(j, path, error.code, error.flags, error.text);
    else
        printf("wrote %s (%.1f s)\n", path, (double)frames / t->sample_rate);
}

static void translate(job *j, char **argv) {
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_struct_init(&j->input, sizeof j->input);
    config.source_language = argv[3];
    config.target_languages = argv[4];
    if (palabra_audio_read_wav(argv[1], &j->input, &error) == PALABRA_OK) {
        config.input.format.sample_rate = j->input.sample_rate;
        config.input.format.channels = j->input.channels;
        if (palabra_client_new(NULL, &client, &error) == PALABRA_OK)
            palabra_session_open_translation(client, &config, &j->session, &error);
    }
    if (j->session != NULL)
        converse(j);
    else
        complain(j, "error", error.code, error.flags, error.text);
    palabra_session_close(j->session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&j->input);
}

int main(int argc, char **argv) {
    static job j; /* all zero */
    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT.wav SOURCE TARGET[,TARGET...]\n", argv[0]);
        return 2;
    }
    j.on_terminal = isatty(STDOUT_FILENO);
    j.several = strchr(argv[4], ',') != NULL;
    translate(&j, argv);
    if (j.first_audio_ns > 0)
        printf("first speech %.2f s after the start of the audio\n", (double)(j.first_audio_ns - j.start_ns) / 1e9);
    for (int i = 0; i < j.track_count; i++) {
        write_track(&j, &j.tracks[i], argv[2]);
        free(j.tracks[i].pcm);
    }
    palabra_shutdown(1000);
    return j.failed ? 1 : 0;
}
