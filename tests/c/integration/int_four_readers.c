/* One speaker, four languages, four players with a thread and a format each. One player stops reading for eight phrases: the
 * others are unaffected, its buffer stays bounded, and its losses are counted and reported, phrase by phrase.
 * Everything runs FASTER times as fast as the clock.
 */
#define _POSIX_C_SOURCE 200809L
#include "playout.h"
#include "tones.h"

#include <pthread.h>

#define READERS 4
#define STANDING 2 /* the one that stops */
#define FASTER 5
#define TICK_MS 20
#define PHRASES 14
#define PHRASE_MS 1500u
#define PAUSE_MS 900u
#define STANDS_FROM_MS 3000u
#define STANDS_PHRASES 8
#define CAP_MS 4000
#define MESSAGE_MS 200u

typedef struct {
    const char *language;
    int32_t encoding;
    uint32_t sample_rate, channels;
    palabra_session *session;
    uint64_t speech_ticks, ticks, errors;
    pthread_t thread;
} reader;

static reader readers[READERS] = {
    {.language = "es", .encoding = PALABRA_ENCODING_MULAW, .sample_rate = 8000, .channels = 1},
    {.language = "fr", .encoding = PALABRA_ENCODING_F32, .sample_rate = 48000, .channels = 2},
    {.language = "de", .encoding = PALABRA_ENCODING_S16, .sample_rate = 24000, .channels = 1},
    {.language = "it", .encoding = PALABRA_ENCODING_ALAW, .sample_rate = 44100, .channels = 1},
};

/* Set when the others have heard so many phrases more. */
static int goes_on;

static void *read_along(void *parameter)
{
    static const uint32_t most = 48000 / 1000 * TICK_MS * 2;
    reader *r = parameter;
    float *audio = malloc(most * sizeof *audio);
    int32_t sound = 0;
    int64_t due = clock_now_ms();

    /* By the clock, as a sound card would: a late tick does not delay the next one. */
    while (audio != NULL && sound != PALABRA_SOUND_ENDED) {
        if (r == &readers[STANDING] && r->ticks * TICK_MS == STANDS_FROM_MS) {
            while (!__atomic_load_n(&goes_on, __ATOMIC_ACQUIRE))
                clock_sleep_ms(TICK_MS / FASTER);
            due = clock_now_ms();
        }
        sound = palabra_session_read_audio(r->session, r->language, audio, r->sample_rate / 1000 * TICK_MS);
        r->ticks++;
        r->speech_ticks += sound >= 0 && (sound & PALABRA_SOUND_SPEECH) != 0;
        r->errors += sound < 0;
        due += TICK_MS / FASTER;
        if (due > clock_now_ms())
            clock_sleep_ms(due - clock_now_ms());
    }
    free(audio);
    return NULL;
}

static palabra_session *open_session(void)
{
    palabra_translation_config config = playout_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    int i;

    config.target_languages = "es,fr,de,it";
    config.output.buffer_ms = CAP_MS;
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    for (i = 0; i < READERS; i++) {
        reader *r = &readers[i];
        r->session = session;
        CHECK_STATUS(talk_set_output(session, r->language, r->encoding, r->sample_rate, r->channels),
                     PALABRA_OK);
    }
    return session;
}

/* The buffer of the stopped player is limited to whole phrases: up to the last message that arrived. */
static void watch_buffers(palabra_session *session, uint32_t *most)
{
    int i;
    for (i = 0; i < READERS; i++) {
        uint32_t waiting = playout_stats(session, readers[i].language).buffered_ms;
        most[i] = waiting > most[i] ? waiting : most[i];
    }
}

static int phrases_over(const playout_log *log, const char *language)
{
    return playout_count(log, language, PALABRA_EVENT_PLAYOUT_FINISHED) +
           playout_count(log, language, PALABRA_EVENT_PLAYOUT_CUT);
}

static void follow(palabra_session *session, playout_log *log, uint32_t ms)
{
    playout_poll(session, log, ms);
    if (phrases_over(log, readers[0].language) > STANDS_PHRASES)
        __atomic_store_n(&goes_on, 1, __ATOMIC_RELEASE);
}

