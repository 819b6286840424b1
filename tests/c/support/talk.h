/* Shared by most tests: a client of the test server, an open session, its events up to CLOSED. */
#ifndef PALABRA_TESTS_TALK_H
#define PALABRA_TESTS_TALK_H

#include "check.h"
#include "clock.h"

#define TALK_SECRET "s3cret-of-the-tests-0123456789"

/* The course of a session according to its events. */
typedef struct {
    uint32_t events, ready, transcripts, audio, stream_end, closed;
    uint64_t last_seq;
    int gapless, secrets_seen;
    palabra_status code;
    uint32_t flags;
    char text[600];
    char service_code[80];
    const char *secret; /* a text that no event may contain, or NULL */
} talk_fate;

/* For tests with another subject: longer than any slow machine needs. */
#define TALK_CONNECT_MS 60000

/* The slower tier runs these programs with more shards too. Where there is one processor, they have one. */
static inline void talk_configure(void)
{
    palabra_runtime_config config = PALABRA_RUNTIME_CONFIG_INIT;
    const char *shards = getenv("PALABRA_TEST_SHARDS");

    config.shards = shards != NULL ? atoi(shards) : 0;
    if (shards != NULL)
        (void)palabra_runtime_configure(&config, NULL);
}

/* A client with this id (which can name faults of the devserver); `api_url` NULL: that of the environment. */
static inline palabra_client *talk_client_at(const char *id, const char *api_url, int32_t connect_timeout_ms)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;

    talk_configure();
    config.credentials.client_id = id;
    config.credentials.client_secret = TALK_SECRET;
    config.api_url = api_url;
    config.connect_timeout_ms = connect_timeout_ms != 0 ? connect_timeout_ms : TALK_CONNECT_MS;
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(client != NULL);
    return client;
}

static inline palabra_client *talk_client(const char *id)
{
    return talk_client_at(id, NULL, 0);
}

static inline palabra_translation_config talk_config(void)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    config.source_language = "en";
    config.target_languages = "es";
    return config;
}

/* Changes the format of the audio read, and of the audio sent. */
static inline palabra_status talk_set_output(palabra_session *session, const char *language, palabra_encoding encoding,
                                             int32_t sample_rate, int32_t channels)
{
    const palabra_audio_format format = {encoding, sample_rate, channels, 0, {0}};

    return palabra_session_set_output_format(session, language, &format);
}

static inline palabra_status talk_set_input(palabra_session *session, palabra_encoding encoding, int32_t sample_rate,
                                            int32_t channels)
{
    const palabra_audio_format format = {encoding, sample_rate, channels, 0, {0}};

    return palabra_session_set_input_format(session, &format);
}

static inline palabra_session *talk_open(palabra_client *client, const palabra_translation_config *config)
{
    palabra_translation_config usual = talk_config();
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;

    config = config == NULL ? &usual : config;
    CHECK_STATUS(palabra_session_open_translation(client, config, &session, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(session != NULL);
    return session;
}

/* Frees the client immediately: sessions remain open without it. */
static inline palabra_session *talk_open_as(const char *id)
{
    palabra_client *client = talk_client(id);
    palabra_session *session = talk_open(client, NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

static inline int talk_quotes(const char *text, const char *secret)
{
    return secret != NULL && text != NULL && strstr(text, secret) != NULL;
}

static inline void talk_count(talk_fate *fate, const palabra_event *event)
{
    fate->events++;
    fate->gapless = (fate->events == 1 || fate->gapless) && event->seq == fate->last_seq + 1;
    fate->last_seq = event->seq;
    fate->ready += event->kind == PALABRA_EVENT_READY;
    fate->transcripts += event->kind == PALABRA_EVENT_TRANSCRIPT;
    fate->audio += event->kind == PALABRA_EVENT_AUDIO;
    fate->stream_end += event->kind == PALABRA_EVENT_STREAM_END;
    fate->secrets_seen += talk_quotes(event->text, TALK_SECRET) || talk_quotes(event->service_code, TALK_SECRET);
    fate->secrets_seen += talk_quotes(event->text, fate->secret) || talk_quotes(event->service_code, fate->secret);
    if (event->kind != PALABRA_EVENT_CLOSED)
        return;
    fate->closed++;
    fate->code = event->code;
    fate->flags = event->flags;
    snprintf(fate->text, sizeof fate->text, "%s", event->text);
    snprintf(fate->service_code, sizeof fate->service_code, "%s", event->service_code);
}

/* Polls up to CLOSED, or until this many ms have passed, and checks that nothing follows. */
static inline void talk_until_closed(palabra_session *session, talk_fate *fate, int64_t within_ms)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + within_ms;

    while (fate->closed == 0 && clock_now_ms() < deadline) {
        palabra_status polled = palabra_session_poll_event(session, &event, 100);
        if (polled < 0) {
            CHECK_STATUS(polled, 1);
            return;
        }
        if (polled > 0)
            talk_count(fate, &event);
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    if (CHECK_EQ(fate->closed, 1)) {
        CHECK_STATUS(palabra_session_poll_event(session, &event, 50), PALABRA_ERR_CLOSED);
        CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CLOSED);
    }
    CHECK(fate->gapless);
    CHECK_EQ(fate->secrets_seen, 0);
}

#endif
