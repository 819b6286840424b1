/* Compiled with a later header: every struct with a size ends in `later`, which this library does not know. */
#define _POSIX_C_SOURCE 200809L
#include "../c/support/talk.h"

#include <stddef.h>

#define REFUSED(call) CHECK_STATUS(call, PALABRA_ERR_UNSUPPORTED)
/* Whether the library left 0 in the part that it does not know. */
#define CLEARED(value) CHECK(value.later == 0 && value.struct_size == sizeof value)
#define FOREIGN 0xAAAAAAAAAAAAAAAAu

static palabra_error error = PALABRA_ERROR_INIT;

static palabra_client *account(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;

    config.credentials.api_key = "dev-key";
    config.later = 1;
    error.later = FOREIGN;
    REFUSED(palabra_client_new(&config, &client, &error));
    CHECK(client == NULL && error.text[0] != '\0');
    CLEARED(error);
    config.later = 0;
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    REQUIRE(client != NULL);
    return client;
}

static void configs(palabra_client *client)
{
    palabra_translation_config translation = talk_config();
    palabra_tts_config tts = PALABRA_TTS_CONFIG_INIT;
    palabra_stt_config stt = PALABRA_STT_CONFIG_INIT;
    palabra_session *session = NULL;
    char task[4096];

    CHECK(palabra_translation_build_task(&translation, task, (int32_t)sizeof task, &error) > 0);
    tts.language = "en";
    translation.later = tts.later = stt.later = (uint64_t)1 << 63;
    REFUSED(palabra_translation_build_task(&translation, task, (int32_t)sizeof task, &error));
    REFUSED(palabra_session_open_translation(client, &translation, &session, &error));
    REFUSED(palabra_session_open_tts(client, &tts, &session, &error));
    REFUSED(palabra_session_open_stt(client, &stt, &session, &error));
    CHECK(session == NULL);
}

static void a_session(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_session *session = NULL;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    palabra_playout_stats playout = PALABRA_PLAYOUT_STATS_INIT;
    int ready = 0;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    CHECK_STATUS(palabra_session_open_translation(client, &config, &session, &error), PALABRA_OK);
    REQUIRE(session != NULL);
    while (!ready && clock_now_ms() < deadline) {
        event.later = FOREIGN;
        CHECK(palabra_session_poll_event(session, &event, 100) >= 0);
        CLEARED(event);
        ready = event.kind == PALABRA_EVENT_READY;
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK(ready);
    stats.later = playout.later = FOREIGN;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    CLEARED(stats);
    CHECK_STATUS(palabra_session_get_playout_stats(session, "es", &playout), PALABRA_OK);
    CLEARED(playout);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

static int32_t on_progress(const palabra_progress *progress, void *user_data)
{
    /* The end of the struct is missing: a program checks the size before it reads a later field. */
    CHECK_EQ(progress->struct_size, offsetof(palabra_progress, later));
    ++*(int *)user_data;
    return 1;
}

static void files(palabra_client *client)
{
    palabra_translation_config config = talk_config();
    palabra_file_options options = PALABRA_FILE_OPTIONS_INIT;
    palabra_file_result result = PALABRA_FILE_RESULT_INIT;
    palabra_audio audio = PALABRA_AUDIO_INIT;
    const char *wav = getenv("PALABRA_WAV");
    int calls = 0;

    options.progress = on_progress;
    options.user_data = &calls;
    options.later = 1;
    REFUSED(palabra_translate_file(client, &config, wav, NULL, &options, &result, CLOCK_PATIENCE_MS, &error));
    options.later = 0;
    CHECK(palabra_translate_file(client, &config, wav, NULL, &options, &result, CLOCK_PATIENCE_MS, &error) < 0);
    CHECK_EQ(calls, 1);
    CLEARED(result);
    audio.later = FOREIGN;
    CHECK_STATUS(palabra_audio_read_wav(wav, &audio, &error), PALABRA_OK);
    CLEARED(audio);
    CHECK(audio.frames > 0);
    CHECK_STATUS(palabra_audio_release(&audio), PALABRA_OK);
}

static void voices(palabra_client *client)
{
    palabra_voice_config config = PALABRA_VOICE_CONFIG_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT;
    palabra_voices list = PALABRA_VOICES_INIT;

    config.name = "Mine";
    config.language = "en";
    config.sample_path = getenv("PALABRA_WAV");
    config.later = 1;
    REFUSED(palabra_voice_create(client, &config, &voice, CLOCK_PATIENCE_MS, &error));
    config.later = 0;
    voice.later = list.later = FOREIGN;
    CHECK_STATUS(palabra_voice_create(client, &config, &voice, CLOCK_PATIENCE_MS, &error), PALABRA_OK);
    CLEARED(voice);
    CHECK_STATUS(palabra_voice_list(client, NULL, NULL, &list, CLOCK_PATIENCE_MS, &error), PALABRA_OK);
    CLEARED(list);
    CHECK(list.count > 0 && list.items[0]->name[0] != '\0');
    CHECK_STATUS(palabra_voices_release(&list), PALABRA_OK);
    CHECK_STATUS(palabra_voice_release(&voice), PALABRA_OK);
}

static void glossaries(palabra_client *client)
{
    palabra_glossary_config config = PALABRA_GLOSSARY_CONFIG_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;
    palabra_glossaries list = PALABRA_GLOSSARIES_INIT;
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT;

    config.name = "Animals";
    config.kind = PALABRA_GLOSSARY_TRANSLATION;
    config.source_language = "en";
    config.target_language = "es";
    config.csv = "cat,gato\n";
    config.later = 1;
    REFUSED(palabra_glossary_create(client, &config, &glossary, CLOCK_PATIENCE_MS, &error));
    config.later = 0;
    glossary.later = list.later = csv.later = FOREIGN;
    CHECK_STATUS(palabra_glossary_create(client, &config, &glossary, CLOCK_PATIENCE_MS, &error), PALABRA_OK);
    CLEARED(glossary);
    REQUIRE(glossary.id != NULL);
    CHECK_STATUS(palabra_glossary_list(client, &list, CLOCK_PATIENCE_MS, &error), PALABRA_OK);
    CLEARED(list);
    CHECK_STATUS(palabra_glossary_download(client, glossary.id, &csv, CLOCK_PATIENCE_MS, &error), PALABRA_OK);
    CLEARED(csv);
    CHECK_STATUS(palabra_glossary_csv_release(&csv), PALABRA_OK);
    CHECK_STATUS(palabra_glossaries_release(&list), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_release(&glossary), PALABRA_OK);
}

static void a_rest_session(palabra_client *client)
{
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;

    rest.later = FOREIGN;
    CHECK_STATUS(palabra_rest_session_create(client, &rest, CLOCK_PATIENCE_MS, &error), PALABRA_OK);
    CLEARED(rest);
    CHECK_STATUS(palabra_rest_session_release(&rest), PALABRA_OK);
}

int main(void)
{
    palabra_client *client = account(), *of_sessions = talk_client("dev");

    configs(of_sessions);
    a_session(of_sessions);
    files(of_sessions);
    a_rest_session(of_sessions);
    voices(client);
    glossaries(client);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(of_sessions), PALABRA_OK);
    palabra_shutdown(0);
    return check_result();
}
