/*
 * A telephone line: mu-law in and out, 160 bytes every 20 ms, as RTP carries them. The caller is a file here (sox
 * speech.wav -t ul -r 8000 -c 1 speech.ul) and so is what he hears. When he begins to talk while he is spoken to, the
 * voice falls silent at once; after HOLD_AT seconds he is put on hold for HOLD_FOR.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... phone_call IN.ul OUT.ul SOURCE TARGET [HOLD_AT HOLD_FOR]
 */
#define _POSIX_C_SOURCE 200809L
#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 8000
#define TICK_MS 20
#define FRAMES (RATE / 1000 * TICK_MS) /* in a packet, of one byte each */
#define TALKING_TICKS 5 /* 100 ms of voice are no cough */

typedef struct {
    palabra_session *session;
    FILE *in, *out;
    int hold_from, hold_to; /* ticks */
    int loud_ticks, is_heard, hung_up, over, failed;
} phone_call;

static void sleep_until_tick(struct timespec tick) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec rest = {0, (long)(tick.tv_sec - now.tv_sec) * 1000000000 + tick.tv_nsec - now.tv_nsec};
    nanosleep(&rest, NULL); /* not at all when it is less than 0 */
}

static int complain(phone_call *c, const char *what, const char *text) {
    fprintf(stderr, "%s: %s\n", what, text);
    return c->failed = 1;
}

static void take_event(phone_call *c, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL)
        printf("[%s] %s\n", event->language, event->text);
    else if (event->kind == PALABRA_EVENT_PLAYOUT_FINISHED)
        printf("heard: %d ms\n", (int)event->heard_ms);
    else if (event->kind == PALABRA_EVENT_PLAYOUT_CUT)
        printf("cut short: %d of %d ms\n", (int)event->heard_ms, (int)event->phrase_ms);
    c->over |= event->kind == PALABRA_EVENT_CLOSED; /* no event follows, but what waits can still be read */
    if (event->kind == PALABRA_EVENT_CLOSED && event->code != PALABRA_OK)
        complain(c, palabra_status_name(event->code), event->text);
}

static void take_events(phone_call *c) {
    palabra_event event = PALABRA_EVENT_INIT;
    while (!c->over && palabra_session_poll_event(c->session, &event, 0) > 0) {
        take_event(c, &event);
        palabra_event_release(&event);
    }
}

/* Who talks while he is spoken to does not want to hear the rest. A real line would have a voice detector. */
static void notice_barge_in(phone_call *c, const unsigned char *packet) {
    int loud = 0;
    for (int n = 0; n < FRAMES; n++)
        loud += (packet[n] & 0x7F) < 0x40; /* mu-law without its sign: the louder, the smaller */
    c->loud_ticks = loud > FRAMES / 10 ? c->loud_ticks + 1 : 0;
    if (c->loud_ticks == TALKING_TICKS && c->is_heard) {
        printf("barge-in\n");
        palabra_session_interrupt(c->session, NULL, 0, 0); /* what is read next fades within 5 ms */
    }
}

static void from_caller(phone_call *c) {
    unsigned char packet[FRAMES];
    if (fread(packet, 1, sizeof packet, c->in) == sizeof packet) {
        notice_barge_in(c, packet);
        palabra_session_send_audio(c->session, packet, FRAMES); /* before READY it waits inside */
    } else if (!c->hung_up) {
        c->hung_up = 1;
        palabra_session_end(c->session); /* the rest is still said */
    }
}

/* Returns whether anything can still be heard. */
static int to_caller(phone_call *c) {
    unsigned char packet[FRAMES];
    int32_t sound = palabra_session_read_audio(c->session, NULL, packet, FRAMES);

    c->is_heard = sound >= 0 && (sound & PALABRA_SOUND_SPEECH);
    if (sound >= 0 && fwrite(packet, 1, sizeof packet, c->out) != sizeof packet)
        complain(c, "output", "cannot be written");
    return sound >= 0 && !(sound & PALABRA_SOUND_ENDED) && !c->failed;
}

static void talk(phone_call *c) {
    struct timespec due;
    int goes_on = 1;

    clock_gettime(CLOCK_MONOTONIC, &due);
    for (int tick = 0; goes_on; tick++) {
        if (tick == c->hold_from)
            palabra_session_pause(c->session, 0); /* silence at once; a paused session is not billed */
        if (tick == c->hold_to)
            palabra_session_resume(c->session, 0);
        if (tick < c->hold_from || tick >= c->hold_to)
            from_caller(c);
        goes_on = to_caller(c);
        take_events(c);
        due.tv_nsec += TICK_MS * 1000000; /* from tick to tick, not from now: no lateness adds up */
        due.tv_sec += due.tv_nsec / 1000000000;
        due.tv_nsec %= 1000000000;
        sleep_until_tick(due);
    }
}

static void run(phone_call *c, const char *source, const char *target) {
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    config.source_language = source;
    config.target_languages = target;
    config.input.format.encoding = config.output.format.encoding = PALABRA_ENCODING_MULAW;
    config.input.format.sample_rate = config.output.format.sample_rate = RATE;
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    if (palabra_client_new(NULL, &client, &error) < 0 ||
        palabra_session_open_translation(client, &config, &c->session, &error) < 0)
        complain(c, palabra_status_name(error.code), error.text);
    else
        talk(c);
    palabra_session_close(c->session, 2000);
    palabra_client_free(client);
    palabra_shutdown(1000);
}

int main(int argc, char **argv) {
    phone_call c = {0};

    if (argc != 5 && argc != 7) {
        fprintf(stderr, "usage: %s IN.ul OUT.ul SOURCE TARGET [HOLD_AT HOLD_FOR]\n", argv[0]);
        return 2;
    }
    c.hold_from = argc == 7 ? atoi(argv[5]) * 1000 / TICK_MS : -1;
    c.hold_to = argc == 7 ? c.hold_from + atoi(argv[6]) * 1000 / TICK_MS : -1;
    if ((c.in = fopen(argv[1], "rb")) == NULL || (c.out = fopen(argv[2], "wb")) == NULL)
        return complain(&c, argv[c.in == NULL ? 1 : 2], "cannot be opened");
    run(&c, argv[3], argv[4]);
    fclose(c.in);
    if (fclose(c.out) != 0)
        complain(&c, argv[2], "cannot be written");
    return c.failed;
}
