/*
 * Two telephones on one line, as in call.c, and what people do on them: who begins to speak while the translation of
 * the other sounds silences it (barge-in), and the first party puts the second on hold, where what its line sends is
 * heard as it is. Both begin to speak when both are translated.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./call_barge_in A_IN.ul A_OUT.ul A_LANGUAGE \
 *         B_IN.ul B_OUT.ul B_LANGUAGE [HOLD_AT HOLD_FOR [EVENTS]]
 *
 * The files are mu-law at 8 kHz. HOLD_AT and HOLD_FOR are seconds. EVENTS is a file for the events as JSON lines: their
 * "at" is in seconds since the first packet, the same time axis as that of the files. Its last line has the statistics
 * of the call.
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RATE 8000
#define TICK_MS 20
#define FRAMES (RATE / 1000 * TICK_MS) /* in a packet; one byte each */
#define BARGE_IN_TICKS 5 /* 100 ms: longer than a cough */
#define WAIT_TICKS (30 * 1000 / TICK_MS) /* for the links */
#define STATS_BYTES 16384

struct party {
    palabra_leg *leg;
    const char *language;
    FILE *in, *out;
    int is_linked, is_silent, loud_ticks; /* is_silent: everything was said */
    int32_t sound; /* what it heard in the latest tick: PALABRA_SOUND_* bits */
};

struct app {
    palabra_call *call;
    struct party parties[2];
    FILE *events;
    int64_t start_ns; /* of the first packet; 0: not yet */
    int tick, hold_start, hold_end; /* ticks since the first packet */
    int is_ended, is_closed, failed;
};

static int report_error(struct app *app, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    return app->failed = 1;
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- Events ------------------------------------------------------------------------------------------------------- */

static void write_json_string(FILE *to, const char *name, const char *text) {
    fprintf(to, ",\"%s\":\"", name);
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\')
            fprintf(to, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, to);
    fputc('"', to);
}

static void write_json_event(const struct app *app, const palabra_event *event) {
    int64_t since = app->start_ns == 0 ? 0 : event->time_ns - app->start_ns;
    fprintf(app->events, "{\"at\":%.3f,\"leg\":%d,\"phrase\":%llu,\"final\":%s,\"translation\":%s", (double)since / 1e9,
            (int)event->leg, (unsigned long long)event->phrase, event->flags & PALABRA_FLAG_FINAL ? "true" : "false",
            event->flags & PALABRA_FLAG_TRANSLATION ? "true" : "false");
    fprintf(app->events, ",\"frames\":%lld,\"sample_rate\":%d,\"end_ms\":%lld,\"heard_ms\":%lld,\"phrase_ms\":%lld",
            (long long)event->pcm_frames, (int)event->sample_rate, (long long)event->end_ms, (long long)event->heard_ms,
            (long long)event->phrase_ms);
    write_json_string(app->events, "event", palabra_event_kind_name(event->kind));
    write_json_string(app->events, "language", event->language);
    write_json_string(app->events, "text", event->text);
    fputs("}\n", app->events);
}

static void print_event(struct app *app, const palabra_event *event) {
    const char *who = event->leg < 0 ? "call" : app->parties[event->leg].language;
    if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL)
        printf("%s: [%s] %s\n", who, event->language, event->text);
    else if (event->kind == PALABRA_EVENT_PLAYOUT_CUT)
        printf("%s: cut short: %d of %d ms\n", who, (int)event->heard_ms, (int)event->phrase_ms);
    else if (event->kind == PALABRA_EVENT_LINK_DOWN && !app->is_ended)
        report_error(app, who, palabra_status_name(event->code));
    else if (event->kind == PALABRA_EVENT_CLOSED && event->code != PALABRA_OK)
        report_error(app, palabra_status_name(event->code), event->text);
    fflush(stdout);
}

static void handle_events(struct app *app) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!app->is_closed && palabra_call_poll_event(app->call, &event, 0) > 0) {
        if (event.kind == PALABRA_EVENT_LINK_UP)
            app->parties[event.leg].is_linked = 1;
        app->is_closed |= event.kind == PALABRA_EVENT_CLOSED;
        print_event(app, &event);
        if (app->events != NULL)
            write_json_event(app, &event);
        palabra_event_release(&event);
    }
}

/* --- Audio -------------------------------------------------------------------------------------------------------- */

/* Whether a packet is speech: its loudest sample is above -24 dB of full scale. A real line would use a voice detector,
   such as PALABRA_BARGE_IN_ON_SPEECH. */
static int is_loud(const unsigned char *packet) {
    int loud = 0;
    for (int n = 0; n < FRAMES; n++)
        loud |= (~packet[n] & 0x7F) > 0x3F;
    return loud;
}

/* Whoever speaks while translation sounds does not want the rest of it. Music on hold is no speech. */
static void detect_barge_in(struct app *app, struct party *party, const unsigned char *said) {
    int on_hold = app->tick >= app->hold_start && app->tick < app->hold_end;
    party->loud_ticks = is_loud(said) && !on_hold ? party->loud_ticks + 1 : 0;
    if (party->loud_ticks != BARGE_IN_TICKS || !(party->sound & PALABRA_SOUND_SPEECH))
        return;
    printf("%s: barge-in at %.2f s\n", party->language, (double)app->tick * TICK_MS / 1000);
    palabra_leg_silence(party->leg, PALABRA_SILENCE_ALL);
}

/* Before the links are up both are silent and nothing is written, so that all files have one time axis. */
static void read_packet(struct app *app, struct party *party, unsigned char *said) {
    memset(said, 0xFF, FRAMES); /* silence */
    if (app->start_ns != 0 && !party->is_silent && fread(said, 1, FRAMES, party->in) < FRAMES)
        party->is_silent = 1;
}

