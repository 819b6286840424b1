/* Voices and glossaries in C: the contents of the structs, who frees them, and the results of a failure. */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

#define TIMEOUT_MS CLOCK_PATIENCE_MS
#define KEY_SECRET "rest_echo_secret"

static palabra_error error = PALABRA_ERROR_INIT;

/* An API key, which may name faults of the devserver. */
static palabra_client *account(const char *key)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;

    config.credentials.api_key = key;
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    REQUIRE(client != NULL);
    return client;
}

static palabra_voice_config voice_from_memory(void)
{
    palabra_voice_config config = PALABRA_VOICE_CONFIG_INIT;

    config.name = "My voice";
    config.language = "en";
    config.gender = "female";
    config.sample = "sound";
    config.sample_bytes = 5;
    config.sample_name = "me.wav";
    return config;
}

static void a_voice_from_a_file(palabra_client *client)
{
    palabra_voice_config config = PALABRA_VOICE_CONFIG_INIT, change = PALABRA_VOICE_CONFIG_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT, copy, found = PALABRA_VOICE_INIT;

    config.name = "From a file";
    config.language = "es";
    config.description = "mine";
    config.sample_path = getenv("PALABRA_WAV");
    config.flags = PALABRA_VOICE_DENOISE;
    CHECK_STATUS(palabra_voice_create(client, &config, &voice, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(voice.id != NULL);
    CHECK_EQ(voice.status, PALABRA_VOICE_STATUS_READY);
    CHECK_TEXT(voice.name, "From a file");
    CHECK_TEXT(voice.language, "es");
    CHECK_TEXT(voice.description, "mine");
    CHECK_TEXT(voice.gender, "");
    CHECK_TEXT(voice.errors, "");
    CHECK_CONTAINS(voice.json, "\"processing_status\":\"ready\"");
    change.description = ""; /* takes it away */
    change.mood = "calm";
    CHECK_STATUS(palabra_voice_update(client, voice.id, &change, &found, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_TEXT(found.name, "From a file");
    CHECK_TEXT(found.description, "");
    CHECK_TEXT(found.mood, "calm");
    CHECK_STATUS(palabra_voice_release(&found), PALABRA_OK);
    CHECK_STATUS(palabra_voice_get(client, voice.id, &found, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_TEXT(found.id, voice.id);
    CHECK_STATUS(palabra_voice_release(&found), PALABRA_OK);
    CHECK_STATUS(palabra_voice_delete(client, voice.id, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_STATUS(palabra_voice_delete(client, voice.id, TIMEOUT_MS, &error), PALABRA_ERR_SERVICE);
    CHECK_EQ(error.http_status, 404);
    CHECK_CONTAINS(error.text, "unknown voice");
    copy = voice;
    CHECK_STATUS(palabra_voice_release(&voice), PALABRA_OK);
    CHECK(voice.id == NULL && voice.payload == NULL && voice.struct_size == sizeof voice);
    CHECK_STATUS(palabra_voice_release(&voice), PALABRA_OK);
    CHECK_STATUS(palabra_voice_release(&copy), PALABRA_ERR_BAD_HANDLE);
}

static void voices_in_a_list(palabra_client *client)
{
    palabra_voice_config config = voice_from_memory();
    palabra_voices list = PALABRA_VOICES_INIT, copy;
    int32_t i;

    config.flags = PALABRA_VOICE_NO_WAIT;
    CHECK_STATUS(palabra_voice_list(client, NULL, NULL, &list, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_EQ(list.count, 0);
    CHECK(list.items == NULL);
    CHECK_STATUS(palabra_voices_release(&list), PALABRA_OK);
    for (i = 0; i < 3; i++) {
        palabra_voice voice = PALABRA_VOICE_INIT;
        CHECK_STATUS(palabra_voice_create(client, &config, &voice, TIMEOUT_MS, &error), PALABRA_OK);
        CHECK_EQ(voice.status, PALABRA_VOICE_STATUS_CREATED);
        CHECK_STATUS(palabra_voice_release(&voice), PALABRA_OK);
    }
    CHECK_STATUS(palabra_voice_list(client, "my", "en", &list, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_EQ(list.count, 3);
    for (i = 0; i < list.count; i++) {
        CHECK_TEXT(list.items[i]->name, "My voice");
        CHECK_TEXT(list.items[i]->gender, "female");
        CHECK_EQ(list.items[i]->struct_size, sizeof(palabra_voice));
        CHECK(list.items[i]->payload == NULL);
    }
    copy = list;
    CHECK_STATUS(palabra_voices_release(&list), PALABRA_OK);
    CHECK(list.items == NULL && list.count == 0);
    CHECK_STATUS(palabra_voices_release(&copy), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_voice_list_builtin(client, &list, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK(list.count > 5 && list.items[0]->status == PALABRA_VOICE_STATUS_READY);
    CHECK_STATUS(palabra_voices_release(&list), PALABRA_OK);
}

/* Objects that the service has created by then are returned even if the call fails. */
static void voices_that_come_to_nothing(void)
{
    palabra_voice_config config = voice_from_memory();
    palabra_voice voice = PALABRA_VOICE_INIT, seen = PALABRA_VOICE_INIT;
    palabra_client *slow = account("dev~voice_delay_ms=60000");
    palabra_client *failing = account("dev~voice_fails~voice_delay_ms=0");
    int wait_ms;

    CHECK_STATUS(palabra_voice_create(slow, &config, &voice, 2000, &error), PALABRA_ERR_TIMEOUT);
    REQUIRE(voice.id != NULL);
    /* Long enough to have been asked once, also on a slow machine. */
    for (wait_ms = 1000; seen.id == NULL && wait_ms < TIMEOUT_MS; wait_ms *= 2)
        CHECK_STATUS(palabra_voice_wait_ready(slow, voice.id, &seen, wait_ms, &error), PALABRA_ERR_TIMEOUT);
    CHECK_TEXT(seen.id, voice.id);
    CHECK_EQ(seen.status, PALABRA_VOICE_STATUS_PENDING);
    CHECK_STATUS(palabra_voice_release(&seen), PALABRA_OK);
    CHECK_STATUS(palabra_voice_delete(slow, voice.id, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_STATUS(palabra_voice_release(&voice), PALABRA_OK);

    CHECK_STATUS(palabra_voice_create(failing, &config, &voice, TIMEOUT_MS, &error), PALABRA_ERR_SERVICE);
    CHECK_CONTAINS(error.text, "no speech");
    CHECK_EQ(error.http_status, 0);
    CHECK_EQ(error.flags & PALABRA_FLAG_RETRIABLE, 0);
    CHECK_EQ(voice.status, PALABRA_VOICE_STATUS_FAILED);
    CHECK_CONTAINS(voice.errors, "no speech");
    CHECK_STATUS(palabra_voice_release(&voice), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(slow), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(failing), PALABRA_OK);
}

static void a_glossary(palabra_client *client)
{
    static const palabra_glossary_entry entries[] = {{"cat", "gato"}, {"a, \"b\"", "c\nd"}};
    palabra_glossary_config config = PALABRA_GLOSSARY_CONFIG_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT, changed = PALABRA_GLOSSARY_INIT;
    palabra_glossaries list = PALABRA_GLOSSARIES_INIT;
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT, copy;

    config.kind = PALABRA_GLOSSARY_TRANSLATION;
    config.name = "Animals";
    config.source_language = "en";
    config.target_language = "es";
    config.entries = entries;
    config.entry_count = 2;
    CHECK_STATUS(palabra_glossary_create(client, &config, &glossary, TIMEOUT_MS, &error), PALABRA_OK);
    REQUIRE(glossary.id != NULL);
    CHECK_EQ(glossary.kind, PALABRA_GLOSSARY_TRANSLATION);
    CHECK_EQ(glossary.flags, 0);
    CHECK_TEXT(glossary.target_language, "es");
    CHECK_STATUS(palabra_glossary_update(client, glossary.id, NULL, 0, &changed, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_EQ(changed.flags, PALABRA_GLOSSARY_DISABLED);
    CHECK_TEXT(changed.name, "Animals");
    CHECK_STATUS(palabra_glossary_release(&changed), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_update(client, glossary.id, "Beasts", -1, &changed, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_TEXT(changed.name, "Beasts");
    CHECK_EQ(changed.flags, PALABRA_GLOSSARY_DISABLED);
    CHECK_STATUS(palabra_glossary_release(&changed), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_get(client, glossary.id, &changed, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_CONTAINS(changed.json, "\"glossary_type\":\"translation\"");
    CHECK_STATUS(palabra_glossary_release(&changed), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_list(client, &list, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_EQ(list.count, 1);
    CHECK_TEXT(list.items[0]->name, "Beasts");
    CHECK_STATUS(palabra_glossaries_release(&list), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_download(client, glossary.id, &csv, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_TEXT(csv.text, "cat,gato\n\"a, \"\"b\"\"\",\"c\nd\"\n");
    CHECK_EQ(csv.text_len, strlen(csv.text));
    copy = csv;
    CHECK_STATUS(palabra_glossary_csv_release(&csv), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_csv_release(&copy), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_glossary_delete(client, glossary.id, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_get(client, glossary.id, &changed, TIMEOUT_MS, &error), PALABRA_ERR_SERVICE);
    CHECK_EQ(error.http_status, 404);
    CHECK(changed.id == NULL);
    CHECK_STATUS(palabra_glossary_release(&glossary), PALABRA_OK);
}

static void a_glossary_without_its_entries(palabra_client *client)
{
    palabra_glossary_config config = PALABRA_GLOSSARY_CONFIG_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;

    config.kind = PALABRA_GLOSSARY_HOTWORDS;
    config.name = "Words";
    config.source_language = "en";
    config.csv = "one,two\n";
    CHECK_STATUS(palabra_glossary_create(client, &config, &glossary, TIMEOUT_MS, &error), PALABRA_ERR_SERVICE);
    CHECK_EQ(error.http_status, 422);
    CHECK_CONTAINS(error.text, "row 1: must have 1 columns");
    REQUIRE(glossary.id != NULL);
    CHECK_STATUS(palabra_glossary_delete(client, glossary.id, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_release(&glossary), PALABRA_OK);
}

static void a_refused_key_is_not_shown(void)
{
    palabra_client *client = account("dev~" KEY_SECRET);
    palabra_voices list = PALABRA_VOICES_INIT;

    CHECK_STATUS(palabra_voice_list(client, NULL, NULL, &list, TIMEOUT_MS, &error), PALABRA_ERR_AUTH);
    CHECK_EQ(error.http_status, 401);
    CHECK_LACKS(error.text, KEY_SECRET);
    CHECK(list.items == NULL && list.payload == NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

/* What a health check proves, with both kinds of credentials, and what it does not. */
static void a_service_that_answers(void)
{
    palabra_client_config nowhere = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = account("key-of-the-tests");

    CHECK_STATUS(palabra_client_check(client, TIMEOUT_MS, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    client = talk_client("dev");
    CHECK_STATUS(palabra_client_check(client, TIMEOUT_MS, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    client = talk_client("dev~rest_status=401");
    CHECK_STATUS(palabra_client_check(client, TIMEOUT_MS, &error), PALABRA_ERR_AUTH);
    CHECK_EQ(error.http_status, 401);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    client = talk_client("dev~rest_garbage");
    CHECK_STATUS(palabra_client_check(client, TIMEOUT_MS, &error), PALABRA_ERR_PROTOCOL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    nowhere.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    nowhere.api_url = "http://127.0.0.1:1";
    CHECK_STATUS(palabra_client_new(&nowhere, &client, &error), PALABRA_OK);
    CHECK_STATUS(palabra_client_check(client, TIMEOUT_MS, &error), PALABRA_ERR_AUTH); /* none */
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    client = talk_client_at("dev", "http://127.0.0.1:1", 0);
    CHECK_STATUS(palabra_client_check(client, TIMEOUT_MS, &error), PALABRA_ERR_CONNECT);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    palabra_client *client;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    client = account("key-of-the-tests");
    a_service_that_answers();
    a_voice_from_a_file(client);
    voices_in_a_list(client);
    voices_that_come_to_nothing();
    a_glossary(client);
    a_glossary_without_its_entries(client);
    a_refused_key_is_not_shown();
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
