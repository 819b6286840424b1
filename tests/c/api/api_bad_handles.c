/* Every function returns an error code for NULL, closed, garbage and foreign handles; no valid handle gets closed. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "random.h"
#include "talk.h"

static uint64_t calls;
static palabra_client *live_client;
static palabra_session *live_session;

static void session_functions_refuse(palabra_session *handle)
{
    int16_t audio[160] = {0};
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_playout_stats playout = PALABRA_PLAYOUT_STATS_INIT;
    palabra_audio speech = PALABRA_AUDIO_INIT;

    CHECK_STATUS(palabra_session_send_audio(handle, audio, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_send_audio(handle, NULL, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_skip(handle, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_send_encoded(handle, audio, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_send_encoded_paced(handle, audio, 160, 20, 0, -1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_flush_input(handle), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_get_input_space(handle), PALABRA_ERR_BAD_HANDLE);
    audio[0] = 77;
    CHECK_STATUS(palabra_session_read_audio(handle, NULL, audio, 160), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_read_audio(handle, "es", NULL, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_EQ(audio[0], 77);
    CHECK_STATUS(talk_set_output(handle, "es", PALABRA_ENCODING_DEFAULT, 8000, 1), PALABRA_ERR_BAD_HANDLE);
    playout.underruns = 77;
    CHECK_STATUS(palabra_session_get_playout_stats(handle, "es", &playout), PALABRA_ERR_BAD_HANDLE);
    CHECK_EQ(playout.underruns, 77);
    CHECK_STATUS(palabra_session_get_state(handle), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_wait_ready(handle, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_wait_ready(handle, -1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_get_error(handle, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_speak(handle, "hello", "es", 0, 1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_finalize(handle, 1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_send_text(handle, "hello", 0, NULL, NULL, 1, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_cancel(handle, NULL, 1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_cancel_tagged(handle, 1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_synthesize(handle, "hello", 0, NULL, 0, &speech, -1, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(speech.pcm == NULL && speech.payload == NULL);
    CHECK_STATUS(palabra_session_end(handle), PALABRA_ERR_BAD_HANDLE);
    event.seq = 77;
    CHECK_STATUS(palabra_session_poll_event(handle, &event, -1), PALABRA_ERR_BAD_HANDLE);
    CHECK_EQ(event.seq, 77);
    if (handle != NULL)
        CHECK_STATUS(palabra_session_close(handle, 1000), PALABRA_ERR_BAD_HANDLE);
    calls += 19;
}

static void management_functions_refuse(palabra_client *handle)
{
    palabra_voice_config new_voice = PALABRA_VOICE_CONFIG_INIT, change = PALABRA_VOICE_CONFIG_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT;
    palabra_voices voices = PALABRA_VOICES_INIT;
    palabra_glossary_config new_glossary = PALABRA_GLOSSARY_CONFIG_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;
    palabra_glossaries glossaries = PALABRA_GLOSSARIES_INIT;
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT;

    change.name = "A name";
    CHECK_STATUS(palabra_voice_create(handle, &new_voice, &voice, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_wait_ready(handle, "id", &voice, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_get(handle, "id", &voice, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_list(handle, NULL, NULL, &voices, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_list_builtin(handle, &voices, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_update(handle, "id", &change, &voice, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_delete(handle, "id", 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_create(handle, &new_glossary, &glossary, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_get(handle, "id", &glossary, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_list(handle, &glossaries, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_download(handle, "id", &csv, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_update(handle, "id", NULL, 1, &glossary, 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_delete(handle, "id", 1000, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK(voice.payload == NULL && voices.payload == NULL && csv.payload == NULL);
    CHECK(glossary.payload == NULL && glossaries.payload == NULL);
    calls += 13;
}

static void client_functions_refuse(palabra_client *handle)
{
    palabra_translation_config config = talk_config();
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    palabra_rest_sessions rests = PALABRA_REST_SESSIONS_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = live_session;
    palabra_tts_config tts = PALABRA_TTS_CONFIG_INIT;

    tts.language = "en";
    CHECK_STATUS(palabra_session_open_tts(handle, &tts, &session, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(session == NULL);
    session = live_session;
    CHECK_STATUS(palabra_session_open_translation(handle, &config, &session, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(session == NULL);
    CHECK_STATUS(error.code, PALABRA_ERR_BAD_HANDLE);
    CHECK(error.text[0] != '\0');
    session = live_session;
    CHECK_STATUS(palabra_session_open_stt(handle, NULL, &session, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(session == NULL);
    CHECK_STATUS(palabra_rest_session_create(handle, &rest, 1000, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK(rest.id == NULL && rest.payload == NULL);
    CHECK_STATUS(palabra_rest_session_list(handle, &rests, 1000, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_rest_session_get(handle, "id", &rest, 1000, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_rest_session_set_ttl(handle, "id", 1000, 1000, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_rest_session_delete(handle, "id", 1000, &error), PALABRA_ERR_BAD_HANDLE);
    management_functions_refuse(handle);
    if (handle != NULL)
        CHECK_STATUS(palabra_client_free(handle), PALABRA_ERR_BAD_HANDLE);
    calls += 8;
}

/* Structs of the library that a program filled with garbage. */
static void releases_refuse(void *payload)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_audio wav = PALABRA_AUDIO_INIT;
    palabra_rest_session rest = PALABRA_REST_SESSION_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT;
    palabra_voices voices = PALABRA_VOICES_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;
    palabra_glossaries glossaries = PALABRA_GLOSSARIES_INIT;
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT;

    event.payload = payload;
    wav.payload = payload;
    rest.payload = payload;
    voice.payload = payload;
    voices.payload = payload;
    glossary.payload = payload;
    glossaries.payload = payload;
    csv.payload = payload;
    CHECK_STATUS(palabra_event_release(&event), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_rest_session_release(&rest), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_release(&voice), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voices_release(&voices), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_release(&glossary), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossaries_release(&glossaries), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_csv_release(&csv), PALABRA_ERR_BAD_HANDLE);
    calls += 8;
}

