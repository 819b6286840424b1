#include "conversation.h"

#include "advice.h"
#include "clock.h"

#include <stdio.h>
#include <string.h>

enum {
    READY_MS = 30000,
    /* How far sending may run ahead of the clock: what a busy machine needs. */
    LEAD_MS = 100,
    SLICE_MS = 100,
    /* Audio that waits longer than this is on a line that is too slow. */
    LONGEST_QUEUE_MS = 1000,
    LONGEST_ROUND_TRIP_MS = 500,
    /* A third of it is the interval of the pings that measure the round trip. */
    LIVENESS_MS = 12000,
    TAIL_MS = 60000
};

struct conversation {
    struct report *report;
    palabra_session *session;
    int64_t last_sent, first_text, first_translation, first_speech, longest_queue_ms, speech_frames;
    int32_t speech_rate;
    char text[TEXT_BYTES / 4], translation[TEXT_BYTES / 4];
    int is_closed;
    palabra_status code;
    char reason[TEXT_BYTES / 2];
};

static void append(char *text, size_t capacity, const char *more) {
    size_t used = strlen(text);

    snprintf(text + used, capacity - used, "%s%s", used == 0 ? "" : " ", more);
}

static void note_text(struct conversation *talk, const palabra_event *event) {
    int64_t *first = event->flags & PALABRA_FLAG_TRANSLATION ? &talk->first_translation : &talk->first_text;

    if (*first == 0)
        *first = clock_ms();
    if ((event->flags & PALABRA_FLAG_FINAL) == 0)
        return;
    if (event->flags & PALABRA_FLAG_TRANSLATION)
        append(talk->translation, sizeof talk->translation, event->text);
    else
        append(talk->text, sizeof talk->text, event->text);
}

static void note(struct conversation *talk, const palabra_event *event) {
    switch (event->kind) {
    case PALABRA_EVENT_TRANSCRIPT: note_text(talk, event); break;
    case PALABRA_EVENT_AUDIO:
        if (talk->first_speech == 0)
            talk->first_speech = clock_ms();
        talk->speech_frames += event->pcm_frames;
        talk->speech_rate = event->sample_rate;
        break;
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_CLOSED:
        snprintf(talk->reason, sizeof talk->reason, "%s", event->text);
        if (event->kind == PALABRA_EVENT_CLOSED) {
            talk->is_closed = 1;
            talk->code = event->code;
        }
        break;
    default: break;
    }
}

/* Takes what has come, and waits up to `timeout_ms` for the first of it. */
static void take(struct conversation *talk, int32_t timeout_ms) {
    palabra_event event = PALABRA_EVENT_INIT;

    while (!talk->is_closed) {
        int32_t polled = palabra_session_poll_event(talk->session, &event, timeout_ms);

        if (polled > 0)
            note(talk, &event);
        else if (polled < 0)
            talk->is_closed = 1;
        palabra_event_release(&event);
        if (polled <= 0)
            break;
        timeout_ms = 0;
    }
}

static palabra_session_stats stats_of(const struct conversation *talk) {
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;

    palabra_session_get_stats(talk->session, &stats);
    return stats;
}

static void look_at_the_queue(struct conversation *talk) {
    int64_t waiting = stats_of(talk).input_queue_ms;

    if (waiting > talk->longest_queue_ms)
        talk->longest_queue_ms = waiting;
}

static void send_speech(struct conversation *talk, const palabra_audio *audio) {
    int64_t slice = (int64_t)audio->sample_rate * SLICE_MS / 1000, at;

    for (at = 0; at < audio->frames && !talk->is_closed; at += slice) {
        int64_t left = audio->frames - at;

        if (palabra_session_send_paced(talk->session, audio->pcm + at * audio->channels,
                                       (int32_t)(left < slice ? left : slice), LEAD_MS, TAIL_MS) < 0)
            break;
        look_at_the_queue(talk);
        take(talk, 0);
    }
}

/* Waits until the first ping was answered. */
static void check_round_trip(struct conversation *talk) {
    int64_t deadline = clock_ms() + LIVENESS_MS, took;

    while (stats_of(talk).round_trip_us < 0 && !talk->is_closed && clock_ms() < deadline)
        take(talk, 100);
    took = stats_of(talk).round_trip_us / 1000;
    if (stats_of(talk).round_trip_us < 0)
        report_add(talk->report, "round trip", STATE_SKIPPED, -1, "", "the session ended before it was measured");
    else
        report_add(talk->report, "round trip", took > LONGEST_ROUND_TRIP_MS ? STATE_WARNING : STATE_OK, took,
                   took > LONGEST_ROUND_TRIP_MS ? "each phrase is late by it: use a region that is nearer" : "",
                   "to the service and back");
}

