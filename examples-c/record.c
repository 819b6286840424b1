/*
 * Records a conversation: what is said goes to the left of a stereo WAV file, its translation to the right, each at
 * the moment at which it was said or heard.
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... record INPUT.wav OUTPUT.wav SOURCE TARGET
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>
#include <stdio.h>
#include <time.h>

#define TICK_MS 20u
#define OUTPUT_RATE 24000u

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* By an absolute clock, so that delays never add up. */
static void sleep_until(uint64_t due_ns) {
    uint64_t now = now_ns(), left = due_ns > now ? due_ns - now : 0;
    struct timespec wait = {(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
    nanosleep(&wait, NULL);
}

/* Takes what happened; returns the code of CLOSED, or 1 while the session is open. */
static palabra_status take_events(palabra_session *session) {
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_status closed = 1;
    while (palabra_session_poll_event(session, &event, 0) > 0) {
        if (event.kind == PALABRA_EVENT_TRANSCRIPT && (event.flags & PALABRA_FLAG_FINAL))
            printf("[%s] %s\n", event.language, event.text);
        if (event.kind == PALABRA_EVENT_PLAYOUT_FINISHED)
            printf("[%s] heard for %.2f s\n", event.language, event.heard_ms / 1000.0);
        if (event.kind == PALABRA_EVENT_CLOSED) {
            closed = event.code;
            if (closed != PALABRA_OK)
                fprintf(stderr, "closed: %s (%s)\n", event.text, palabra_status_name(closed));
        }
        palabra_event_release(&event);
    }
    return closed;
}

/* Both directions of a call: so many frames out and so many in, every tick, until everything was heard. */
static palabra_status converse(palabra_session *session, const palabra_audio *input) {
    int16_t heard[OUTPUT_RATE * TICK_MS / 1000];
    uint32_t sent = 0, step = input->sample_rate * TICK_MS / 1000;
    int ended = 0;
    palabra_status closed = 1, sound = 0, open;
    uint64_t tick_ns = now_ns();
    while (sound != PALABRA_SOUND_ENDED) {
        uint32_t frames = input->frames - sent < step ? input->frames - sent : step;
        palabra_status taken =
            palabra_session_send_audio(session, input->pcm + (size_t)sent * input->channels, frames);
        if (taken > 0)
            sent += (uint32_t)taken;
        if (sent == input->frames && !ended)
            ended = palabra_session_end(session) == PALABRA_OK;
        sound = palabra_session_read_audio(session, NULL, heard, OUTPUT_RATE * TICK_MS / 1000);
        if (sound < 0)
            return sound;
        /* A program with a loudspeaker would play `heard` here. */
        if ((open = take_events(session)) <= 0)
            closed = open;
        sleep_until(tick_ns += TICK_MS * 1000000u);
    }
    return closed;
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
            outcome = converse(session, &input);
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
