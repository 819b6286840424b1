/*
 * The events of many sessions, read by a few threads: a queue of names returns which session has something, and the
 * thread that gets the name takes the events of that session. Each session keeps its own limits, so a slow reader delays
 * no other. Here all sessions speak their number, which needs no microphone.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./many_readers [SESSIONS [THREADS]]
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    palabra_session *session;
    long speech_frames;
    int32_t speech_rate;
    palabra_status outcome;
} voice;

struct app {
    palabra_queue *queue;
    voice *voices;
    int count, open;
    pthread_mutex_t lock; /* protects `open` */
};

static void handle_event(struct app *app, voice *v, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_AUDIO) {
        v->speech_frames += (long)event->pcm_frames;
        v->speech_rate = event->sample_rate;
    }
    if (event->kind == PALABRA_EVENT_ERROR) /* an account may have 20 texts a second spoken */
        fprintf(stderr, "%3d: %s\n", (int)event->session_tag, event->text);
    if (event->kind == PALABRA_EVENT_CLOSED) {
        v->outcome = event->code;
        pthread_mutex_lock(&app->lock);
        app->open--;
        pthread_mutex_unlock(&app->lock);
    }
}

static int is_over(struct app *app) {
    pthread_mutex_lock(&app->lock);
    int over = app->open == 0;
    pthread_mutex_unlock(&app->lock);
    return over;
}

/* The tag is the index. A session can be named before the function that opens it has returned, so `handle` is used. */
static void *read_sessions(void *argument) {
    struct app *app = argument;
    palabra_ready ready = PALABRA_READY_INIT;
    palabra_event event = PALABRA_EVENT_INIT;

    while (!is_over(app) && palabra_queue_poll_ready(app->queue, &ready, -1) >= 0) {
        /* Until there is no event left: only then is the session named again. */
        while (ready.kind == PALABRA_READY_SESSION && palabra_session_poll_event(ready.handle, &event, 0) > 0) {
            handle_event(app, &app->voices[ready.tag], &event);
            palabra_event_release(&event);
        }
    }
    palabra_queue_wakeup(app->queue); /* all sessions are closed: the next thread returns too */
    return NULL;
}

static int open_sessions(struct app *app, palabra_client *client, palabra_error *error) {
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    char text[32];

    config.language = "en";
    config.queue = app->queue;
    for (int i = 0; i < app->count; i++) {
        voice *v = &app->voices[i];
        config.session_tag = (uint64_t)i;
        snprintf(text, sizeof text, "Number %d.", i);
        if (palabra_session_open_tts(client, &config, &v->session, error) < 0 ||
            palabra_session_send_text(v->session, text, PALABRA_TEXT_EOS, NULL, NULL, 0, error) < 0 ||
            palabra_session_end(v->session) < 0)
            return -1;
    }
    return 0;
}

static void run_threads(struct app *app, pthread_t *threads, int count) {
    int started = 0;
    while (started < count && pthread_create(&threads[started], NULL, read_sessions, app) == 0)
        started++;
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

int main(int argc, char **argv) {
    struct app app = {.count = argc > 1 ? atoi(argv[1]) : 20, .lock = PTHREAD_MUTEX_INITIALIZER};
    int thread_count = argc > 2 ? atoi(argv[2]) : 2, failed = 0;
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    pthread_t threads[16];

    if (app.count < 1 || thread_count < 1 || thread_count > 16 ||
        (app.voices = calloc((size_t)app.count, sizeof *app.voices)) == NULL) {
        fprintf(stderr, "usage: %s [SESSIONS [THREADS]]\n", argv[0]);
        return 2;
    }
    app.open = app.count;
    if (palabra_client_new(NULL, &client, &error) < 0 ||
        palabra_queue_new(PALABRA_QUEUE_NAMES, &app.queue, &error) < 0 || open_sessions(&app, client, &error) < 0) {
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
        failed = 1;
    } else {
        run_threads(&app, threads, thread_count);
    }
    for (int i = 0; i < app.count; i++) {
        voice *v = &app.voices[i];
        if (!failed)
            printf("%3d: %.1f s of speech, %s\n", i,
                   v->speech_rate > 0 ? (double)v->speech_frames / v->speech_rate : 0.0,
                   palabra_status_name(v->outcome));
        palabra_session_close(v->session, 0);
        failed |= v->outcome != PALABRA_OK || v->speech_frames == 0;
    }
    palabra_queue_free(app.queue);
    palabra_client_free(client);
    palabra_shutdown(5000);
    free(app.voices);
    return failed;
}
