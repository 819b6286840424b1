/*
 * Translated voice chat in a game. The audio callback, with blocks of any size, only sends and reads audio. The game
 * loop polls events once per frame and shows each subtitle exactly when its speech begins. Here a recording replaces
 * the microphone, and a WAV file the speakers (48 kHz stereo float).
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./game_audio INPUT.wav OUTPUT.wav SOURCE TARGET
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RATE 48000
#define CHANNELS 2
#define MAX_FRAMES 1024
#define FRAME_MS 16 /* 60 frames per second */
#define MAX_SUBTITLES 8

struct app {
    palabra_session *session;
    palabra_audio microphone;
    int16_t *played; /* used by the audio thread */
    int64_t played_frames;
    int32_t sound;
    char subtitles[MAX_SUBTITLES][256]; /* used by the game loop: the latest phrases */
    int closed, failed;
};

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

/* --- The audio callback: a real-time thread needs only these two calls ------------------------------------------- */

static void on_audio(struct app *app, const float *mic, int32_t mic_frames, float *speakers, int32_t frames) {
    palabra_session_send_audio(app->session, mic, mic_frames); /* live audio: what does not fit is dropped */
    app->sound = palabra_session_read_audio(app->session, NULL, speakers, frames);
    if (app->sound < 0)
        memset(speakers, 0, (size_t)frames * CHANNELS * sizeof *speakers);
}

/* --- A simulated sound card: a recording and a clock -------------------------------------------------------------- */

static void read_microphone(struct app *app, int64_t *position, float *mic, int32_t frames) {
    const palabra_audio *m = &app->microphone;
    for (int32_t n = 0; n < frames * m->channels; n++, ++*position)
        mic[n] = *position < m->frames * m->channels ? m->pcm[*position] / 32768.0f : 0.0f;
}

static void write_speakers(struct app *app, const float *speakers, int32_t frames) {
    int64_t samples = app->played_frames * CHANNELS;
    int16_t *resized = realloc(app->played, (size_t)(samples + frames * CHANNELS) * sizeof *resized);

    if (resized == NULL)
        return;
    app->played = resized;
    for (int32_t n = 0; n < frames * CHANNELS; n++)
        app->played[samples + n] = (int16_t)(speakers[n] * 32767.0f);
    app->played_frames += frames;
}

static void *sound_card(void *parameter) {
    struct app *app = parameter;
    static float mic[MAX_FRAMES * 8], speakers[MAX_FRAMES * CHANNELS];
    int64_t start = now_ms();
    int64_t clock = 0, mic_total = 0, position = 0;

    while (app->sound >= 0 && !(app->sound & PALABRA_SOUND_ENDED)) {
        int32_t frames = 64 + (int32_t)(clock * 7 % (MAX_FRAMES - 63)); /* some drivers vary the block size */
        int64_t due = (clock + frames) * app->microphone.sample_rate / RATE;
        read_microphone(app, &position, mic, (int32_t)(due - mic_total));
        on_audio(app, mic, (int32_t)(due - mic_total), speakers, frames);
        write_speakers(app, speakers, frames);
        clock += frames;
        mic_total = due;
        sleep_until(start + clock * 1000 / RATE);
    }
    return NULL;
}

/* --- The game ----------------------------------------------------------------------------------------------------- */

static void handle_event(struct app *app, const palabra_event *event) {
    char *subtitle = app->subtitles[event->phrase % MAX_SUBTITLES];

    switch (event->kind) {
    case PALABRA_EVENT_TRANSCRIPT:
        if (event->flags & PALABRA_FLAG_FINAL && event->flags & PALABRA_FLAG_TRANSLATION)
            snprintf(subtitle, sizeof app->subtitles[0], "%s", event->text);
        break;
    case PALABRA_EVENT_PLAYOUT_STARTED:
        printf("%7.2f s  %s\n", (double)event->played_frames / RATE, subtitle);
        break;
    case PALABRA_EVENT_PLAYOUT_FINISHED:
    case PALABRA_EVENT_PLAYOUT_CUT:
        printf("%7.2f s  -\n", (double)event->played_frames / RATE);
        break;
    case PALABRA_EVENT_CLOSED:
        app->closed = 1;
        if (event->code != PALABRA_OK) {
            fprintf(stderr, "%s: %s\n", palabra_status_name(event->code), event->text);
            app->failed = 1;
        }
        break;
    default: /* later versions add kinds */
        break;
    }
}

static void run_game(struct app *app) {
    int64_t start = now_ms(), frame = 0;
    int64_t length_ms = app->microphone.frames * 1000 / app->microphone.sample_rate;

    for (; !app->closed; frame++) {
        palabra_event event = PALABRA_EVENT_INIT;
        while (!app->closed && palabra_session_poll_event(app->session, &event, 0) > 0) {
            handle_event(app, &event);
            palabra_event_release(&event);
        }
        /* A real game would update and draw here. At the end of the recording the rest is still played. */
        if (frame == length_ms / FRAME_MS + 1)
            palabra_session_end(app->session);
        sleep_until(start + (frame + 1) * FRAME_MS);
    }
}

static int open_session(struct app *app, char **argv, palabra_client **client, palabra_error *error) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    if (palabra_audio_read_wav(argv[1], &app->microphone, error) < 0 || palabra_client_new(NULL, client, error) < 0)
        return -1;
    config.source_language = argv[3];
    config.target_languages = argv[4];
    config.input.format.encoding = config.output.format.encoding = PALABRA_ENCODING_F32;
    config.input.format.sample_rate = app->microphone.sample_rate;
    config.input.format.channels = app->microphone.channels;
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.output.format.sample_rate = RATE;
    config.output.format.channels = CHANNELS;
    return palabra_session_open_translation(*client, &config, &app->session, error);
}

int main(int argc, char **argv) {
    struct app app = {.microphone = PALABRA_AUDIO_INIT};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    pthread_t card_thread;

    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT.wav SOURCE TARGET\n", argv[0]);
        return 2;
    }
    if (open_session(&app, argv, &client, &error) == PALABRA_OK &&
        pthread_create(&card_thread, NULL, sound_card, &app) == 0) {
        run_game(&app);
        pthread_join(card_thread, NULL); /* plays the rest */
        app.failed |= palabra_audio_write_wav(argv[2], app.played, app.played_frames, RATE, CHANNELS, &error) < 0;
    }
    if (error.code != PALABRA_OK)
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
    app.failed |= error.code != PALABRA_OK;
    palabra_session_close(app.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&app.microphone);
    palabra_shutdown(1000);
    free(app.played);
    return app.failed;
}
