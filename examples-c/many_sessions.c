/*
 * Many sessions in one program: all sessions deliver their events to one queue, and one thread polls it and sends the
 * audio. Here all of them get the same recording.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./many_sessions INPUT.wav SOURCE TARGET [SESSIONS]
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STEP_NS 20000000 /* audio is sent in steps of 20 ms */

typedef struct {
    palabra_session *session;
    int64_t start_ns; /* start of its audio; 0: not READY yet */
    int64_t sent, speech_frames;
    int32_t texts, speech_rate;
    palabra_status outcome;
    int ended;
} conversation;

struct app {
    palabra_audio input;
    palabra_queue *queue;
    conversation *conversations;
    int count, open;
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void handle_event(struct app *app, const palabra_event *event) {
    conversation *c = &app->conversations[event->session_tag]; /* the tag is the index */
    if (event->kind == PALABRA_EVENT_READY)
        c->start_ns = now_ns();
    if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL)
        c->texts++;
    if (event->kind == PALABRA_EVENT_AUDIO) {
        c->speech_frames += event->pcm_frames;
        c->speech_rate = event->sample_rate;
    }
    if (event->kind == PALABRA_EVENT_CLOSED) {
        c->outcome = event->code;
        app->open--;
    }
    if (event->code != PALABRA_OK) /* CLOSED or ERROR */
        fprintf(stderr, "%u: %s %s\n", (unsigned)event->session_tag, palabra_status_name(event->code), event->text);
}

/* Each session has its own clock, counted from its start so that delays do not accumulate. */
static void send_due_audio(struct app *app, conversation *c, int64_t now) {
    if (c->start_ns == 0 || c->ended)
        return;
    int64_t due = ((now - c->start_ns) / STEP_NS + 1) * STEP_NS * app->input.sample_rate / 1000000000;
    int64_t frames = (due < app->input.frames ? due : app->input.frames) - c->sent;
    const int16_t *next = app->input.pcm + c->sent * app->input.channels;
    int32_t taken = palabra_session_send_audio(c->session, next, (int32_t)frames);
    c->sent += taken > 0 ? taken : 0;
    c->ended = taken < 0 || c->sent == app->input.frames;
    if (c->ended) /* everything was sent, or the session is closed */
        palabra_session_end(c->session);
}

static void run_sessions(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t next_ns = now_ns();

    while (app->open > 0) {
        int64_t now = now_ns();
        if (now >= next_ns) {
            for (int i = 0; i < app->count; i++)
                send_due_audio(app, &app->conversations[i], now);
            next_ns = now + STEP_NS;
        }
        /* One event at a time, so that a burst of events does not delay the sending. */
        if (palabra_queue_poll_event(app->queue, &event, (int32_t)((next_ns - now) / 1000000) + 1) > 0)
            handle_event(app, &event);
        palabra_event_release(&event);
    }
}

static int open_sessions(struct app *app, palabra_client *client, char **argv, palabra_error *error) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    config.source_language = argv[2];
    config.target_languages = argv[3];
    config.input.format.sample_rate = app->input.sample_rate;
    config.input.format.channels = app->input.channels;
    config.queue = app->queue;
    for (int i = 0; i < app->count; i++) {
        config.session_tag = (uint64_t)i;
        if (palabra_session_open_translation(client, &config, &app->conversations[i].session, error) < 0)
            return -1;
        app->open++;
    }
    return 0;
}

/* Statistics exist as long as the session: read them before it is closed. */
static int print_stats(const struct app *app) {
    int64_t bytes_sent = 0, bytes_received = 0, chunks = 0, dropped = 0;
    int failed = 0;
    for (int i = 0; i < app->count; i++) {
        const conversation *c = &app->conversations[i];
        palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
        palabra_session_get_stats(c->session, &stats);
        printf("%3d: ready after %d ms, first speech after %d ms, %d texts, %.1f s of speech, %s\n", i,
               (int)stats.ready_ms, (int)stats.first_audio_ms, (int)c->texts,
               c->speech_rate > 0 ? (double)c->speech_frames / c->speech_rate : 0.0,
               palabra_status_name(c->outcome));
        bytes_sent += stats.bytes_sent;
        bytes_received += stats.bytes_received;
        chunks += stats.chunks_sent;
        dropped += stats.events_dropped;
        failed += c->outcome != PALABRA_OK;
    }
    printf("%d sessions, %d failed: %.1f MB sent in %lld chunks, %.1f MB received, %lld events dropped\n", app->count,
           failed, (double)bytes_sent / 1e6, (long long)chunks, (double)bytes_received / 1e6, (long long)dropped);
    return failed;
}

int main(int argc, char **argv) {
    struct app app = {.input = PALABRA_AUDIO_INIT, .count = argc == 5 ? atoi(argv[4]) : 100};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 1;

    if (argc < 4 || argc > 5 || app.count < 1 ||
        (app.conversations = calloc((size_t)app.count, sizeof *app.conversations)) == NULL) {
        fprintf(stderr, "usage: %s INPUT.wav SOURCE TARGET [SESSIONS]\n", argv[0]);
        return 2;
    }
    if (palabra_audio_read_wav(argv[1], &app.input, &error) < 0 || palabra_client_new(NULL, &client, &error) < 0 ||
        palabra_queue_new(0, &app.queue, &error) < 0 || open_sessions(&app, client, argv, &error) < 0) {
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
    } else {
        run_sessions(&app);
        failed = print_stats(&app) > 0;
    }
    for (int i = 0; i < app.count; i++)
        palabra_session_close(app.conversations[i].session, 0); /* all of them close in the background */
    palabra_queue_free(app.queue);
    palabra_client_free(client);
    palabra_audio_release(&app.input);
    palabra_shutdown(5000); /* waits until they are closed */
    free(app.conversations);
    return failed;
}
