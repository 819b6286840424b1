/* palabra_session_read_audio() returns ENDED once a session is closed and all audio was read, for every close. */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "peers.h"
#include "talk.h"

static int16_t tick[480];

/* Reads until ENDED, with a limit on the silence before it. */
static void ends(const char *what, palabra_session *session, const char *language)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int32_t sound;

    do
        sound = palabra_session_read_audio(session, language, tick, 480);
    while (sound >= 0 && sound != PALABRA_SOUND_ENDED && clock_now_ms() < deadline);
    if (!CHECK_EQ(sound, PALABRA_SOUND_ENDED))
        fprintf(stderr, "  ^ %s, \"%s\"\n", what, language == NULL ? "" : language);
}

static palabra_session *open_tts(palabra_client *client)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;

    config.language = "en";
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_OK);
    return session;
}

static palabra_session *open_translation(palabra_client *client)
{
    palabra_translation_config config = talk_config();

    config.target_languages = "es,fr";
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    return talk_open(client, &config);
}

/* Sessions of both kinds whose connection fails. */
static void fails(const char *what, const char *id, const char *api_url, int wants_error)
{
    int kind;

    for (kind = 0; kind < 2; kind++) {
        palabra_client *client = talk_client_at(id, api_url, 1000);
        palabra_session *session = kind == 0 ? open_translation(client) : open_tts(client);
        talk_fate fate = {0};

        CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
        REQUIRE(session != NULL);
        if (!wants_error)
            CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
        talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
        if (wants_error)
            CHECK(fate.code < 0);
        ends(what, session, NULL);
        if (kind == 0) {
            ends(what, session, "es");
            ends(what, session, "fr");
        }
        CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    }
}

/* Audio that is already fed to the player when the library shuts down is delivered; the rest is not. */
static void shut_down(const char *id, uint32_t speech_ms)
{
    palabra_client *client = talk_client(id);
    palabra_session *session = open_translation(client);
    palabra_playout_stats stats = PALABRA_PLAYOUT_STATS_INIT;
    talk_fate fate = {0};
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    while (stats.buffered_ms < speech_ms && clock_now_ms() < deadline)
        palabra_session_get_playout_stats(session, "es", &stats);
    CHECK(stats.buffered_ms >= speech_ms);
    palabra_shutdown(5000);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_ERR_SHUTDOWN);
    ends("shut down", session, "es");
    ends("shut down", session, "fr");
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

/* Closed first, then shut down while speech is queued: the remaining speech is not fed any more. */
static void shut_down_after_the_end(void)
{
    palabra_client *client = talk_client("dev~burst_s=6~.after");
    palabra_session *session = open_translation(client);
    talk_fate fate = {0};

    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_OK);
    palabra_shutdown(5000);
    ends("shut down after the end", session, "es");
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

int main(void)
{
    char url[64];

    fails("REST 401", "dev~rest_status=401", NULL, 1);
    fails("REST garbage", "dev~rest_garbage", NULL, 1);
    fails("REST reset", "dev~rest_reset", NULL, 1);
    fails("upgrade 503", "dev~upgrade_status=503", NULL, 1);
    fails("refused", "id", peers_url(url, sizeof url, "http", 1), 1);
    fails("no such host", "id", "http://nowhere.invalid:80", 1);
    fails("closed at once", "dev~close_code=1011", NULL, 1);
    fails("reset", "dev~reset_after_ms=100", NULL, 1);
    fails("ended", "id", NULL, 0);
    shut_down("id~.1", 0);
    shut_down("dev~burst_s=6~.2", 5000);
    shut_down_after_the_end();
    return check_result();
}