static void speak(palabra_session *session, playout_log *log, uint32_t *most)
{
    static int16_t pcm[TONES_RATE / 1000 * (PHRASE_MS + PAUSE_MS)];
    const uint32_t step = TONES_RATE / 1000 * 100;
    int phrase;
    uint32_t at;

    memset(pcm, 0, sizeof pcm);
    tones_phrase(pcm, 0, PHRASE_MS);
    for (phrase = 0; phrase < PHRASES; phrase++)
        for (at = 0; at < sizeof pcm / sizeof *pcm; at += step) {
            CHECK_EQ(palabra_session_send_audio(session, pcm + at, step), step);
            follow(session, log, 100 / FASTER);
            watch_buffers(session, most);
        }
}

static void wait_for_the_rest(palabra_session *session, playout_log *log)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int i;

    for (i = 0; i < READERS; i++)
        while (phrases_over(log, readers[i].language) < PHRASES && clock_now_ms() < deadline)
            follow(session, log, 20);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (!log->closed && clock_now_ms() < deadline)
        playout_poll(session, log, 20);
    CHECK(log->closed);
    for (i = 0; i < READERS; i++) {
        CHECK_EQ(pthread_join(readers[i].thread, NULL), 0);
        CHECK_EQ(readers[i].errors, 0);
    }
}

static void check_reader(const playout_log *log, const reader *r, uint32_t most)
{
    palabra_playout_stats stats = playout_stats(r->session, r->language);
    int finished = playout_count(log, r->language, PALABRA_EVENT_PLAYOUT_FINISHED);
    int dropped = playout_count(log, r->language, PALABRA_EVENT_PLAYOUT_CUT), i;

    printf("%s: %d phrases heard, %d dropped, %u underruns, at most %u ms waited, %u ms of speech\n", r->language,
           finished, dropped, (unsigned)stats.underruns, most, (unsigned)(r->speech_ticks * TICK_MS));
    CHECK_EQ(finished + dropped, PHRASES);
    CHECK_EQ(stats.phrases_finished, finished);
    CHECK_EQ(stats.phrases_started, finished);
    /* A phrase that was arriving when the reader stopped may lose its end; it is still finished. */
    CHECK_WITHIN(stats.phrases_dropped, dropped, dropped + (r == &readers[STANDING]));
    CHECK_EQ(stats.phrases_cut, 0);
    CHECK_EQ(stats.underruns, 0);
    CHECK_EQ(stats.buffered_ms, 0);
    for (i = 0; i < log->count; i++) {
        const playout_phrase *phrase = &log->phrases[i];
        if (strcmp(phrase->language, r->language) != 0)
            continue;
        CHECK_EQ(phrase->started, phrase->ended == PALABRA_EVENT_PLAYOUT_FINISHED);
        CHECK_EQ(phrase->flags & PALABRA_FLAG_DROPPED,
                 phrase->ended == PALABRA_EVENT_PLAYOUT_CUT ? PALABRA_FLAG_DROPPED : 0);
        if (phrase->started) /* whole */
            CHECK_WITHIN(phrase->heard_ms, phrase->phrase_ms - 1, phrase->phrase_ms);
    }
    if (r != &readers[STANDING]) {
        CHECK_EQ(dropped, 0);
        CHECK(most < 2 * PHRASE_MS);
        CHECK_WITHIN(r->speech_ticks * TICK_MS, PHRASES * PHRASE_MS, PHRASES * (PHRASE_MS + 5 * TICK_MS));
        return;
    }
    CHECK_WITHIN(dropped, 3, PHRASES - 4);
    CHECK_WITHIN(most, CAP_MS / 2, CAP_MS + MESSAGE_MS);
}

int main(void)
{
    static playout_log log;
    uint32_t most[READERS] = {0};
    palabra_session *session;
    int i;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    session = open_session();
    for (i = 0; i < READERS; i++)
        REQUIRE(pthread_create(&readers[i].thread, NULL, read_along, &readers[i]) == 0);
    speak(session, &log, most);
    wait_for_the_rest(session, &log);
    for (i = 0; i < READERS; i++)
        check_reader(&log, &readers[i], most[i]);
    CHECK_EQ(palabra_session_get_input_space(session), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_close(session, 1000), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
