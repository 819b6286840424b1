/* devserver: --no-rate-limits */
/* Each message of the service becomes the event that the header documents, in every form that the service sends. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"

#include <pthread.h>

typedef struct {
    const char *token, *task_json, *language;
    pthread_t thread;
    talk_fate fate;
    uint32_t warnings, errors, timings, levels, answers, task_infos, started;
    uint64_t speech_frames;
    char warning_codes[200], error_code[80], error_text[400];
    palabra_status error_status;
    uint32_t error_flags;
} story;

static void take(story *s, const palabra_event *event)
{
    talk_count(&s->fate, event);
    switch (event->kind) {
    case PALABRA_EVENT_WARNING:
        s->warnings++;
        strncat(s->warning_codes, event->service_code, sizeof s->warning_codes - strlen(s->warning_codes) - 1);
        CHECK(event->text_len > 0);
        break;
    case PALABRA_EVENT_ERROR:
        s->errors++;
        s->error_status = event->code;
        s->error_flags = event->flags;
        snprintf(s->error_code, sizeof s->error_code, "%s", event->service_code);
        snprintf(s->error_text, sizeof s->error_text, "%s", event->text);
        break;
    case PALABRA_EVENT_RAW:
        s->timings += strstr(event->json, "pipeline_timings") != NULL;
        s->levels += strstr(event->json, "queue_level_ms") != NULL;
        break;
    case PALABRA_EVENT_AUDIO:
        s->speech_frames += event->pcm_frames;
        break;
    case PALABRA_EVENT_SPEAK_STATUS:
        s->answers += event->user_tag == 7 && strcmp(event->text, "queued") == 0;
        break;
    case PALABRA_EVENT_TASK_INFO:
        s->task_infos++;
        CHECK_CONTAINS(event->text, "\"target_language\"");
        break;
    case PALABRA_EVENT_TASK_STATUS:
        s->started += strcmp(event->service_code, "set_task") == 0 && strcmp(event->text, "started") == 0;
        break;
    default:
        break;
    }
}

/* Speaks a text and takes every event up to CLOSED, which must be in order. */
static void *hear(void *told)
{
    story *s = told;
    palabra_translation_config config = talk_config();
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_session *session;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    config.task_json = s->task_json;
    session = direct_open(s->token, &config);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_STATUS(palabra_session_speak(session, "buenas tardes", s->language, 0, 7), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    while (s->fate.closed == 0 && clock_now_ms() < deadline && palabra_session_poll_event(session, &event, 500) >= 0) {
        if (event.kind != PALABRA_EVENT_NONE)
            take(s, &event);
        palabra_event_release(&event);
    }
    CHECK_EQ(s->fate.ready, 1);
    CHECK_EQ(s->fate.closed, 1);
    CHECK_STATUS(s->fate.code, PALABRA_OK);
    CHECK(s->fate.gapless);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    return NULL;
}

/* In parallel, each in its own thread, because a conversation mostly waits for audio in real time. */
static void hear_all(story stories[], size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        REQUIRE(pthread_create(&stories[i].thread, NULL, hear, &stories[i]) == 0);
    for (i = 0; i < count; i++)
        pthread_join(stories[i].thread, NULL);
}

static void warnings(const story *s)
{
    CHECK(s->warnings >= 3);
    CHECK_CONTAINS(s->warning_codes, "AUDIO_STREAM_TOO_FAST");
    CHECK_CONTAINS(s->warning_codes, "AUDIO_STREAM_TOO_SLOW");
    CHECK_CONTAINS(s->warning_codes, "AUDIO_STREAM_STALLED");
}

/* The text of an error is under one of five keys, or is a list; its code can be under another key. */
static void refusal(const story *s)
{
    if (!CHECK_EQ(s->errors, 1) || !CHECK_TEXT(s->error_code, "VALIDATION_ERROR") ||
        !CHECK_STATUS(s->error_status, PALABRA_ERR_SERVICE) || !CHECK(strlen(s->error_text) > 5) ||
        !CHECK_EQ(s->error_flags & PALABRA_FLAG_FATAL, 0))
        fprintf(stderr, "  ^ with %s: \"%s\"\n", s->token, s->error_text);
    CHECK_EQ(s->fate.audio, 0);
}

static void reports_that_were_asked_for(const story *without, const story *with)
{
    CHECK_EQ(without->timings + without->levels, 0);
    CHECK(with->timings > 0);
    CHECK(with->levels > 0);
    CHECK(with->speech_frames > 0);
}

/* The same conversation in another message format: the same speech, one READY. */
static void other_dress(const story *s, const story *plain)
{
    if (!CHECK_EQ(s->speech_frames, plain->speech_frames) || !CHECK_EQ(s->answers, 1) || !CHECK_EQ(s->errors, 0))
        fprintf(stderr, "  ^ with %s %s\n", s->token, s->task_json == NULL ? "" : s->task_json);
}

static const char zlib[] = "{\"output_stream\":{\"target\":{\"format\":\"zlib_pcm_s16le\"}}}";
static const char reports[] = "{\"pipeline\":{\"allowed_message_types\":[\"translated_transcription\","
                              "\"pipeline_timings\",\"tts_buffer_stats\"]}}";

#define NO_TARGET "fr" /* of no session here: to speak it is an error */

enum { WARNINGS = 0, FIRST_ERROR = 1, PLAIN = 7, WITH_REPORTS = 8, FIRST_DRESS = 9, BOTH_SIGNS = 12, ALL = 17 };

static story stories[ALL] = {
    {.token = "dev~pacing_warning", .language = "es"},
    {.token = "dev~.plain", .language = NO_TARGET},
    {.token = "dev~error_key=msg", .language = NO_TARGET},
    {.token = "dev~error_key=description", .language = NO_TARGET},
    {.token = "dev~error_key=message", .language = NO_TARGET},
    {.token = "dev~error_key=details", .language = NO_TARGET},
    {.token = "dev~desc_list", .language = NO_TARGET},
    {.token = "dev~.dress", .language = "es"},
    {.token = "dev~.with", .task_json = reports, .language = "es"},
    {.token = "dev~double_encode", .language = "es"},
    {.token = "dev~nested_audio", .language = "es"},
    {.token = "dev~split_frames", .language = "es"},
    {.token = "dev~extra_ready", .language = "es"},
    {.token = "dev~garbage", .language = "es"},
    {.token = "dev~late_ack=200", .language = "es"},
    {.token = "dev~.zlib", .task_json = zlib, .language = "es"},
    {.token = "dev~nested_audio~double_encode~.zlib", .task_json = zlib, .language = "es"},
};

int main(void)
{
    const story *plain = &stories[PLAIN];
    size_t i;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    hear_all(stories, ALL);
    warnings(&stories[WARNINGS]);
    for (i = FIRST_ERROR; i < PLAIN; i++)
        refusal(&stories[i]);
    reports_that_were_asked_for(plain, &stories[WITH_REPORTS]);
    CHECK(plain->speech_frames > 0);
    CHECK_EQ(plain->answers, 1);
    CHECK_EQ(plain->errors, 0);
    CHECK_EQ(plain->started, 1);
    for (i = FIRST_DRESS; i < ALL; i++)
        other_dress(&stories[i], plain);
    /* Both signs of readiness, three times each, are reported. */
    CHECK(stories[BOTH_SIGNS].started >= 3);
    CHECK(stories[BOTH_SIGNS].task_infos >= 3);
    palabra_shutdown(5000);
    return check_result();
}
