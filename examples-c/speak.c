/*
 * Says the lines of its input in a target language and writes the speech to a WAV file. The answer to a line carries
 * the line's number as its user_tag, and names the phrase that the speech of this line belongs to.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... speak OUTPUT.wav LANGUAGE < lines.txt
 */
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    palabra_session *session;
    const char *language;
    uint64_t lines, *phrases; /* phrases[n]: of line n + 1; 0: not answered yet */
    int16_t *pcm;
    int64_t samples;
    int32_t sample_rate, channels;
    int over, failed;
} program;

static void complain(program *p, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    p->failed = 1;
}

static unsigned line_of(const program *p, uint64_t phrase) {
    uint64_t n = 0;

    while (n < p->lines && p->phrases[n] != phrase)
        n++;
    return n < p->lines ? (unsigned)n + 1 : 0;
}

static void take_answer(program *p, const palabra_event *event) {
    if (event->user_tag >= 1 && event->user_tag <= p->lines)
        p->phrases[event->user_tag - 1] = event->phrase;
    printf("line %u: %s\n", (unsigned)event->user_tag, event->text);
}

static void take_audio(program *p, const palabra_event *event) {
    int64_t samples = event->pcm_frames * event->channels;
    int16_t *larger = realloc(p->pcm, (size_t)(p->samples + samples + 1) * sizeof *larger);

    if (larger == NULL) {
        complain(p, "audio", "no memory");
        return;
    }
    p->pcm = larger;
    if (samples > 0) /* the last chunk can be empty */
        memcpy(p->pcm + p->samples, event->pcm, (size_t)samples * sizeof *p->pcm);
    p->samples += samples;
    p->sample_rate = event->sample_rate;
    p->channels = event->channels;
    if (event->flags & PALABRA_FLAG_LAST_CHUNK)
        printf("line %u: said\n", line_of(p, event->phrase));
}

static void take_event(program *p, const palabra_event *event) {
    switch (event->kind) {
    case PALABRA_EVENT_SPEAK_STATUS: take_answer(p, event); break;
    case PALABRA_EVENT_AUDIO: take_audio(p, event); break;
    case PALABRA_EVENT_ERROR: complain(p, event->service_code, event->text); break; /* the session goes on */
    case PALABRA_EVENT_CLOSED:
        p->over = 1;
        if (event->code != PALABRA_OK)
            complain(p, palabra_status_name(event->code), event->text);
        break;
    default: break; /* later versions add kinds */
    }
}

/* Takes one event if there is one within the time. */
static void poll_once(program *p, int32_t timeout_ms) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled = palabra_session_poll_event(p->session, &event, timeout_ms);

    if (polled > 0)
        take_event(p, &event);
    p->over |= polled < 0;
    palabra_event_release(&event);
}

static void speak_line(program *p, const char *line) {
    uint64_t *larger = realloc(p->phrases, (p->lines + 1) * sizeof *larger);
    palabra_status status = PALABRA_ERR_LIMIT;

    if (larger != NULL) {
        p->phrases = larger;
        p->phrases[p->lines++] = 0;
        /* Only so many lines wait inside the library; the service takes one a second or so. */
        do {
            status = palabra_session_speak(p->session, line, p->language, 0, p->lines);
            if (status == PALABRA_ERR_AGAIN)
                poll_once(p, 100);
        } while (status == PALABRA_ERR_AGAIN && !p->over);
    }
    if (status < 0)
        complain(p, line, palabra_status_text(status));
}

static void converse(program *p) {
    char line[PALABRA_MAX_SPEAK_BYTES + 2];

    /* Reading blocks, and events wait meanwhile; a program that reads from people waits for both (epoll_loop.c). */
    while (!p->over && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0')
            speak_line(p, line);
    }
    palabra_session_end(p->session); /* what waits is still said, then CLOSED comes */
    while (!p->over)
        poll_once(p, -1);
}

static palabra_status open_session(program *p, palabra_client *client, palabra_error *error) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    config.source_language = "auto";
    config.target_languages = p->language;
    return palabra_session_open_translation(client, &config, &p->session, error);
}

int main(int argc, char **argv) {
    program p = {0};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc != 3) {
        fprintf(stderr, "usage: %s OUTPUT.wav LANGUAGE < lines.txt\n", argv[0]);
        return 2;
    }
    p.language = argv[2];
    if (palabra_client_new(NULL, &client, &error) < 0 || open_session(&p, client, &error) < 0) {
        complain(&p, palabra_status_name(error.code), error.text);
    } else {
        converse(&p);
        if (p.samples > 0 &&
            palabra_audio_write_wav(argv[1], p.pcm, p.samples / p.channels, p.sample_rate, p.channels, &error) < 0)
            complain(&p, argv[1], error.text);
    }
    palabra_session_close(p.session, 2000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    free(p.phrases);
    free(p.pcm);
    return p.failed;
}