/* One packet in and one out. Returns whether there can be more. */
static int serve(struct app *app, struct party *party) {
    unsigned char said[FRAMES], heard[FRAMES];

    read_packet(app, party, said);
    detect_barge_in(app, party, said);
    party->sound = palabra_leg_exchange(party->leg, said, FRAMES, heard, FRAMES);
    if (party->sound < 0)
        return report_error(app, "exchange", palabra_status_name(party->sound)), 0;
    if (app->start_ns != 0 && fwrite(heard, 1, FRAMES, party->out) != FRAMES)
        report_error(app, "output", "cannot be written");
    return !(party->sound & PALABRA_SOUND_ENDED);
}

/* What changes at this tick: the call begins, the hold, the end. */
static void keep_course(struct app *app) {
    struct party *a = &app->parties[0], *b = &app->parties[1];
    if (app->start_ns == 0 && a->is_linked && b->is_linked) {
        app->start_ns = now_ns();
        app->tick = 0;
    } else if (app->start_ns == 0 && app->tick == WAIT_TICKS) {
        report_error(app, "links", "not up in time");
    }
    if (app->start_ns != 0 && app->hold_end > app->hold_start && app->tick == app->hold_start)
        palabra_leg_hold(b->leg);
    if (app->start_ns != 0 && app->hold_end > app->hold_start && app->tick == app->hold_end)
        palabra_leg_resume(b->leg);
    if (!app->is_ended && a->is_silent && b->is_silent)
        app->is_ended = palabra_call_end(app->call) == PALABRA_OK; /* the rest is still heard */
}

static void sleep_until(int64_t ns) {
    int64_t left = ns - now_ns();
    struct timespec rest = {(time_t)(left / 1000000000), (long)(left % 1000000000)};
    if (left > 0)
        nanosleep(&rest, NULL);
}

static void run_call(struct app *app) {
    int64_t due = now_ns();
    for (int more = 1; more && !app->failed; app->tick++) {
        handle_events(app);
        keep_course(app);
        more = serve(app, &app->parties[0]);
        more = serve(app, &app->parties[1]) || more;
        due += TICK_MS * 1000000; /* relative to the previous tick, so that delays do not accumulate */
        sleep_until(due);
    }
    handle_events(app);
}

static void write_stats(const struct app *app) {
    static char line[STATS_BYTES];
    if (app->events != NULL && palabra_call_get_stats_json(app->call, line, STATS_BYTES) < STATS_BYTES)
        fprintf(app->events, "{\"event\":\"STATS\",\"at\":%.3f,\"stats\":%s}\n", (double)app->tick * TICK_MS / 1000, line);
}

/* --- The call ----------------------------------------------------------------------------------------------------- */

static int join(struct app *app, struct party *party) {
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;

    config.language = party->language;
    config.input.encoding = PALABRA_ENCODING_MULAW; /* at 8 kHz, and the same for what the party hears */
    if (palabra_leg_join(app->call, &config, &party->leg, &error) < 0)
        return report_error(app, palabra_status_name(error.code), error.text);
    return 0;
}

static void open_and_run(struct app *app, palabra_client *client) {
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;

    translation.output.mode = PALABRA_OUTPUT_BOTH; /* speech as events too: when it arrived */
    if (palabra_call_open(client, NULL, &translation, &app->call, &error) < 0)
        report_error(app, palabra_status_name(error.code), error.text);
    else if (join(app, &app->parties[0]) == 0 && join(app, &app->parties[1]) == 0)
        run_call(app);
    write_stats(app);
    palabra_call_close(app->call, 2000); /* with its legs */
}

static int open_files(struct app *app, int argc, char **argv) {
    for (int n = 0; n < 2; n++) {
        app->parties[n].language = argv[3 * n + 3];
        app->parties[n].in = fopen(argv[3 * n + 1], "rb");
        app->parties[n].out = fopen(argv[3 * n + 2], "wb");
        if (app->parties[n].in == NULL || app->parties[n].out == NULL)
            return report_error(app, app->parties[n].language, "a file cannot be opened");
    }
    if (argc == 10 && (app->events = fopen(argv[9], "w")) == NULL)
        return report_error(app, argv[9], "cannot be opened");
    return 0;
}

int main(int argc, char **argv) {
    static struct app app;
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;

    if (argc != 7 && argc != 9 && argc != 10) {
        fprintf(stderr, "usage: %s A_IN.ul A_OUT.ul A_LANGUAGE B_IN.ul B_OUT.ul B_LANGUAGE [HOLD_AT HOLD_FOR [EVENTS]]\n",
                argv[0]);
        return 2;
    }
    if (open_files(&app, argc, argv) != 0)
        return 1;
    if (argc > 7) {
        app.hold_start = (int)(atof(argv[7]) * 1000 / TICK_MS);
        app.hold_end = app.hold_start + (int)(atof(argv[8]) * 1000 / TICK_MS);
    }
    if (palabra_client_new(NULL, &client, &error) < 0)
        report_error(&app, palabra_status_name(error.code), error.text);
    else
        open_and_run(&app, client);
    palabra_client_free(client);
    palabra_shutdown(1000);
    for (int n = 0; n < 2; n++) {
        fclose(app.parties[n].in);
        if (fclose(app.parties[n].out) != 0)
            report_error(&app, app.parties[n].language, "the output cannot be written");
    }
    if (app.events != NULL && fclose(app.events) != 0)
        report_error(&app, argv[9], "cannot be written");
    return app.failed;
}
