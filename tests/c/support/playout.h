/* Speech that is read instead of polled, faster than real time, and what the events report about its phrases. */
#ifndef PALABRA_TESTS_PLAYOUT_H
#define PALABRA_TESTS_PLAYOUT_H

#include "talk.h"

#define PLAYOUT_PHRASES 64

/* One phrase of one language; `ended` is 0 until it is finished or cut. */
typedef struct {
    char language[16];
    uint64_t phrase;
    int64_t started_frame, ended_frame, heard_ms, phrase_ms;
    uint32_t flags;
    int32_t ended; /* PALABRA_EVENT_PLAYOUT_FINISHED or _CUT */
    int started;
} playout_phrase;

typedef struct {
    playout_phrase phrases[PLAYOUT_PHRASES];
    int count, audio_events, closed;
    palabra_status code;
} playout_log;

/* Whether the audio read contains speech. Any other bit except that of a beginning is an error here. */
static inline int playout_is_speech(int32_t sound)
{
    const int32_t begins = PALABRA_SOUND_SPEECH | PALABRA_SOUND_TALKSPURT;

    CHECK(sound == 0 || sound == PALABRA_SOUND_SPEECH || sound == begins || sound == PALABRA_SOUND_ENDED);
    return sound == PALABRA_SOUND_SPEECH || sound == begins;
}

/* A larger prebuffer than usual, because tests read faster than real time. */
static inline palabra_translation_config playout_config(void)
{
    palabra_translation_config config = talk_config();
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.output.prime_ms = 2000;
    config.input.buffer_ms = 60000;
    return config;
}

static inline palabra_playout_stats playout_stats(palabra_session *session, const char *language)
{
    palabra_playout_stats stats = PALABRA_PLAYOUT_STATS_INIT;
    CHECK_STATUS(palabra_session_get_playout_stats(session, language, &stats), PALABRA_OK);
    return stats;
}

static inline playout_phrase *playout_phrase_of(playout_log *log, const palabra_event *event)
{
    playout_phrase *phrase = log->phrases;

    for (; phrase < log->phrases + log->count; phrase++)
        if (phrase->phrase == event->phrase && strcmp(phrase->language, event->language) == 0)
            return phrase;
    REQUIRE(log->count < PLAYOUT_PHRASES);
    log->count++;
    snprintf(phrase->language, sizeof phrase->language, "%s", event->language);
    phrase->phrase = event->phrase;
    return phrase;
}

static inline void playout_take(playout_log *log, const palabra_event *event)
{
    playout_phrase *phrase;

    log->audio_events += event->kind == PALABRA_EVENT_AUDIO;
    if (event->kind == PALABRA_EVENT_CLOSED) {
        log->closed = 1;
        log->code = event->code;
    }
    if (event->kind < PALABRA_EVENT_PLAYOUT_STARTED || event->kind > PALABRA_EVENT_PLAYOUT_CUT)
        return;
    phrase = playout_phrase_of(log, event);
    if (event->kind == PALABRA_EVENT_PLAYOUT_STARTED) {
        CHECK(!phrase->started);
        phrase->started = 1;
        phrase->started_frame = event->played_frames;
        return;
    }
    CHECK_EQ(phrase->ended, 0);
    phrase->ended = event->kind;
    phrase->ended_frame = event->played_frames;
    phrase->heard_ms = event->heard_ms;
    phrase->phrase_ms = event->phrase_ms;
    phrase->flags = event->flags;
}

/* Polls the events of this many ms. */
static inline void playout_poll(palabra_session *session, playout_log *log, int64_t ms)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + ms;

    while (!log->closed) {
        int64_t left = deadline - clock_now_ms();
        palabra_status polled = palabra_session_poll_event(session, &event, left > 0 ? (int32_t)left : 0);
        if (polled > 0)
            playout_take(log, &event);
        CHECK(polled >= 0);
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
        if (polled <= 0)
            return;
    }
    clock_sleep_ms(ms); /* no more events come, but readers must still be paced */
}

/* Number of phrases of a language (NULL: of all) that ended in this way. */
static inline int playout_count(const playout_log *log, const char *language, int32_t ended)
{
    int i, count = 0;
    for (i = 0; i < log->count; i++)
        count += log->phrases[i].ended == ended &&
                 (language == NULL || strcmp(log->phrases[i].language, language) == 0);
    return count;
}

/* Waits until this much speech of a language is buffered. */
static inline void playout_wait_for(palabra_session *session, playout_log *log, const char *language, int64_t ms)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (playout_stats(session, language).buffered_ms < ms && clock_now_ms() < deadline)
        playout_poll(session, log, 10);
    CHECK(playout_stats(session, language).buffered_ms >= ms);
}

#endif
