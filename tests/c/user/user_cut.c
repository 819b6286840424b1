/* A voice that is interrupted: no rest of it is heard afterwards, and the next phrase is heard. */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <time.h>

#define RATE 16000
#define BLOCK (RATE / 100)

static palabra_session *session;
static uint64_t started, cut, finished;
static int closed;

static void take_all(void)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (!closed && palabra_session_poll_event(session, &event, 0) > 0) {
        if (event.kind == PALABRA_EVENT_PLAYOUT_STARTED)
            started = event.phrase;
        else if (event.kind == PALABRA_EVENT_PLAYOUT_CUT)
            cut = event.phrase;
        else if (event.kind == PALABRA_EVENT_PLAYOUT_FINISHED)
            finished = event.phrase;
        else if (event.kind == PALABRA_EVENT_CLOSED)
            closed = 1;
        palabra_event_release(&event);
    }
}

/* Whether 10 ms contain sound. */
static int loud(void)
{
    const struct timespec block_time = {0, 1000000000 / 100};
    int16_t block[BLOCK];
    int i, any = 0;
    int32_t sound = palabra_session_read_audio(session, NULL, block, BLOCK);

    for (i = 0; i < BLOCK; i++)
        any |= block[i] != 0;
    take_all();
    nanosleep(&block_time, NULL);
    return any || (sound > 0 && (sound & PALABRA_SOUND_SPEECH));
}

static int opened(palabra_client *client)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    config.source_language = "en";
    config.target_languages = "es";
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.output.format.sample_rate = RATE;
    config.input.gap.policy = PALABRA_GAP_SILENCE; /* nobody speaks, and the session must stay open */
    return palabra_session_open_translation(client, &config, &session, NULL) == PALABRA_OK;
}

int main(void)
{
    palabra_client *client = NULL;
    uint64_t first;
    int heard = 0, after = 0, next = 0, i;

    if (palabra_client_new(NULL, &client, NULL) < 0 || !opened(client) ||
        palabra_session_speak(session, "A sentence that goes on and on, so that a listener has reason to interrupt.",
                              "es", 0, 1) < 0)
        return 1;
    while (heard < 30 && !closed)
        heard += loud();
    first = started;
    if (palabra_session_interrupt(session, NULL, 0, 2) < 0)
        return 1;
    for (i = 0; i < 50; i++)
        after += loud();
    if (palabra_session_speak(session, "Something else.", "es", 0, 3) < 0)
        return 1;
    while (!closed && finished == 0)
        next += loud();
    palabra_session_close(session, 0);
    palabra_client_free(client);
    printf("heard %d, after the cut %d, next %d; phrases %d, %d\n", heard, after, next, (int)first, (int)finished);
    return after > 2 || cut != first || finished == first || next < 10;
}