static void everything_refuses(uintptr_t bits)
{
    if (bits != (uintptr_t)live_session)
        session_functions_refuse((palabra_session *)bits);
    if (bits != (uintptr_t)live_client)
        client_functions_refuse((palabra_client *)bits);
    if (bits != 0)
        releases_refuse((void *)bits);
}

static void random_bits(void)
{
    uint64_t state = 1;
    int i;
    for (i = 0; i < 600; i++) {
        uint64_t bits = random_next(&state);
        everything_refuses((uintptr_t)bits);
        everything_refuses((uintptr_t)(bits & 0xFFFF));
        everything_refuses((uintptr_t)(bits | 1));
    }
}

/* Valid handles with one bit, or one field, changed. */
static void near_misses(uintptr_t real)
{
    unsigned bit;
    uintptr_t step;
    for (bit = 0; bit < 8 * sizeof real; bit++)
        everything_refuses(real ^ ((uintptr_t)1 << bit));
    for (step = 1; step < 100; step++) {
        everything_refuses(real + step);
        everything_refuses(real - step);
    }
}

static void pointers_to_something_else(void)
{
    static char storage[64];
    int local = 0;
    everything_refuses((uintptr_t)&local);
    everything_refuses((uintptr_t)storage);
    everything_refuses((uintptr_t)"text");
    everything_refuses((uintptr_t)&palabra_session_close);
    everything_refuses((uintptr_t)-1);
}

static void closed_handles(void)
{
    palabra_client *client = talk_client("id");
    palabra_session *session = talk_open(client, NULL);
    int i;

    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    session_functions_refuse(session);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    client_functions_refuse(client);
    for (i = 0; i < 200; i++) { /* other objects take their slots; the old handles never become valid again */
        palabra_client *other = talk_client("id");
        CHECK(other != client);
        CHECK_STATUS(palabra_client_free(other), PALABRA_OK);
    }
    everything_refuses((uintptr_t)session);
    everything_refuses((uintptr_t)client);
    CHECK_STATUS(palabra_session_close(NULL, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(NULL), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0;
    int peer = peers_silent(&port);

    REQUIRE(peer >= 0);
    setenv("PALABRA_API_URL", peers_url(url, sizeof url, "http", port), 1);
    live_client = talk_client("id");
    live_session = talk_open(live_client, NULL);
    everything_refuses(0);
    closed_handles();
    random_bits();
    near_misses((uintptr_t)live_session);
    near_misses((uintptr_t)live_client);
    pointers_to_something_else();
    session_functions_refuse((palabra_session *)live_client);
    client_functions_refuse((palabra_client *)live_session);
    releases_refuse(live_client);
    releases_refuse(live_session);
    /* The valid objects are unaffected. */
    CHECK_EQ(palabra_session_get_state(live_session), PALABRA_STATE_CONNECTING);
    CHECK_STATUS(palabra_session_close(live_session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(live_client), PALABRA_OK);
    palabra_shutdown(0);
    close(peer);
    printf("%llu calls\n", (unsigned long long)calls);
    CHECK(calls >= 10000);
    return check_result();
}
