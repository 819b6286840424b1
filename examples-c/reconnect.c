/*
 * A conversation that survives lost connections. The library never reconnects by itself, because the service ties a
 * conversation to its connection; this is the loop around it:
 *   - only what is RETRIABLE is tried again: wrong credentials or a wrong task stay wrong;
 *   - each wait is twice as long as the one before, up to a limit, and partly random, so that a thousand programs
 *     that lost the same server do not come back in the same moment;
 *   - after so many failures in a row it gives up; a session that lasted counts as a success;
 *   - what was said while there was no session is dropped: a translation minutes late helps nobody.
 * A recording stands for the microphone: it runs on by the clock whether anybody listens or not.
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... reconnect INPUT.wav SOURCE TARGET [TRIES]
 */
#define _XOPEN_SOURCE 700
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define FIRST_WAIT_MS 500
#define LONGEST_WAIT_MS 30000
#define LASTING_MS 10000 /* a session that was ready for so long was no failure */

typedef struct {
    palabra_audio input;
    palabra_client *client;
    palabra_translation_config config;
    int64_t start_ms; /* when the microphone was switched on */
} program;

typedef struct { /* how one session went */
    palabra_session *session;
    int64_t ready_ms; /* when it became ready; 0: never */
    int64_t place;    /* next frame to send */
    int ended, over;
    palabra_status code;
    uint32_t flags;
} attempt;

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t heard(const program *p) { /* frames that the microphone has heard so far */
    int64_t frames = (now_ms() - p->start_ms) * p->input.sample_rate / 1000;
    return frames < p->input.frames ? frames : p->input.frames;
}

static void take_event(const program *p, attempt *a, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_READY) {
        a->ready_ms = now_ms();
        a->place = heard(p); /* from now on: nothing stale */
        printf("ready, %.1f s into the recording\n", (double)a->place / p->input.sample_rate);
    } else if (event->kind == PALABRA_EVENT_TRANSCRIPT && event->flags & PALABRA_FLAG_FINAL) {
        printf("[%s] %s\n", event->language, event->text);
    } else if (event->kind == PALABRA_EVENT_CLOSED) {
        a->over = 1;
        a->code = event->code, a->flags = event->flags;
        printf("closed: %s %s\n", palabra_status_name(event->code), event->text);
    }
}

static void send_fresh(const program *p, attempt *a) {
    int64_t until = heard(p);
    if (a->ready_ms == 0 || a->ended)
        return;
    palabra_session_send_audio(a->session, p->input.pcm + a->place * p->input.channels, (int32_t)(until - a->place));
    a->place = until; /* what did not fit is dropped: the connection is too slow, and later it would be stale */
    if (until == p->input.frames)
        a->ended = palabra_session_end(a->session) == PALABRA_OK;
}

/* One session from opening to CLOSED. */
static attempt try_once(const program *p) {
    attempt a = {0};
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    if (palabra_session_open_translation(p->client, &p->config, &a.session, &error) < 0) {
        printf("not opened: %s\n", error.text);
        a.code = error.code, a.flags = error.flags;
        return a;
    }
    while (!a.over) {
        if (palabra_session_poll_event(a.session, &event, 20) > 0)
            take_event(p, &a, &event);
        palabra_event_release(&event);
        send_fresh(p, &a);
    }
    palabra_session_close(a.session, 0); /* the goodbye goes on in the background */
    return a;
}

static void wait_before(int failures) {
    long longest = FIRST_WAIT_MS;
    while (--failures > 0 && longest < LONGEST_WAIT_MS)
        longest *= 2;
    longest = longest < LONGEST_WAIT_MS ? longest : LONGEST_WAIT_MS;
    long wait = longest / 2 + random() % (longest / 2);
    printf("trying again in %ld ms\n", wait);
    struct timespec left = {wait / 1000, wait % 1000 * 1000000};
    nanosleep(&left, NULL); /* a real program does its other work meanwhile */
}

/* Returns 0 when the whole recording is over, 1 when nothing more can be done. */
static int keep_talking(const program *p, int tries) {
    for (int failures = 0; heard(p) < p->input.frames;) {
        attempt a = try_once(p);
        if (a.code != PALABRA_OK && !(a.flags & PALABRA_FLAG_RETRIABLE)) {
            fprintf(stderr, "giving up: this will not change\n");
            return 1;
        }
        if (a.code == PALABRA_OK && a.ended)
            return 0;
        failures = a.ready_ms > 0 && now_ms() - a.ready_ms > LASTING_MS ? 1 : failures + 1;
        if (failures == tries) {
            fprintf(stderr, "giving up after %d failures in a row\n", failures);
            return 1;
        }
        wait_before(failures);
    }
    return 0;
}

int main(int argc, char **argv) {
    program p = {.input = PALABRA_AUDIO_INIT, .config = PALABRA_TRANSLATION_CONFIG_INIT};
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 1;
    if (argc < 4 || argc > 5) {
        fprintf(stderr, "usage: %s INPUT.wav SOURCE TARGET [TRIES]\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    srandom((unsigned)time(NULL) ^ (unsigned)getpid() << 16); /* every program its own */
    if (palabra_audio_read_wav(argv[1], &p.input, &error) < 0 || palabra_client_new(NULL, &p.client, &error) < 0) {
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
    } else {
        p.config.source_language = argv[2];
        p.config.target_languages = argv[3];
        p.config.input.format.sample_rate = p.input.sample_rate;
        p.config.input.format.channels = p.input.channels;
        p.start_ms = now_ms();
        failed = keep_talking(&p, argc == 5 ? atoi(argv[4]) : 8);
    }
    palabra_client_free(p.client);
    palabra_audio_release(&p.input);
    palabra_shutdown(2000);
    return failed;
}
