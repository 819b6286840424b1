/* A complete session: audio in, texts and speech out, end, cleanup. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"
#include "talk.h"
#include "tones.h"

#define STEP 480u /* 20 ms */
#define LEAD_MS 500u
#define SPEECH_MS 1200u
#define PHRASES 2u
#define TAG 0xFEDCBA9876543210u

typedef struct {
    talk_fate fate;
    uint32_t finals, translations, partials, last_chunks, speech_frames, after_end;
    int64_t last_time;
    uint64_t final_phrase;
    int phrases_match;
} story;

static void take_transcript(story *s, const palabra_event *event)
{
    int is_translation = (event->flags & PALABRA_FLAG_TRANSLATION) != 0;

    CHECK_TEXT(event->language, is_translation ? "es" : "en");
    CHECK(event->text_len > 0 && event->phrase > 0 && event->id_len > 0);
    if (!(event->flags & PALABRA_FLAG_FINAL))
        s->partials++;
    else if (is_translation)
        s->translations++;
    else
        s->finals++;
    if ((event->flags & PALABRA_FLAG_FINAL) && !is_translation)
        s->final_phrase = event->phrase;
}

static void take_audio(story *s, const palabra_event *event)
{
    CHECK_TEXT(event->language, "es");
    CHECK_EQ(event->sample_rate, 24000);
    CHECK_EQ(event->channels, 1);
    CHECK((event->pcm == NULL) == (event->pcm_frames == 0));
    CHECK(event->pcm_frames > 0 || (event->flags & PALABRA_FLAG_LAST_CHUNK));
    s->phrases_match |= event->phrase == s->final_phrase;
    s->speech_frames += event->pcm_frames;
    s->last_chunks += (event->flags & PALABRA_FLAG_LAST_CHUNK) != 0;
}

static void take(story *s, const palabra_event *event)
{
    talk_count(&s->fate, event);
    CHECK_EQ(event->struct_size, sizeof *event);
    CHECK(event->session_tag == TAG);
    CHECK(event->time_ns >= s->last_time && event->time_ns <= (int64_t)clock_now_ns());
    CHECK_EQ(strlen(event->text), event->text_len);
    CHECK_EQ(strlen(event->language), event->language_len);
    CHECK_EQ(strlen(event->id), event->id_len);
    s->last_time = event->time_ns;
    s->after_end += s->fate.stream_end > 0;
    if (event->kind == PALABRA_EVENT_TRANSCRIPT)
        take_transcript(s, event);
    if (event->kind == PALABRA_EVENT_AUDIO)
        take_audio(s, event);
}

static void poll_until(palabra_session *session, story *s, int64_t deadline)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t left;

    while (s->fate.closed == 0 && (left = deadline - clock_now_ms()) >= 0) {
        palabra_status polled = palabra_session_poll_event(session, &event, (int32_t)left);
        if (polled < 0) {
            CHECK_STATUS(polled, 0);
            return;
        }
        if (polled > 0)
            take(s, &event);
        palabra_event_release(&event);
    }
}

/* In steps of 20 ms by the clock, from the opening on: the library buffers what is sent before READY. */
static void send_at_the_pace_of_speech(palabra_session *session, story *s, const int16_t *pcm, uint32_t frames)
{
    int64_t start = clock_now_ms();
    uint32_t sent = 0;

    while (sent < frames && s->fate.closed == 0) {
        uint32_t step = frames - sent < STEP ? frames - sent : STEP;
        palabra_status taken = palabra_session_send_audio(session, pcm + sent, step);
        CHECK_WITHIN(taken, 0, step);
        sent += taken > 0 ? (uint32_t)taken : 0;
        poll_until(session, s, start + (int64_t)sent * 1000 / TONES_RATE);
    }
}

