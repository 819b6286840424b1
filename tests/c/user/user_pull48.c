/* Speech read as an audio callback does: 48 kHz, float, stereo, 480 frames at a time, until the end. */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <time.h>

#define FRAMES 480
#define CHANNELS 2

static int failed, closed, finished;

static void take_all(palabra_session *session)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (!closed && palabra_session_poll_event(session, &event, 0) > 0) {
        if (event.kind == PALABRA_EVENT_PLAYOUT_FINISHED)
            finished++;
        if (event.kind == PALABRA_EVENT_CLOSED) {
            closed = 1;
            failed |= event.code != PALABRA_OK;
        }
        palabra_event_release(&event);
    }
}

static palabra_session *speaking(palabra_client *client)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;

    config.source_language = "en";
    config.target_languages = "es";
    config.end_silence_ms = 1000;
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.output.format.encoding = PALABRA_ENCODING_F32;
    config.output.format.sample_rate = FRAMES * 100;
    config.output.format.channels = CHANNELS;
    if (palabra_session_open_translation(client, &config, &session, &error) < 0)
        fprintf(stderr, "%s\n", error.text);
    if (palabra_session_speak(session, "Good morning.", "en", PALABRA_SPEAK_TRANSLATE, 1) < 0 ||
        palabra_session_end(session) < 0)
        failed = 1;
    return session;
}

int main(void)
{
    const struct timespec block_time = {0, 1000000000 / 100};
    float block[FRAMES * CHANNELS];
    palabra_client *client = NULL;
    palabra_session *session;
    palabra_playout_stats stats = PALABRA_PLAYOUT_STATS_INIT;
    int speech = 0, unequal = 0, i;
    float loudest = 0;
    int32_t sound;

    if (palabra_client_new(NULL, &client, NULL) < 0)
        return 1;
    session = speaking(client);
    for (;;) {
        sound = palabra_session_read_audio(session, NULL, block, FRAMES);
        failed |= sound < 0;
        if (failed || sound & PALABRA_SOUND_ENDED)
            break;
        speech += (sound & PALABRA_SOUND_SPEECH) != 0;
        for (i = 0; i < FRAMES; i++) {
            unequal += block[2 * i] != block[2 * i + 1];
            loudest = block[2 * i] > loudest ? block[2 * i] : loudest;
        }
        take_all(session);
        nanosleep(&block_time, NULL);
    }
    take_all(session);
    /* The last phrase may end after CLOSED, which is the last event. */
    if (palabra_session_get_playout_stats(session, NULL, &stats) < 0 || stats.phrases_finished != 1)
        failed = 1;
    palabra_session_close(session, 1000);
    palabra_client_free(client);
    printf("%d blocks of speech, %d unequal frames, loudest %.2f, %d finished\n", speech, unequal, (double)loudest, finished);
    return failed || !closed || speech < 10 || unequal > 0 || loudest <= 0.0F || loudest > 1.0F;
}
