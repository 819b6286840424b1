/* Pull playout: which calls and settings are refused, and with which code. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "talk.h"

#define UNTOUCHED 77

static palabra_client *client;

static palabra_session *open_mode(palabra_output_mode mode)
{
    palabra_translation_config config = talk_config();
    config.target_languages = "es,fr";
    config.output.mode = mode;
    return talk_open(client, &config);
}

static void settings_out_of_range(void)
{
    static const struct {
        int32_t mode, encoding;
        int32_t sample_rate, channels, prime_ms, buffer_ms, target_ms, reader_lag_ms;
        palabra_status status;
        const char *part;
    } bad[] = {
        {3, 0, 0, 0, 0, 0, 0, 0, PALABRA_ERR_UNSUPPORTED, "output.mode"},
        {-1, 0, 0, 0, 0, 0, 0, 0, PALABRA_ERR_UNSUPPORTED, "output.mode"},
        {1, 5, 0, 0, 0, 0, 0, 0, PALABRA_ERR_UNSUPPORTED, "encoding"},
        {1, 0, 7999, 0, 0, 0, 0, 0, PALABRA_ERR_INVALID_ARGUMENT, "output.format.sample_rate"},
        {1, 0, 192001, 0, 0, 0, 0, 0, PALABRA_ERR_INVALID_ARGUMENT, "output.format.sample_rate"},
        {1, 0, 0, 9, 0, 0, 0, 0, PALABRA_ERR_INVALID_ARGUMENT, "output.format.channels"},
        {1, 0, 0, 0, 2001, 0, 0, 0, PALABRA_ERR_INVALID_ARGUMENT, "output.prime_ms"},
        {1, 0, 0, 0, 0, 499, 0, 0, PALABRA_ERR_INVALID_ARGUMENT, "output.buffer_ms"},
        {1, 0, 0, 0, 0, 600001, 0, 0, PALABRA_ERR_INVALID_ARGUMENT, "output.buffer_ms"},
        {1, 0, 0, 0, 600, 500, 0, 0, PALABRA_ERR_INVALID_ARGUMENT, "before speech starts"},
        {1, 0, 0, 0, 0, 1000, 1001, 0, PALABRA_ERR_INVALID_ARGUMENT, "the target level"},
        {1, 0, 0, 0, 0, 0, 0, 499, PALABRA_ERR_INVALID_ARGUMENT, "output.reader_lag_ms"},
        {1, 0, 0, 0, 0, 0, 0, -1, PALABRA_ERR_INVALID_ARGUMENT, "output.reader_lag_ms"},
        {1, 0, 0, 0, 0, 0, 0, 600001, PALABRA_ERR_INVALID_ARGUMENT, "output.reader_lag_ms"},
    };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        palabra_translation_config config = talk_config();
        palabra_session *session = NULL;
        palabra_error error = PALABRA_ERROR_INIT;

        config.output.mode = (palabra_output_mode)bad[i].mode;
        config.output.format.encoding = (palabra_encoding)bad[i].encoding;
        config.output.format.sample_rate = bad[i].sample_rate;
        config.output.format.channels = bad[i].channels;
        config.output.prime_ms = bad[i].prime_ms;
        config.output.buffer_ms = bad[i].buffer_ms;
        config.output.target_ms = bad[i].target_ms;
        config.output.reader_lag_ms = bad[i].reader_lag_ms;
        CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), bad[i].status);
        CHECK_CONTAINS(error.text, bad[i].part);
        CHECK(session == NULL);
    }
}

/* A player that ignores the error plays silence, in the format that a target added at this time would have. */
static void unknown_targets(palabra_session *session)
{
    static const char *const targets[] = {"de", "e", "es,fr", "\xff\xfe"};
    int16_t audio[480];
    size_t i, n;

    for (i = 0; i < sizeof targets / sizeof *targets; i++) {
        int wrong = 0;
        memset(audio, UNTOUCHED, sizeof audio);
        CHECK_STATUS(palabra_session_read_audio(session, targets[i], audio, 479), PALABRA_ERR_INVALID_ARGUMENT);
        for (n = 0; n < 480; n++)
            wrong += audio[n] != (n < 479 ? 0 : UNTOUCHED * 0x101);
        CHECK_EQ(wrong, 0);
    }
}