static void check_story(const story *s)
{
    uint32_t wanted = PHRASES * SPEECH_MS * 24u;

    CHECK_EQ(s->fate.ready, 1);
    CHECK_EQ(s->finals, PHRASES);
    CHECK_EQ(s->translations, PHRASES);
    CHECK(s->partials >= PHRASES);
    CHECK_EQ(s->last_chunks, PHRASES);
    CHECK_WITHIN(s->speech_frames, wanted * 9 / 10, wanted * 11 / 10);
    CHECK(s->phrases_match);
    CHECK_EQ(s->fate.stream_end, 1);
    CHECK_EQ(s->after_end, 2); /* STREAM_END itself and CLOSED */
    CHECK_EQ(s->fate.closed, 1);
    CHECK_STATUS(s->fate.code, PALABRA_OK);
    CHECK_TEXT(s->fate.text, "");
    CHECK_EQ(s->fate.flags, 0);
    CHECK(s->fate.gapless);
    CHECK_EQ(s->fate.secrets_seen, 0);
}

static void after_the_end(palabra_session *session)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int16_t audio[160] = {0};

    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CLOSED);
    CHECK_STATUS(palabra_session_poll_event(session, &event, 0), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_poll_event(session, &event, -1), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_wait_ready(session, -1), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_send_audio(session, audio, 160), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_speak(session, "late", "es", 0, 0), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_end(session), PALABRA_ERR_CLOSED);
    CHECK_STATUS(palabra_session_get_error(session, &error), PALABRA_OK);
    CHECK_STATUS(error.code, PALABRA_OK);
    CHECK_TEXT(error.text, "");
}

static void a_whole_session(void)
{
    static int16_t pcm[TONES_RATE * 8];
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    palabra_session *session;
    story s;
    uint32_t frames = 0, phrase;

    memset(&s, 0, sizeof s);
    config.session_tag = TAG;
    for (phrase = 0; phrase < PHRASES; phrase++)
        frames += tones_phrase(pcm + frames, LEAD_MS + phrase * 700u, SPEECH_MS);
    session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    send_at_the_pace_of_speech(session, &s, pcm, frames);
    CHECK_STATUS(palabra_session_wait_ready(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    poll_until(session, &s, clock_now_ms() + CLOCK_PATIENCE_MS);
    check_story(&s);
    after_the_end(session);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
    CHECK_EQ(report_count("\"deleted\":1"), 1);
    CHECK_EQ(report_count("\"deleted\":0"), 0);
}

/* Answers carry the tags of the texts, in their order; the speech belongs to the answer's phrase. */
static void texts_to_speak(void)
{
    palabra_session *session = talk_open_as("id");
    palabra_event event = PALABRA_EVENT_INIT;
    uint64_t tags[2] = {0, 0}, phrases[2] = {0, 0};
    uint32_t answers = 0, spoken = 0;
    talk_fate fate = {0};
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    CHECK_STATUS(palabra_session_speak(session, "Buenas noches", "es", 0, 1111), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "good evening", "en", PALABRA_SPEAK_TRANSLATE, UINT64_MAX), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (fate.closed == 0 && clock_now_ms() < deadline && palabra_session_poll_event(session, &event, 200) >= 0) {
        if (event.kind != PALABRA_EVENT_NONE)
            talk_count(&fate, &event);
        if (event.kind == PALABRA_EVENT_SPEAK_STATUS && answers < 2) {
            CHECK_TEXT(event.text, "queued");
            phrases[answers] = event.phrase;
            tags[answers++] = event.user_tag;
        }
        if (event.kind == PALABRA_EVENT_AUDIO)
            spoken |= (event.phrase == phrases[0] ? 1u : 0u) | (event.phrase == phrases[1] ? 2u : 0u);
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK_EQ(answers, 2);
    CHECK_EQ(tags[0], 1111);
    CHECK(tags[1] == UINT64_MAX);
    CHECK(phrases[0] > 0 && phrases[0] != phrases[1]);
    CHECK_EQ(spoken, 3);
    CHECK_STATUS(fate.code, PALABRA_OK);
    CHECK_STATUS(palabra_session_close(session, 5000), PALABRA_OK);
    CHECK_EQ(report_count("\"deleted\":1"), 2);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    a_whole_session();
    texts_to_speak();
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    return check_result();
}
