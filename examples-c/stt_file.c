/*
 * Transcribes a recording at the pace at which it was spoken, and translates what was said if asked to:
 *     PALABRA_API_KEY=... stt_file INPUT.wav [LANGUAGE|auto [TRANSLATE_TO[,TRANSLATE_TO...]]]
 */
#include <palabra.h>
#include <stdio.h>
#include <string.h>

#define STEP_MS 100 /* between two looks at the events */
#define LEAD_MS 200 /* the service does not recognise properly what comes much faster than speech */

typedef struct {
    palabra_session *session;
    int over, failed;
} program;

static void complain(program *p, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    p->failed = 1;
}

/* Growing texts replace each other; only what is final is printed to stay. */
static void take_transcript(const palabra_event *event) {
    if (!(event->flags & PALABRA_FLAG_FINAL))
        printf("             ~ %s\n", event->text);
    else if (event->flags & PALABRA_FLAG_TRANSLATION)
        printf("             [%s] %s\n", event->language, event->text);
    else
        printf("%5.1f-%5.1f s [%s] %s\n", event->start_ms / 1000.0, event->end_ms / 1000.0, event->language,
               event->text);
}

static void take_event(program *p, const palabra_event *event) {
    switch (event->kind) {
    case PALABRA_EVENT_TRANSCRIPT: take_transcript(event); break;
    case PALABRA_EVENT_WARNING: case PALABRA_EVENT_ERROR:
        fprintf(stderr, "%s %s %s\n", palabra_event_kind_name(event->kind), event->service_code, event->text);
        break;
    case PALABRA_EVENT_CLOSED:
        p->over = 1;
        if (event->code != PALABRA_OK)
            complain(p, palabra_status_name(event->code), event->text);
        break;
    default: break; /* later versions add kinds */
    }
}

/* Takes the events that there are, and waits for one if there is none. */
static void take_events(program *p, int32_t timeout_ms) {
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t polled;

    while (!p->over && (polled = palabra_session_poll_event(p->session, &event, timeout_ms)) != 0) {
        if (polled > 0)
            take_event(p, &event);
        p->over |= polled < 0;
        palabra_event_release(&event);
        timeout_ms = 0;
    }
}

static void transcribe(program *p, const palabra_audio *input) {
    int64_t sent = 0, step = input->sample_rate * STEP_MS / 1000;

    while (!p->over && sent < input->frames) {
        int64_t left = input->frames - sent, frames = left < step ? left : step;
        /* Waits until the frames are due; before the first ones until the session is READY. */
        int32_t taken = palabra_session_send_paced(p->session, input->pcm + sent * input->channels, (int32_t)frames,
                                                   LEAD_MS, 1000);
        if (taken > 0)
            sent += taken;
        else if (taken != PALABRA_ERR_TIMEOUT)
            break; /* CLOSED tells why */
        take_events(p, 0);
    }
    palabra_session_end(p->session); /* the last text becomes final, then CLOSED comes */
    while (!p->over)
        take_events(p, -1);
}

static palabra_status open_session(program *p, palabra_client *client, const palabra_audio *input, char **argv,
                                   palabra_error *error) {
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;

    config.input.format.sample_rate = input->sample_rate;
    config.input.format.channels = input->channels;
    if (argv[2] != NULL) {
        config.language = strcmp(argv[2], "auto") == 0 ? NULL : argv[2];
        config.target_languages = argv[3];
    }
    return palabra_session_open_stt(client, &config, &p->session, error);
}

int main(int argc, char **argv) {
    program p = {0};
    palabra_client *client = NULL;
    palabra_audio input = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: %s INPUT.wav [LANGUAGE|auto [TRANSLATE_TO[,TRANSLATE_TO...]]]\n", argv[0]);
        return 2;
    }
    if (palabra_audio_read_wav(argv[1], &input, &error) < 0 || palabra_client_new(NULL, &client, &error) < 0 ||
        open_session(&p, client, &input, argv, &error) < 0)
        complain(&p, palabra_status_name(error.code), error.text);
    else
        transcribe(&p, &input);
    palabra_session_close(p.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&input);
    palabra_shutdown(1000);
    return p.failed;
}
