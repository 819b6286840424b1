/*
 * Records a conversation into a stereo WAV file: the speaker on the left, the translation on the right, each at the
 * time at which it was sent or played.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./record INPUT.wav OUTPUT.wav SOURCE TARGET
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>
#include <stdio.h>
#include <time.h>

#define TICK_MS 20
#define OUTPUT_RATE 24000

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Absolute times, so that delays do not accumulate. */
static void sleep_until(int64_t due_ns) {
    int64_t now = now_ns(), left = due_ns > now ? due_ns - now : 0;
    struct timespec wait = {(time_t)(left / 1000000000), (long)(left % 1000000000)};
    nanosleep(&wait, NULL);
}

/* Handles all events. Returns whether the session is closed, with the reason in `outcome`. */
static int handle_events(palabra_session *session, palabra_status *outcome) {
    palabra_event event = PALABRA_EVENT_INIT;
    int closed = 0;
    while (palabra_session_poll_event(session, &event, 0) > 0) {
        if (event.kind == PALABRA_EVENT_TRANSCRIPT && (event.flags & PALABRA_FLAG_FINAL))
            printf("[%s] %s\n", event.language, event.text);
        if (event.kind == PALABRA_EVENT_PLAYOUT_FINISHED)
            printf("[%s] heard for %.2f s\n", event.language, event.heard_ms / 1000.0);
        if (event.kind == PALABRA_EVENT_CLOSED) {
            closed = 1;
            *outcome = event.code;
            if (event.code != PALABRA_OK)
                fprintf(stderr, "closed: %s (%s)\n", event.text, palabra_status_name(event.code));
        }
        palabra_event_release(&event);
    }
    return closed;
}

/* Sends and reads one tick of audio at a time until all speech was read. */
static palabra_status run_session(palabra_session *session, const palabra_audio *input) {
    int16_t speech[OUTPUT_RATE * TICK_MS / 1000];
    int64_t sent = 0, step = input->sample_rate * TICK_MS / 1000;
    int ended = 0, closed = 0;
    int32_t sound = 0;
    palabra_status outcome = PALABRA_OK;
    int64_t tick_ns = now_ns();
    while (!(sound & PALABRA_SOUND_ENDED)) {
        int64_t frames = input->frames - sent < step ? input->frames - sent : step;
        int32_t taken = palabra_session_send_audio(session, input->pcm + sent * input->channels, (int32_t)frames);
        if (taken > 0)
            sent += taken;
        if (sent == input->frames && !ended)
            ended = palabra_session_end(session) == PALABRA_OK;
        sound = palabra_session_read_audio(session, NULL, speech, OUTPUT_RATE * TICK_MS / 1000);
        if (sound < 0)
            return (palabra_status)sound;
        /* A program with a loudspeaker would play `speech` here. */
        closed = closed || handle_events(session, &outcome);
        sleep_until(tick_ns += TICK_MS * 1000000);
    }
    return outcome;
}

int main(int argc, char **argv) {
    palabra_client *client = NULL;
    palabra_session *session = NULL;
    palabra_audio input = PALABRA_AUDIO_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_status outcome = PALABRA_ERR_INTERNAL;

    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT.wav SOURCE TARGET\n", argv[0]);
        return 2;
    }
    config.source_language = argv[3];
    config.target_languages = argv[4];
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    if (palabra_audio_read_wav(argv[1], &input, &error) == PALABRA_OK) {
        config.input.format.sample_rate = input.sample_rate;
        config.input.format.channels = input.channels;
        if (palabra_client_new(NULL, &client, &error) == PALABRA_OK &&
            palabra_session_open_translation(client, &config, &session, &error) == PALABRA_OK &&
            palabra_session_wait_ready(session, 30000) == PALABRA_OK &&
            palabra_session_start_recording(session, argv[2], NULL, &error) == PALABRA_OK) {
            outcome = run_session(session, &input);
            if (palabra_session_stop_recording(session, 10000, &error) == PALABRA_OK)
                printf("wrote %s\n", argv[2]);
        }
    }
    if (session != NULL && error.code == PALABRA_OK && outcome < 0)
        palabra_session_get_error(session, &error);
    if (error.code != PALABRA_OK)
        fprintf(stderr, "error: %s (%s)\n", error.text, palabra_status_name(error.code));
    palabra_session_close(session, 2000);
    palabra_client_free(client);
    palabra_audio_release(&input);
    palabra_shutdown(1000);
    return outcome == PALABRA_OK && error.code == PALABRA_OK ? 0 : 1;
}