static void check_pace(struct conversation *talk) {
    int is_slow = talk->longest_queue_ms > LONGEST_QUEUE_MS;

    report_add(talk->report, "pace", is_slow ? STATE_WARNING : STATE_OK, -1,
               is_slow ? "the line takes less than the audio needs: 24 kHz are about 64 kB/s, 16 kHz (wire_sample_rate) 43" : "",
               "at most %lld ms of audio waited", (long long)talk->longest_queue_ms);
}

static void check_answer(struct conversation *talk) {
    const char *missing = talk->first_text == 0          ? "no text came"
                          : talk->first_translation == 0 ? "a text came, and no translation"
                          : talk->speech_frames == 0     ? "texts came, and no speech"
                                                         : NULL;
    if (talk->code != PALABRA_OK)
        report_add(talk->report, "translation", STATE_FAILED, -1, advice_for(talk->code), "%s: %s",
                   palabra_status_name(talk->code), talk->reason);
    else if (missing != NULL)
        report_add(talk->report, "translation", STATE_WARNING, -1,
                   "is it speech of the source language, loud enough, and not music or noise?", "%s%s%s", missing,
                   talk->reason[0] != '\0' ? ": " : "", talk->reason);
    else
        report_add(talk->report, "translation", STATE_OK, -1, "",
                   "heard \"%s\", translated \"%s\"; %.1f s of speech, the first %.1f s after the end of the sentence",
                   talk->text, talk->translation, (double)talk->speech_frames / talk->speech_rate,
                   talk->first_speech > talk->last_sent ? (double)(talk->first_speech - talk->last_sent) / 1000 : 0.0);
}

static int open_session(struct conversation *talk, palabra_client *client, const struct said *said) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t begun = clock_ms();
    palabra_status status;

    config.source_language = said->source;
    config.target_languages = said->target;
    config.input.gap.policy = PALABRA_GAP_SILENCE;
    config.timeouts.liveness_ms = LIVENESS_MS;
    if (said->audio != NULL) {
        config.input.format.sample_rate = said->audio->sample_rate;
        config.input.format.channels = said->audio->channels;
    }
    status = palabra_session_open_translation(client, &config, &talk->session, &error);
    if (status == PALABRA_OK) {
        status = palabra_session_wait_ready(talk->session, READY_MS);
        if (status != PALABRA_OK)
            palabra_session_get_error(talk->session, &error);
    }
    if (status == PALABRA_OK)
        report_add(talk->report, "session", STATE_OK, clock_ms() - begun, "", "READY for %s to %s", said->source,
                   said->target);
    else
        report_add(talk->report, "session", STATE_FAILED, clock_ms() - begun, advice_for(status), "%s: %s",
                   palabra_status_name(status), error.text[0] != '\0' ? error.text : palabra_status_text(status));
    return status == PALABRA_OK;
}

static void speak(struct conversation *talk, const struct said *said) {
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t deadline;

    if (said->audio != NULL) {
        send_speech(talk, said->audio);
    } else if (palabra_session_send_file(talk->session, said->recording, LEAD_MS, -1, &error) < 0) {
        report_add(talk->report, "translation", STATE_WARNING, -1, "", "%s: %s", said->recording, error.text);
        return;
    }
    look_at_the_queue(talk);
    talk->last_sent = clock_ms();
    check_round_trip(talk);
    palabra_session_end(talk->session);
    for (deadline = clock_ms() + TAIL_MS; !talk->is_closed && clock_ms() < deadline;)
        take(talk, 1000);
    check_pace(talk);
    check_answer(talk);
}

void conversation_check(struct report *report, palabra_client *client, const struct said *said) {
    struct conversation talk;

    memset(&talk, 0, sizeof talk);
    talk.report = report;
    if (open_session(&talk, client, said)) {
        if (said->audio != NULL || said->recording != NULL)
            speak(&talk, said);
        else
            check_round_trip(&talk);
    }
    palabra_session_close(talk.session, 2000);
}
