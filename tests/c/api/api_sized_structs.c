/* Structs of callers that were compiled with an older or a newer header. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "talk.h"

#include <stddef.h>

#define TAIL 64 /* a field that a newer header might add */

typedef struct {
    palabra_client_config known;
    unsigned char tail[TAIL];
} newer_client_config;

typedef struct {
    palabra_translation_config known;
    unsigned char tail[TAIL];
} newer_translation_config;

typedef struct {
    palabra_stt_config known;
    unsigned char tail[TAIL];
} newer_stt_config;

typedef struct {
    palabra_error known;
    unsigned char tail[TAIL];
} newer_error;

typedef struct {
    palabra_event known;
    unsigned char tail[TAIL];
} newer_event;

typedef struct {
    palabra_playout_stats known;
    unsigned char tail[TAIL];
} newer_playout_stats;

static const uint32_t impossible[] = {0, 1, 4, 15, UINT32_MAX, UINT32_MAX / 2, 1u << 20};

#define IMPOSSIBLE (sizeof impossible / sizeof impossible[0])

static int all_zero(const unsigned char *bytes, size_t count)
{
    while (count > 0 && bytes[count - 1] == 0)
        count--;
    return count == 0;
}

static void init_sets_the_size_and_zeroes(void)
{
    newer_error error;
    size_t i;

    memset(&error, 0xAA, sizeof error);
    CHECK_STATUS(palabra_struct_init(&error.known, sizeof error), PALABRA_OK);
    CHECK_EQ(error.known.struct_size, sizeof error);
    CHECK(all_zero((unsigned char *)&error + sizeof(uint32_t), sizeof error - sizeof(uint32_t)));
    for (i = 0; i < IMPOSSIBLE; i++) {
        palabra_client_config client;
        palabra_translation_config translation;
        palabra_stt_config stt;
        palabra_event event;
        palabra_audio wav;
        palabra_playout_stats playout;
        palabra_tts_config tts;
        CHECK_STATUS(palabra_struct_init(&tts, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_STATUS(palabra_struct_init(&error.known, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_STATUS(palabra_struct_init(&client, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_STATUS(palabra_struct_init(&translation, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_STATUS(palabra_struct_init(&stt, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_STATUS(palabra_struct_init(&event, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_STATUS(palabra_struct_init(&wav, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_STATUS(palabra_struct_init(&playout, impossible[i]), PALABRA_ERR_INVALID_ARGUMENT);
    }
}

static void init_and_macro_agree(void)
{
    palabra_translation_config by_macro = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_translation_config by_call;
    palabra_stt_config stt_by_macro = PALABRA_STT_CONFIG_INIT;
    palabra_stt_config stt_by_call;
    palabra_playout_stats playout_by_macro = PALABRA_PLAYOUT_STATS_INIT;
    palabra_playout_stats playout_by_call;
    palabra_tts_config tts_by_macro = PALABRA_TTS_CONFIG_INIT;
    palabra_tts_config tts_by_call;
    CHECK_STATUS(palabra_struct_init(&tts_by_call, sizeof tts_by_call), PALABRA_OK);
    CHECK_EQ(memcmp(&tts_by_macro, &tts_by_call, sizeof tts_by_call), 0);
    CHECK_STATUS(palabra_struct_init(&by_call, sizeof by_call), PALABRA_OK);
    CHECK_EQ(memcmp(&by_macro, &by_call, sizeof by_call), 0);
    CHECK_STATUS(palabra_struct_init(&stt_by_call, sizeof stt_by_call), PALABRA_OK);
    CHECK_EQ(memcmp(&stt_by_macro, &stt_by_call, sizeof stt_by_call), 0);
    CHECK_STATUS(palabra_struct_init(&playout_by_call, sizeof playout_by_call), PALABRA_OK);
    CHECK_EQ(memcmp(&playout_by_macro, &playout_by_call, sizeof playout_by_call), 0);
}

static void client_configs(void)
{
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    newer_client_config newer;
    size_t i;

    memset(&newer, 0, sizeof newer);
    newer.known.struct_size = sizeof newer;
    CHECK_STATUS(palabra_client_new(&newer.known, &client, &error), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    newer.tail[TAIL - 1] = 1;
    CHECK_STATUS(palabra_client_new(&newer.known, &client, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK(client == NULL && error.text[0] != '\0');
    for (i = 0; i < IMPOSSIBLE; i++) {
        config.struct_size = impossible[i];
        client = (palabra_client *)&config;
        CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK(client == NULL);
    }
}

static void translation_configs(palabra_client *client)
{
    palabra_session *session = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = talk_config();
    newer_translation_config newer;
    size_t i;

    memset(&newer, 0, sizeof newer);
    newer.known = talk_config();
    newer.known.struct_size = sizeof newer;
    CHECK_STATUS(palabra_session_open_translation(client, &newer.known, &session, &error), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    newer.tail[0] = 1;
    CHECK_STATUS(palabra_session_open_translation(client, &newer.known, &session, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK(session == NULL);
    for (i = 0; i < IMPOSSIBLE; i++) {
        config.struct_size = impossible[i];
        session = (palabra_session *)&config;
        CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK(session == NULL);
    }
}

static void stt_configs(palabra_client *client)
{
    palabra_session *session = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    newer_stt_config newer;
    size_t i;

    memset(&newer, 0, sizeof newer);
    newer.known.struct_size = sizeof newer;
    CHECK_STATUS(palabra_session_open_stt(client, &newer.known, &session, &error), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    newer.tail[0] = 1;
    CHECK_STATUS(palabra_session_open_stt(client, &newer.known, &session, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK(session == NULL);
    for (i = 0; i < IMPOSSIBLE; i++) {
        config.struct_size = impossible[i];
        session = (palabra_session *)&config;
        CHECK_STATUS(palabra_session_open_stt(client, &config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK(session == NULL);
    }
}

static void tts_structs(palabra_client *client)
{
    struct {
        palabra_tts_config known;
        unsigned char tail[TAIL];
    } newer;
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_tts_voice voice = {NULL, NULL, 0, 0, {0}};
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;
    size_t i;

    memset(&newer, 0, sizeof newer);
    newer.known.struct_size = sizeof newer;
    newer.known.language = "en";
    newer.tail[0] = 1;
    CHECK_STATUS(palabra_session_open_tts(client, &newer.known, &session, &error), PALABRA_ERR_UNSUPPORTED);
    newer.tail[0] = 0;
    CHECK_STATUS(palabra_session_open_tts(client, &newer.known, &session, &error), PALABRA_OK);
    CHECK_STATUS(palabra_session_send_text(session, "a", 0, NULL, &voice, 0, &error), PALABRA_OK);
    voice.reserved[3] = 1;
    CHECK_STATUS(palabra_session_send_text(session, "a", 0, NULL, &voice, 0, &error), PALABRA_ERR_UNSUPPORTED);
    for (i = 0; i < IMPOSSIBLE; i++) {
        palabra_session *none = NULL;
        config.struct_size = impossible[i];
        CHECK_STATUS(palabra_session_open_tts(client, &config, &none, &error), PALABRA_ERR_INVALID_ARGUMENT);
    }
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

/* A caller that forgot to set the size of the error struct must get an error, not a partial success. */
static void errors_of_impossible_size(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_error error;
    size_t i;

    for (i = 0; i < IMPOSSIBLE; i++) {
        palabra_client *new_client = client;
        palabra_session *session = NULL;
        memset(&error, 0xAA, sizeof error);
        error.struct_size = impossible[i];
        CHECK_STATUS(palabra_client_new(NULL, &new_client, &error), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK(new_client == NULL);
        CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK(session == NULL);
        CHECK_EQ((unsigned char)error.text[0], 0xAA);
    }
}

static void newer_structs_are_filled_and_their_tail_is_zeroed(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_session *session;
    newer_error error;
    newer_event event;

    memset(&error, 0xAA, sizeof error);
    error.known.struct_size = sizeof error;
    config.input.chunk_ms = 1;
    CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error.known),
                 PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(error.known.code, PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(error.known.struct_size, sizeof error);
    CHECK(all_zero(error.tail, TAIL));

    session = talk_open(client, NULL);
    memset(&event, 0, sizeof event);
    event.known.struct_size = sizeof event;
    CHECK_EQ(palabra_session_poll_event(session, &event.known, 0), 0);
    CHECK_EQ(event.known.struct_size, sizeof event);
    CHECK_EQ(event.known.kind, PALABRA_EVENT_NONE);
    event.known.struct_size = 8;
    CHECK_STATUS(palabra_session_poll_event(session, &event.known, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_event_release(&event.known), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

/* Smaller than the first version: refused, and nothing is written. */
static void events_that_are_too_small(palabra_client *client)
{
    palabra_session *session = talk_open(client, NULL);
    palabra_event event;

    memset(&event, 0xAA, sizeof event);
    event.struct_size = (uint32_t)offsetof(palabra_event, start_ms);
    CHECK_STATUS(palabra_session_poll_event(session, &event, 0), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ((uint32_t)event.kind, 0xAAAAAAAAu);
    CHECK_EQ(event.start_ms, (int64_t)0xAAAAAAAAAAAAAAAAu);
    CHECK_STATUS(palabra_event_release(&event), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(event.end_ms, (int64_t)0xAAAAAAAAAAAAAAAAu);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

static void playout_stats_of_any_size(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_session *session;
    newer_playout_stats newer;
    size_t i;

    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    session = talk_open(client, &config);
    memset(&newer, 0xAA, sizeof newer);
    newer.known.struct_size = sizeof newer;
    CHECK_STATUS(palabra_session_get_playout_stats(session, "es", &newer.known), PALABRA_OK);
    CHECK_EQ(newer.known.struct_size, sizeof newer);
    CHECK_EQ(newer.known.skipped_ms, 0);
    CHECK(all_zero(newer.tail, TAIL));
    for (i = 0; i < IMPOSSIBLE; i++) {
        memset(&newer, 0xAA, sizeof newer);
        newer.known.struct_size = impossible[i];
        CHECK_STATUS(palabra_session_get_playout_stats(session, "es", &newer.known), PALABRA_ERR_INVALID_ARGUMENT);
        CHECK_EQ((unsigned char)newer.tail[0], 0xAA);
    }
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0;
    int peer = peers_silent(&port);
    palabra_client *client;

    REQUIRE(peer >= 0);
    setenv("PALABRA_API_URL", peers_url(url, sizeof url, "http", port), 1);
    client = talk_client("id");
    init_sets_the_size_and_zeroes();
    init_and_macro_agree();
    client_configs();
    translation_configs(client);
    stt_configs(client);
    events_that_are_too_small(client);
    tts_structs(client);
    errors_of_impossible_size(client);
    newer_structs_are_filled_and_their_tail_is_zeroed(client);
    playout_stats_of_any_size(client);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    close(peer);
    return check_result();
}
