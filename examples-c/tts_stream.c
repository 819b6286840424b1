/*
 * Says what it reads, while it is still being written: the text comes as a language model makes it, a few characters at
 * a time, and the speech begins long before its end. A line that is empty begins another generation.
 *
 *     PALABRA_API_KEY=... tts_stream OUTPUT.wav LANGUAGE < text
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... tts_stream OUTPUT.wav LANGUAGE < text
 */
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    palabra_session *session;
    uint64_t generations;
    int16_t *pcm;
    int64_t samples;
    int32_t sample_rate;
    int over, failed;
} program;

static void complain(program *p, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    p->failed = 1;
}

static void take_audio(program *p, const palabra_event *event) {
    int16_t *larger = realloc(p->pcm, (size_t)(p->samples + event->pcm_frames + 1) * sizeof *larger);

    if (larger == NULL) {
        complain(p, "audio", "no memory");
        return;
    }
    p->pcm = larger;
    if (event->pcm_frames > 0) /* the last chunk can be empty */
        memcpy(p->pcm + p->samples, event->pcm, (size_t)event->pcm_frames * sizeof *p->pcm);
    p->samples += event->pcm_frames;
    p->sample_rate = event->sample_rate;
    if (event->flags & PALABRA_FLAG_LAST_CHUNK)
        printf("generation %u: said\n", (unsigned)event->user_tag);
}

static void take_event(program *p, const palabra_event *event) {
    switch (event->kind) {
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
static int poll_once(program *p, int32_t timeout_ms) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled = palabra_session_poll_event(p->session, &event, timeout_ms);

    if (polled > 0)
        take_event(p, &event);
    p->over |= polled < 0;
    palabra_event_release(&event);
    return polled > 0;
}

/* No id is needed: pieces belong together until one with EOS. */
static void say(program *p, const char *piece, int is_last) {
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_status status;

    if (piece[0] == '\0')
        return;
    do {
        status = palabra_session_send_text(p->session, piece, is_last ? PALABRA_TEXT_EOS : 0, NULL, NULL,
                                           p->generations + 1, &error);
        if (status == PALABRA_ERR_AGAIN)
            poll_once(p, 100);
    } while (status == PALABRA_ERR_AGAIN && !p->over);
    if (status < 0)
        complain(p, piece, error.text);
    p->generations += is_last;
}

/* A word goes out when the next one begins, so that the last one is known to be the last. */
static void converse(program *p) {
    char word[200] = "", before = '\n';
    size_t length = 0;
    int c;

    while (!p->over && (c = getchar()) != EOF) {
        int begins = c != ' ' && c != '\n' && (before == ' ' || before == '\n');
        int is_paragraph = c == '\n' && before == '\n';

        /* Bytes of a character stay together. */
        if (is_paragraph || begins || (length > sizeof word - 8 && (c & 0xC0) != 0x80)) {
            say(p, word, is_paragraph);
            length = 0;
        }
        if (!is_paragraph && length < sizeof word - 1)
            word[length++] = (char)c;
        word[length] = '\0';
        before = (char)c;
        while (begins && poll_once(p, 0)) /* speech comes meanwhile */
            ;
    }
    say(p, word, 1);
    palabra_session_end(p->session); /* all of it is still said, then CLOSED comes */
    while (!p->over)
        poll_once(p, -1);
}

static palabra_status open_session(program *p, palabra_client *client, const char *language, palabra_error *error) {
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;

    config.language = language;
    return palabra_session_open_tts(client, &config, &p->session, error);
}

int main(int argc, char **argv) {
    program p = {0};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc != 3) {
        fprintf(stderr, "usage: %s OUTPUT.wav LANGUAGE < text\n", argv[0]);
        return 2;
    }
    if (palabra_client_new(NULL, &client, &error) < 0 || open_session(&p, client, argv[2], &error) < 0) {
        complain(&p, palabra_status_name(error.code), error.text);
    } else {
        converse(&p);
        if (p.samples > 0 && palabra_audio_write_wav(argv[1], p.pcm, p.samples, p.sample_rate, 1, &error) < 0)
            complain(&p, argv[1], error.text);
    }
    palabra_session_close(p.session, 2000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    free(p.pcm);
    return p.failed;
}
