/*
 * Voice chat of a game, translated: the sound card's thread calls back with blocks of any size and does nothing but
 * exchange audio with the session, while the game's own loop takes events once a frame and shows subtitles exactly when
 * their speech begins. The microphone is a recording here, and the speakers (48 kHz stereo float) are a WAV file.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... game_audio INPUT.wav OUTPUT.wav SOURCE TARGET
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
#define MOST_FRAMES 1024
#define FRAME_MS 16 /* sixty pictures a second */
#define SUBTITLES 8

typedef struct {
    palabra_session *session;
    palabra_audio microphone;
    int16_t *played; /* the sound card's */
    int64_t played_frames;
    int32_t sound;
    char subtitles[SUBTITLES][256]; /* the game's: of the latest phrases */
    int over, failed;
} game;

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

/* --- The callback: on a real-time thread these two calls are all it takes ----------------------------------------- */

static void on_audio(game *g, const float *heard, int32_t heard_frames, float *speakers, int32_t frames) {
    palabra_session_send_audio(g->session, heard, heard_frames); /* what does not fit is dropped: it is live */
    g->sound = palabra_session_read_audio(g->session, NULL, speakers, frames);
    if (g->sound < 0)
        memset(speakers, 0, (size_t)frames * CHANNELS * sizeof *speakers);
}

/* --- A sound card, made of a recording and a clock ---------------------------------------------------------------- */

static void record(game *g, int64_t *at, float *heard, int32_t frames) {
    const palabra_audio *m = &g->microphone;
    for (int32_t n = 0; n < frames * m->channels; n++, ++*at)
        heard[n] = *at < m->frames * m->channels ? m->pcm[*at] / 32768.0f : 0.0f;
}

static void play(game *g, const float *speakers, int32_t frames) {
    int64_t samples = g->played_frames * CHANNELS;
    int16_t *larger = realloc(g->played, (size_t)(samples + frames * CHANNELS) * sizeof *larger);

    if (larger == NULL)
        return;
    g->played = larger;
    for (int32_t n = 0; n < frames * CHANNELS; n++)
        g->played[samples + n] = (int16_t)(speakers[n] * 32767.0f);
    g->played_frames += frames;
}

static void *sound_card(void *parameter) {
    game *g = parameter;
    static float heard[MOST_FRAMES * 8], speakers[MOST_FRAMES * CHANNELS];
    int64_t start = now_ms();
    int64_t clock = 0, recorded = 0, at = 0;

    while (g->sound >= 0 && !(g->sound & PALABRA_SOUND_ENDED)) {
        int32_t frames = 64 + (int32_t)(clock * 7 % (MOST_FRAMES - 63)); /* some drivers vary it */
        int64_t due = (clock + frames) * g->microphone.sample_rate / RATE;
        record(g, &at, heard, (int32_t)(due - recorded));
        on_audio(g, heard, (int32_t)(due - recorded), speakers, frames);
        play(g, speakers, frames);
        clock += frames;
        recorded = due;
        sleep_until(start + clock * 1000 / RATE);
    }
    return NULL;
}

/* --- The game ----------------------------------------------------------------------------------------------------- */

static void take_event(game *g, const palabra_event *event) {
    char *subtitle = g->subtitles[event->phrase % SUBTITLES];

    switch (event->kind) {
    case PALABRA_EVENT_TRANSCRIPT:
        if (event->flags & PALABRA_FLAG_FINAL && event->flags & PALABRA_FLAG_TRANSLATION)
            snprintf(subtitle, sizeof g->subtitles[0], "%s", event->text);
        break;
    case PALABRA_EVENT_PLAYOUT_STARTED:
        printf("%7.2f s  %s\n", (double)event->played_frames / RATE, subtitle);
        break;
    case PALABRA_EVENT_PLAYOUT_FINISHED: case PALABRA_EVENT_PLAYOUT_CUT:
        printf("%7.2f s  -\n", (double)event->played_frames / RATE);
        break;
    case PALABRA_EVENT_CLOSED:
        g->over = 1;
        if (event->code != PALABRA_OK) {
            fprintf(stderr, "%s: %s\n", palabra_status_name(event->code), event->text);
            g->failed = 1;
        }
        break;
    default: /* later versions add kinds */
        break;
    }
}

static void run_game(game *g) {
    int64_t start = now_ms(), frame = 0;
    int64_t length_ms = g->microphone.frames * 1000 / g->microphone.sample_rate;

    for (; !g->over; frame++) {
        palabra_event event = PALABRA_EVENT_INIT;
        while (!g->over && palabra_session_poll_event(g->session, &event, 0) > 0) {
            take_event(g, &event);
            palabra_event_release(&event);
        }
        /* Here the game would move and draw. It is over when the recording is; the rest is still said. */
        if (frame == length_ms / FRAME_MS + 1)
            palabra_session_end(g->session);
        sleep_until(start + (frame + 1) * FRAME_MS);
    }
}

static int open_session(game *g, char **argv, palabra_client **client, palabra_error *error) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    if (palabra_audio_read_wav(argv[1], &g->microphone, error) < 0 || palabra_client_new(NULL, client, error) < 0)
        return -1;
    config.source_language = argv[3];
    config.target_languages = argv[4];
    config.input.format.encoding = config.output.format.encoding = PALABRA_ENCODING_F32;
    config.input.format.sample_rate = g->microphone.sample_rate;
    config.input.format.channels = g->microphone.channels;
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.output.format.sample_rate = RATE;
    config.output.format.channels = CHANNELS;
    return palabra_session_open_translation(*client, &config, &g->session, error);
}

int main(int argc, char **argv) {
    game g = {.microphone = PALABRA_AUDIO_INIT};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    pthread_t card;

    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT.wav SOURCE TARGET\n", argv[0]);
        return 2;
    }
    if (open_session(&g, argv, &client, &error) == PALABRA_OK && pthread_create(&card, NULL, sound_card, &g) == 0) {
        run_game(&g);
        pthread_join(card, NULL); /* it hears what was still to be said */
        g.failed |= palabra_audio_write_wav(argv[2], g.played, g.played_frames, RATE, CHANNELS, &error) < 0;
    }
    if (error.code != PALABRA_OK)
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
    g.failed |= error.code != PALABRA_OK;
    palabra_session_close(g.session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&g.microphone);
    palabra_shutdown(1000);
    free(g.played);
    return g.failed;
}
