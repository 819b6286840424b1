/*
 * Two telephones on one line, whose owners speak different languages: mu-law in and out, 160 bytes every 20 ms, as in
 * RTP. Here files replace the lines (make one with: sox speech.wav -t ul -r 8000 -c 1 speech.ul). Each party hears the
 * translation of the other, and the other's own voice under it. Who has said everything hangs up: the other party
 * hears the rest.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./call A_IN.ul A_OUT.ul A_LANGUAGE B_IN.ul B_OUT.ul B_LANGUAGE
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define RATE 8000
#define TICK_MS 20
#define FRAMES (RATE / 1000 * TICK_MS) /* in a packet; one byte each */

struct party {
    palabra_leg *leg;
    const char *language;
    FILE *in, *out;
};

struct app {
    palabra_call *call;
    struct party parties[2];
    int hung_up, closed, failed;
};

static int report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    return app->failed = 1;
}

static void handle_event(struct app *app, const palabra_event *event) {
    const char *who = event->leg < 0 ? "" : app->parties[event->leg].language;

    if (event->kind == PALABRA_EVENT_LINK_UP)
        printf("%s: is translated\n", who);
    else if (event->kind == PALABRA_EVENT_LINK_DOWN) {
        printf("%s: is not translated any more: %s\n", who, palabra_status_name(event->code));
        if (app->parties[event->leg].leg == NULL)
            palabra_call_end(app->call); /* the rest of who hung up is here: once it is heard, the call is over */
    } else if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL)
        printf("%s: [%s] %s\n", who, event->language, event->text);
    app->closed |= event->kind == PALABRA_EVENT_CLOSED;
    if (event->kind == PALABRA_EVENT_CLOSED && event->code != PALABRA_OK)
        report_error(app, palabra_status_name(event->code), event->text);
}

static void handle_events(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!app->closed && palabra_call_poll_event(app->call, &event, 0) > 0) {
        handle_event(app, &event);
        palabra_event_release(&event);
    }
}

/* One packet in and one out. Returns whether the party is still there. */
static int serve(struct app *app, struct party *party) {
    unsigned char said[FRAMES], heard[FRAMES];
    int32_t sound;

    if (party->leg == NULL)
        return 0;
    memset(said, 0xFF, sizeof said); /* silence, once everything is said */
    if (fread(said, 1, sizeof said, party->in) < sizeof said && !app->hung_up) {
        palabra_leg_close(party->leg);
        party->leg = NULL;
        app->hung_up = 1;
        return 0;
    }
    sound = palabra_leg_exchange(party->leg, said, FRAMES, heard, FRAMES);
    if (sound >= 0 && fwrite(heard, 1, sizeof heard, party->out) != sizeof heard)
        report_error(app, "output", "cannot be written");
    return sound >= 0 && !(sound & PALABRA_SOUND_ENDED) && !app->failed;
}

static void sleep_until_tick(struct timespec tick) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec rest = {0, (long)(tick.tv_sec - now.tv_sec) * 1000000000 + tick.tv_nsec - now.tv_nsec};
    nanosleep(&rest, NULL); /* returns immediately if the time has passed */
}

static void run_call(struct app *app) {
    struct timespec due;
    int there = 1;

    clock_gettime(CLOCK_MONOTONIC, &due);
    while (there) {
        there = serve(app, &app->parties[0]);
        there = serve(app, &app->parties[1]) || there;
        handle_events(app);
        due.tv_nsec += TICK_MS * 1000000; /* relative to the previous tick, so that delays do not accumulate */
        due.tv_sec += due.tv_nsec / 1000000000;
        due.tv_nsec %= 1000000000;
        sleep_until_tick(due);
    }
    handle_events(app);
}

static int join(struct app *app, struct party *party) {
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;

    config.language = party->language;
    config.input.encoding = PALABRA_ENCODING_MULAW; /* at 8 kHz, and the same for what the party hears */
    if (palabra_leg_join(app->call, &config, &party->leg, &error) < 0)
        return report_error(app, palabra_status_name(error.code), error.text);
    return 0;
}

int main(int argc, char **argv) {
    struct app app = {0};
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc != 7) {
        fprintf(stderr, "usage: %s A_IN.ul A_OUT.ul A_LANGUAGE B_IN.ul B_OUT.ul B_LANGUAGE\n", argv[0]);
        return 2;
    }
    for (int n = 0; n < 2; n++) {
        app.parties[n].language = argv[3 * n + 3];
        app.parties[n].in = fopen(argv[3 * n + 1], "rb");
        app.parties[n].out = fopen(argv[3 * n + 2], "wb");
        if (app.parties[n].in == NULL || app.parties[n].out == NULL)
            return report_error(&app, app.parties[n].language, "a file cannot be opened");
    }
    if (palabra_client_new(NULL, &client, &error) < 0 ||
        palabra_call_open(client, NULL, NULL, &app.call, &error) < 0)
        report_error(&app, palabra_status_name(error.code), error.text);
    else if (join(&app, &app.parties[0]) == 0 && join(&app, &app.parties[1]) == 0)
        run_call(&app);
    palabra_call_close(app.call, 2000); /* with its legs */
    palabra_client_free(client);
    palabra_shutdown(1000);
    for (int n = 0; n < 2; n++) {
        fclose(app.parties[n].in);
        if (fclose(app.parties[n].out) != 0)
            report_error(&app, app.parties[n].language, "the output cannot be written");
    }
    return app.failed;
}
