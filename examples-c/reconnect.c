/*
 * A conversation that survives lost connections. The library never reconnects a session on its own, because the service
 * ties a session to its connection. This is the retry loop around it:
 *   - It retries only RETRIABLE errors: wrong credentials or a wrong task stay wrong.
 *   - Each delay is twice as long as the previous one, up to a limit, and partly random, so that programs that lost the
 *     same server do not return at the same moment.
 *   - It gives up after MAX_FAILURES failures in a row. A session that lasted counts as a success.
 *   - Audio recorded while there was no session is dropped, because its translation would be late.
 * Here a recording replaces the microphone: it continues in real time whether there is a session or not.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./reconnect INPUT.wav SOURCE TARGET [MAX_FAILURES]
 */
#define _XOPEN_SOURCE 700
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define INITIAL_DELAY_MS 500
#define MAX_DELAY_MS 30000
#define STABLE_MS 10000 /* a session that was ready for this long counts as a success */

struct app {
    palabra_audio input;
    palabra_client *client;
    palabra_translation_config config;
    int64_t start_ms; /* start of the recording */
};

typedef struct { /* one session */
    palabra_session *session;
    int64_t ready_ms; /* when it became ready; 0: never */
    int64_t next_frame; /* next frame to send */
    int ended, closed;
    palabra_status code;
    uint32_t flags;
} attempt;

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t recorded_frames(const struct app *app) { /* by the clock */
    int64_t frames = (now_ms() - app->start_ms) * app->input.sample_rate / 1000;
    return frames < app->input.frames ? frames : app->input.frames;
}

static void handle_event(const struct app *app, attempt *a, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_READY) {
        a->ready_ms = now_ms();
        a->next_frame = recorded_frames(app); /* skips what was recorded before */
        printf("ready, %.1f s into the recording\n", (double)a->next_frame / app->input.sample_rate);
    } else if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL) {
        printf("[%s] %s\n", event->language, event->text);
    } else if (event->kind == PALABRA_EVENT_CLOSED) {
        a->closed = 1;
        a->code = event->code, a->flags = event->flags;
        printf("closed: %s %s\n", palabra_status_name(event->code), event->text);
    }
}

static void send_new_audio(const struct app *app, attempt *a) {
    int64_t end = recorded_frames(app);
    if (a->ready_ms == 0 || a->ended)
        return;
    const int16_t *pcm = app->input.pcm + a->next_frame * app->input.channels;
    palabra_session_send_audio(a->session, pcm, (int32_t)(end - a->next_frame));
    a->next_frame = end; /* what did not fit is dropped: it would be late */
    if (end == app->input.frames)
        a->ended = palabra_session_end(a->session) == PALABRA_OK;
}

/* One session from opening to CLOSED. */
static attempt run_attempt(const struct app *app) {
    attempt a = {0};
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    if (palabra_session_open_translation(app->client, &app->config, &a.session, &error) < 0) {
        printf("not opened: %s\n", error.text);
        a.code = error.code, a.flags = error.flags;
        return a;
    }
    while (!a.closed) {
        if (palabra_session_poll_event(a.session, &event, 20) > 0)
            handle_event(app, &a, &event);
        palabra_event_release(&event);
        send_new_audio(app, &a);
    }
    palabra_session_close(a.session, 0); /* closes in the background */
    return a;
}

static void back_off(int failures) {
    long max_delay = INITIAL_DELAY_MS;
    while (--failures > 0 && max_delay < MAX_DELAY_MS)
        max_delay *= 2;
    max_delay = max_delay < MAX_DELAY_MS ? max_delay : MAX_DELAY_MS;
    long delay = max_delay / 2 + rand() % (max_delay / 2);
    printf("trying again in %ld ms\n", delay);
    struct timespec left = {delay / 1000, delay % 1000 * 1000000};
    nanosleep(&left, NULL); /* a real program would do other work */
}

/* Returns 0 at the end of the recording, 1 after giving up. */
static int run_with_retries(const struct app *app, int max_failures) {
    for (int failures = 0; recorded_frames(app) < app->input.frames;) {
        attempt a = run_attempt(app);
        if (a.code != PALABRA_OK && !(a.flags & PALABRA_FLAG_RETRIABLE)) {
            fprintf(stderr, "giving up: this will not change\n");
            return 1;
        }
        if (a.code == PALABRA_OK && a.ended)
            return 0;
        failures = a.ready_ms > 0 && now_ms() - a.ready_ms > STABLE_MS ? 1 : failures + 1;
        if (failures == max_failures) {
            fprintf(stderr, "giving up after %d failures in a row\n", failures);
            return 1;
        }
        back_off(failures);
    }
    return 0;
}

int main(int argc, char **argv) {
    struct app app = {.input = PALABRA_AUDIO_INIT, .config = PALABRA_TRANSLATION_CONFIG_INIT};
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 1;
    if (argc < 4 || argc > 5) {
        fprintf(stderr, "usage: %s INPUT.wav SOURCE TARGET [MAX_FAILURES]\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    srand((unsigned)time(NULL) ^ (unsigned)getpid() << 16); /* different in every process */
    if (palabra_audio_read_wav(argv[1], &app.input, &error) < 0 || palabra_client_new(NULL, &app.client, &error) < 0) {
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
    } else {
        app.config.source_language = argv[2];
        app.config.target_languages = argv[3];
        app.config.input.format.sample_rate = app.input.sample_rate;
        app.config.input.format.channels = app.input.channels;
        app.start_ms = now_ms();
        failed = run_with_retries(&app, argc == 5 ? atoi(argv[4]) : 8);
    }
    palabra_client_free(app.client);
    palabra_audio_release(&app.input);
    palabra_shutdown(2000);
    return failed;
}
