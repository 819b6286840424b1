/*
 * A telephone line: mu-law in and out, 160 bytes every 20 ms, as in RTP. Here files replace both directions (make one
 * with: sox speech.wav -t ul -r 8000 -c 1 speech.ul). When the caller speaks during the translation, the speech stops
 * at once (barge-in). After HOLD_AT seconds the caller is put on hold for HOLD_FOR seconds.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./phone_call IN.ul OUT.ul SOURCE TARGET [HOLD_AT HOLD_FOR]
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 8000
#define TICK_MS 20
#define FRAMES (RATE / 1000 * TICK_MS) /* in a packet; one byte each */
#define BARGE_IN_TICKS 5 /* 100 ms: longer than a cough */

struct app {
    palabra_session *session;
    FILE *in, *out;
    int hold_start, hold_end; /* ticks */
    int loud_ticks, is_speaking, hung_up, closed, failed;
};

static void sleep_until_tick(struct timespec tick) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec rest = {0, (long)(tick.tv_sec - now.tv_sec) * 1000000000 + tick.tv_nsec - now.tv_nsec};
    nanosleep(&rest, NULL); /* returns immediately if the time has passed */
}

static int report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    return app->failed = 1;
}

static void handle_event(struct app *app, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL)
        printf("[%s] %s\n", event->language, event->text);
    else if (event->kind == PALABRA_EVENT_PLAYOUT_FINISHED)
        printf("heard: %d ms\n", (int)event->heard_ms);
    else if (event->kind == PALABRA_EVENT_PLAYOUT_CUT)
        printf("cut short: %d of %d ms\n", (int)event->heard_ms, (int)event->phrase_ms);
    app->closed |= event->kind == PALABRA_EVENT_CLOSED; /* no event follows, but buffered speech can still be read */
    if (event->kind == PALABRA_EVENT_CLOSED && event->code != PALABRA_OK)
        report_error(app, palabra_status_name(event->code), event->text);
}

static void handle_events(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!app->closed && palabra_session_poll_event(app->session, &event, 0) > 0) {
        handle_event(app, &event);
        palabra_event_release(&event);
    }
}

/* A caller who speaks during the translation does not want the rest of it. A real line would use a voice detector. */
static void detect_barge_in(struct app *app, const unsigned char *packet) {
    int loud = 0;
    for (int n = 0; n < FRAMES; n++)
        loud += (packet[n] & 0x7F) < 0x40; /* mu-law without its sign: smaller is louder */
    app->loud_ticks = loud > FRAMES / 10 ? app->loud_ticks + 1 : 0;
    if (app->loud_ticks == BARGE_IN_TICKS && app->is_speaking) {
        printf("barge-in\n");
        /* Fades out within 5 ms. The service is not told, so that what the caller is saying now is translated. */
        palabra_session_silence(app->session, NULL, PALABRA_SILENCE_ALL);
    }
}

static void send_caller_audio(struct app *app) {
    unsigned char packet[FRAMES];
    if (fread(packet, 1, sizeof packet, app->in) == sizeof packet) {
        detect_barge_in(app, packet);
        palabra_session_send_audio(app->session, packet, FRAMES); /* before READY it is buffered */
    } else if (!app->hung_up) {
        app->hung_up = 1;
        palabra_session_end(app->session); /* the rest is still played */
    }
}

/* Returns whether there can be more output. */
static int play_to_caller(struct app *app) {
    unsigned char packet[FRAMES];
    int32_t sound = palabra_session_read_audio(app->session, NULL, packet, FRAMES);

    app->is_speaking = sound >= 0 && (sound & PALABRA_SOUND_SPEECH);
    if (sound >= 0 && fwrite(packet, 1, sizeof packet, app->out) != sizeof packet)
        report_error(app, "output", "cannot be written");
    return sound >= 0 && !(sound & PALABRA_SOUND_ENDED) && !app->failed;
}

static void run_call(struct app *app) {
    struct timespec due;
    int running = 1;

    clock_gettime(CLOCK_MONOTONIC, &due);
    for (int tick = 0; running; tick++) {
        if (tick == app->hold_start)
            palabra_session_pause(app->session, 0); /* silence at once; a paused session is not billed */
        if (tick == app->hold_end)
            palabra_session_resume(app->session, 0);
        if (tick < app->hold_start || tick >= app->hold_end)
            send_caller_audio(app);
        running = play_to_caller(app);
        handle_events(app);
        due.tv_nsec += TICK_MS * 1000000; /* relative to the previous tick, so that delays do not accumulate */
        due.tv_sec += due.tv_nsec / 1000000000;
        due.tv_nsec %= 1000000000;
        sleep_until_tick(due);
    }
}

static void run_session(struct app *app, const char *source, const char *target) {
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    config.source_language = source;
    config.target_languages = target;
    config.input.format.encoding = config.output.format.encoding = PALABRA_ENCODING_MULAW;
    config.input.format.sample_rate = config.output.format.sample_rate = RATE;
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    if (palabra_client_new(NULL, &client, &error) < 0 ||
        palabra_session_open_translation(client, &config, &app->session, &error) < 0)
        report_error(app, palabra_status_name(error.code), error.text);
    else
        run_call(app);
    palabra_session_close(app->session, 2000);
    palabra_client_free(client);
    palabra_shutdown(1000);
}

int main(int argc, char **argv) {
    struct app app = {0};

    if (argc != 5 && argc != 7) {
        fprintf(stderr, "usage: %s IN.ul OUT.ul SOURCE TARGET [HOLD_AT HOLD_FOR]\n", argv[0]);
        return 2;
    }
    app.hold_start = argc == 7 ? atoi(argv[5]) * 1000 / TICK_MS : -1;
    app.hold_end = argc == 7 ? app.hold_start + atoi(argv[6]) * 1000 / TICK_MS : -1;
    if ((app.in = fopen(argv[1], "rb")) == NULL || (app.out = fopen(argv[2], "wb")) == NULL)
        return report_error(&app, argv[app.in == NULL ? 1 : 2], "cannot be opened");
    run_session(&app, argv[3], argv[4]);
    fclose(app.in);
    if (fclose(app.out) != 0)
        report_error(&app, argv[2], "cannot be written");
    return app.failed;
}
