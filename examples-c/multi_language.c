/*
 * One speaker, several languages: texts and speech are told apart by `language` and belong together by `phrase`.
 * Prints each phrase with its translations below it and writes a WAV file for each target (OUTPUT_es.wav and so on).
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... multi_language INPUT.wav OUTPUT SOURCE TARGET,TARGET...
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEP_NS 20000000 /* audio is sent in steps of 20 ms */
#define MAX_TRACKS 16
typedef struct { /* what the listeners of one language get */
    char language[32];
    int16_t *pcm;
    int64_t samples;
    int32_t sample_rate, channels;
} track;
typedef struct {
    palabra_audio input;
    palabra_session *session;
    track tracks[MAX_TRACKS];
    int64_t sent; /* frames of the input that the library has taken */
    int64_t start_ns;
    uint64_t phrase; /* the latest */
    int track_count, ended, over, failed;
} program;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void complain(program *p, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    p->failed = 1;
}

/* A language gets its track when it is first heard: the service may answer with a variant of what was asked for. */
static track *track_of(program *p, const char *language) {
    int i = 0;
    while (i < p->track_count && strcmp(p->tracks[i].language, language) != 0)
        i++;
    if (i == MAX_TRACKS || strchr(language, '/') != NULL) /* it becomes part of a file's name */
        return NULL;
    if (i == p->track_count)
        snprintf(p->tracks[p->track_count++].language, sizeof p->tracks[0].language, "%s", language);
    return &p->tracks[i];
}

static void take_text(program *p, const palabra_event *event) {
    if (event->phrase != p->phrase)
        printf("phrase %u\n", (unsigned)(p->phrase = event->phrase));
    printf("    %-5s %s\n", event->language, event->text);
}

static void take_audio(program *p, const palabra_event *event) {
    track *t = track_of(p, event->language);
    int64_t samples = event->pcm_frames * event->channels;
    int16_t *larger = t == NULL ? NULL : realloc(t->pcm, (size_t)(t->samples + samples + 1) * sizeof *larger);
    if (larger == NULL) {
        complain(p, event->language, "no room for its speech");
        return;
    }
    t->pcm = larger;
    if (samples > 0) /* the last chunk of a phrase can be empty */
        memcpy(t->pcm + t->samples, event->pcm, (size_t)samples * sizeof *t->pcm);
    t->samples += samples;
    t->sample_rate = event->sample_rate, t->channels = event->channels;
}

static void take_event(program *p, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_READY)
        p->start_ns = now_ns();
    else if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL)
        take_text(p, event);
    else if (event->kind == PALABRA_EVENT_AUDIO)
        take_audio(p, event);
    else if (event->kind == PALABRA_EVENT_CLOSED && event->code != PALABRA_OK)
        complain(p, palabra_status_name(event->code), event->text);
    p->over = event->kind == PALABRA_EVENT_CLOSED;
}

/* What is due by the clock, counted from the start so that delays never add up; see translate_file.c for more. */
static void send_due(program *p) {
    if (p->start_ns == 0 || p->ended)
        return;
    int64_t due = ((now_ns() - p->start_ns) / STEP_NS + 1) * STEP_NS * p->input.sample_rate / 1000000000;
    int64_t frames = (due < p->input.frames ? due : p->input.frames) - p->sent;
    const int16_t *next = p->input.pcm + p->sent * p->input.channels;
    int32_t taken = palabra_session_send_audio(p->session, next, (int32_t)frames);
    p->sent += taken > 0 ? taken : 0;
    if (p->sent == p->input.frames)
        p->ended = palabra_session_end(p->session) == PALABRA_OK;
}

static void converse(program *p) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!p->over && palabra_session_poll_event(p->session, &event, 20) >= 0) {
        take_event(p, &event); /* or NONE */
        palabra_event_release(&event);
        send_due(p);
    }
}

static void write_track(program *p, const track *t, const char *output) {
    char path[4096];
    palabra_error error = PALABRA_ERROR_INIT;
    snprintf(path, sizeof path, "%s_%s.wav", output, t->language);
    if (palabra_audio_write_wav(path, t->pcm, t->samples / t->channels, t->sample_rate, t->channels, &error) < 0)
        complain(p, path, error.text);
    else
        printf("%s: %.1f s\n", path, (double)t->samples / t->channels / t->sample_rate);
}

int main(int argc, char **argv) {
    program p = {.input = PALABRA_AUDIO_INIT};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT SOURCE TARGET,TARGET...\n", argv[0]);
        return 2;
    }
    config.source_language = argv[3];
    config.target_languages = argv[4];
    if (palabra_audio_read_wav(argv[1], &p.input, &error) == PALABRA_OK) {
        config.input.format.sample_rate = p.input.sample_rate;
        config.input.format.channels = p.input.channels;
        if (palabra_client_new(NULL, &client, &error) == PALABRA_OK &&
            palabra_session_open_translation(client, &config, &p.session, &error) == PALABRA_OK)
            converse(&p);
    }
    if (p.session == NULL)
        complain(&p, palabra_status_name(error.code), error.text);
    for (int i = 0; i < p.track_count; i++) {
        if (p.tracks[i].samples > 0)
            write_track(&p, &p.tracks[i], argv[2]);
        free(p.tracks[i].pcm);
    }
    palabra_session_close(p.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&p.input);
    palabra_shutdown(1000);
    return p.failed;
}