static void reading(palabra_session *session)
{
    int16_t audio[480];
    uint8_t odd[2 * 480 + 1];
    size_t n;

    memset(audio, UNTOUCHED, sizeof audio);
    CHECK_STATUS(palabra_session_read_audio(session, "es", NULL, 480), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_read_audio(session, "es", NULL, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_read_audio(session, "es", audio, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_read_audio(session, "es", audio, INT32_MAX), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(palabra_session_read_audio(session, "es", audio, 0), 0);
    for (n = 0; n < 2 * sizeof audio / sizeof *audio; n++)
        CHECK_EQ(((unsigned char *)audio)[n], UNTOUCHED);
    unknown_targets(session);
    CHECK_EQ(palabra_session_read_audio(session, "FR", audio, 480), 0);
    CHECK(audio[0] == 0 && audio[479] == 0);
    CHECK_EQ(palabra_session_read_audio(session, NULL, odd + 1, 480), 0);
    CHECK(odd[1] == 0 && odd[960] == 0);
}

/* No byte beyond the frames is written, for every frame size; silence in mu-law and A-law is not zero. */
static void silence_in_every_format(palabra_session *session)
{
    static const struct {
        palabra_encoding encoding;
        int32_t channels;
        uint32_t frame_bytes;
        unsigned char silence;
    } formats[] = {{PALABRA_ENCODING_S16, 1, 2, 0},       {PALABRA_ENCODING_S16, 8, 16, 0},
                   {PALABRA_ENCODING_F32, 2, 8, 0},       {PALABRA_ENCODING_MULAW, 1, 1, 0xFF},
                   {PALABRA_ENCODING_MULAW, 3, 3, 0xFF},  {PALABRA_ENCODING_ALAW, 1, 1, 0xD5},
                   {PALABRA_ENCODING_DEFAULT, 1, 2, 0}};
    unsigned char audio[16 * 101];
    size_t i, n;

    for (i = 0; i < sizeof formats / sizeof *formats; i++) {
        size_t filled = 100 * formats[i].frame_bytes;
        int wrong = 0;
        CHECK_STATUS(talk_set_output(session, "fr", formats[i].encoding, 8000, formats[i].channels),
                     PALABRA_OK);
        memset(audio, UNTOUCHED, sizeof audio);
        CHECK_EQ(palabra_session_read_audio(session, "fr", audio, 100), 0);
        for (n = 0; n < sizeof audio; n++)
            wrong += audio[n] != (n < filled ? formats[i].silence : UNTOUCHED);
        CHECK_EQ(wrong, 0);
        /* The same applies after an error. */
        CHECK_STATUS(talk_set_output(session, NULL, formats[i].encoding, 8000, formats[i].channels), PALABRA_OK);
        memset(audio, UNTOUCHED, sizeof audio);
        CHECK_STATUS(palabra_session_read_audio(session, "de", audio, 100), PALABRA_ERR_INVALID_ARGUMENT);
        for (n = 0; n < sizeof audio; n++)
            wrong += audio[n] != (n < filled ? formats[i].silence : UNTOUCHED);
        CHECK_EQ(wrong, 0);
    }
}

static void changing_the_format(palabra_session *session)
{
    CHECK_STATUS(talk_set_output(session, "de", PALABRA_ENCODING_DEFAULT, 8000, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_output(session, "es", (palabra_encoding)9, 8000, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(talk_set_output(session, "es", (palabra_encoding)-1, 8000, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 0, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 7999, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 192001, 1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 8000, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 8000, 9), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 24000, 1), PALABRA_OK);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 44101, 1), PALABRA_OK);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_F32, 192000, 8), PALABRA_OK);
    CHECK_STATUS(talk_set_output(session, NULL, PALABRA_ENCODING_F32, 48000, 2), PALABRA_OK);
}

static void figures(palabra_session *session)
{
    palabra_playout_stats stats, empty = PALABRA_PLAYOUT_STATS_INIT;

    memset(&stats, UNTOUCHED, sizeof stats);
    stats.struct_size = sizeof stats;
    CHECK_STATUS(palabra_session_get_playout_stats(session, "de", &stats), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_get_playout_stats(session, "es", NULL), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(stats.buffered_ms & 0xFF, UNTOUCHED);
    CHECK_STATUS(palabra_session_get_playout_stats(session, NULL, &stats), PALABRA_OK);
    CHECK_EQ(memcmp(&stats, &empty, sizeof stats), 0);
}

static void without_playout(void)
{
    palabra_session *session = open_mode(PALABRA_OUTPUT_EVENTS);
    palabra_playout_stats stats = PALABRA_PLAYOUT_STATS_INIT;
    int16_t audio[480] = {UNTOUCHED};

    CHECK_STATUS(palabra_session_read_audio(session, "es", audio, 480), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_read_audio(session, "de", NULL, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_EQ(audio[0], UNTOUCHED);
    CHECK_STATUS(talk_set_output(session, "es", PALABRA_ENCODING_DEFAULT, 8000, 1), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_get_playout_stats(session, "es", &stats), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

int main(void)
{
    static const int32_t modes[] = {PALABRA_OUTPUT_PLAYOUT, PALABRA_OUTPUT_BOTH};
    char url[64];
    int port = 0, i;
    int peer = peers_silent(&port);

    REQUIRE(peer >= 0);
    client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    settings_out_of_range();
    without_playout();
    for (i = 0; i < 2; i++) {
        palabra_session *session = open_mode(modes[i]);
        reading(session);
        figures(session);
        silence_in_every_format(session);
        changing_the_format(session);
        CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    }
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    close(peer);
    return check_result();
}
