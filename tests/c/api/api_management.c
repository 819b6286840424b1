/* Voices and glossaries: invalid requests are refused before anything is sent; every pointer may be NULL. */
#define _POSIX_C_SOURCE 200809L
#include "peers.h"
#include "talk.h"

#define TIMEOUT_MS 5000

static palabra_error error = PALABRA_ERROR_INIT;

static palabra_client *key_client(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;

    config.credentials.api_key = "key-of-the-tests";
    CHECK_STATUS(palabra_client_new(&config, &client, &error), PALABRA_OK);
    REQUIRE(client != NULL);
    return client;
}

static palabra_voice_config good_voice(void)
{
    palabra_voice_config config = PALABRA_VOICE_CONFIG_INIT;

    config.name = "My voice";
    config.language = "en";
    config.sample = "sound";
    config.sample_bytes = 5;
    config.sample_name = "me.wav";
    return config;
}

static palabra_glossary_config good_glossary(void)
{
    static const palabra_glossary_entry entries[] = {{"cat", "gato"}, {"dog", "perro"}};
    palabra_glossary_config config = PALABRA_GLOSSARY_CONFIG_INIT;

    config.kind = PALABRA_GLOSSARY_TRANSLATION;
    config.name = "Terms";
    config.source_language = "en";
    config.target_language = "es";
    config.entries = entries;
    config.entry_count = 2;
    return config;
}

static void voice_refused(palabra_client *client, palabra_voice_config config, palabra_status status, const char *part)
{
    palabra_voice voice = PALABRA_VOICE_INIT;

    CHECK_STATUS(palabra_voice_create(client, &config, &voice, TIMEOUT_MS, &error), status);
    CHECK_CONTAINS(error.text, part);
    CHECK(voice.id == NULL && voice.payload == NULL);
}

static void bad_voices(palabra_client *client)
{
    palabra_voice_config config = good_voice();
    char long_name[66];

    memset(long_name, 'x', 65);
    long_name[65] = '\0';
#define BAD_VOICE(field, value, status, part)       \
    config = good_voice();                          \
    config.field = value;                           \
    voice_refused(client, config, status, part)
    BAD_VOICE(name, NULL, PALABRA_ERR_INVALID_ARGUMENT, "name is missing");
    BAD_VOICE(name, "ab", PALABRA_ERR_INVALID_ARGUMENT, "3 to 64");
    BAD_VOICE(name, long_name, PALABRA_ERR_INVALID_ARGUMENT, "3 to 64");
    BAD_VOICE(name, "a/b/c", PALABRA_ERR_INVALID_ARGUMENT, "3 to 64");
    BAD_VOICE(name, "abc\xff", PALABRA_ERR_INVALID_UTF8, "name");
    BAD_VOICE(language, NULL, PALABRA_ERR_INVALID_ARGUMENT, "language is missing");
    BAD_VOICE(sample_name, NULL, PALABRA_ERR_INVALID_ARGUMENT, "missing");
    BAD_VOICE(sample_name, "me.ogg", PALABRA_ERR_INVALID_ARGUMENT, "me.ogg");
    BAD_VOICE(sample, NULL, PALABRA_ERR_INVALID_ARGUMENT, "sample is missing");
    BAD_VOICE(sample_bytes, 0, PALABRA_ERR_INVALID_ARGUMENT, "empty");
    BAD_VOICE(sample_bytes, 10485761, PALABRA_ERR_INVALID_ARGUMENT, "10 MB");
    BAD_VOICE(sample_bytes, UINT64_MAX, PALABRA_ERR_INVALID_ARGUMENT, "10 MB");
    BAD_VOICE(sample_path, "x.wav", PALABRA_ERR_INVALID_ARGUMENT, "not both");
    BAD_VOICE(sample_json, "[]", PALABRA_ERR_INVALID_ARGUMENT, "the JSON of the sample");
    BAD_VOICE(flags, 4, PALABRA_ERR_UNSUPPORTED, "");
    BAD_VOICE(struct_size, 8, PALABRA_ERR_INVALID_ARGUMENT, "");
    config = good_voice();
    config.sample = NULL;
    config.sample_bytes = 0;
    config.sample_path = "no-such-file.wav";
    voice_refused(client, config, PALABRA_ERR_IO, "no-such-file.wav");
}

static void bad_changes(palabra_client *client)
{
    palabra_voice_config change = PALABRA_VOICE_CONFIG_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT;

    CHECK_STATUS(palabra_voice_update(client, "id", &change, &voice, TIMEOUT_MS, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "nothing to change");
    change.name = "x";
    CHECK_STATUS(palabra_voice_update(client, "id", &change, &voice, TIMEOUT_MS, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "3 to 64");
    change = good_voice();
    CHECK_STATUS(palabra_voice_update(client, "id", &change, &voice, TIMEOUT_MS, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "can be changed");
}

static void glossary_refused(palabra_client *client, palabra_glossary_config config, palabra_status status,
                             const char *part)
{
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;

    CHECK_STATUS(palabra_glossary_create(client, &config, &glossary, TIMEOUT_MS, &error), status);
    CHECK_CONTAINS(error.text, part);
    CHECK(glossary.id == NULL && glossary.payload == NULL);
}

static void bad_glossaries(palabra_client *client)
{
    static const palabra_glossary_entry half[] = {{"cat", "gato"}, {"dog", NULL}}, nameless[] = {{NULL, "gato"}};
    static const palabra_glossary_entry garbled[] = {{"cat", "\xff"}};
    palabra_glossary_config config;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;
    size_t large = 1048577;
    char *csv = malloc(large + 1);

    REQUIRE(csv != NULL);
    memset(csv, 'x', large);
    csv[large] = '\0';
#define BAD_GLOSSARY(field, value, status, part)    \
    config = good_glossary();                       \
    config.field = value;                           \
    glossary_refused(client, config, status, part)
    BAD_GLOSSARY(name, NULL, PALABRA_ERR_INVALID_ARGUMENT, "name is missing");
    BAD_GLOSSARY(name, " ", PALABRA_ERR_INVALID_ARGUMENT, "name");
    BAD_GLOSSARY(kind, 0, PALABRA_ERR_INVALID_ARGUMENT, "kind is missing");
    BAD_GLOSSARY(kind, 4, PALABRA_ERR_INVALID_ARGUMENT, "kind");
    BAD_GLOSSARY(kind, PALABRA_GLOSSARY_VERIFICATION, PALABRA_ERR_INVALID_ARGUMENT, "translation glossaries only");
    BAD_GLOSSARY(source_language, NULL, PALABRA_ERR_INVALID_ARGUMENT, "source_language");
    BAD_GLOSSARY(target_language, NULL, PALABRA_ERR_INVALID_ARGUMENT, "needs a target language");
    BAD_GLOSSARY(entry_count, 0, PALABRA_ERR_INVALID_ARGUMENT, "only one");
    BAD_GLOSSARY(entries, NULL, PALABRA_ERR_INVALID_ARGUMENT, "entries is missing");
    BAD_GLOSSARY(entries, half, PALABRA_ERR_INVALID_ARGUMENT, "entry 2");
    config.entry_count = 1;
    config.entries = nameless;
    glossary_refused(client, config, PALABRA_ERR_INVALID_ARGUMENT, "entry 1 is empty");
    config.entries = garbled;
    glossary_refused(client, config, PALABRA_ERR_INVALID_UTF8, "entry 1");
    config = good_glossary();
    config.kind = PALABRA_GLOSSARY_HOTWORDS;
    config.target_language = NULL;
    glossary_refused(client, config, PALABRA_ERR_INVALID_ARGUMENT, "entry 1 is a pair");
    BAD_GLOSSARY(csv, "a,b\n", PALABRA_ERR_INVALID_ARGUMENT, "only one");
    config.entry_count = 0;
    config.csv = "";
    glossary_refused(client, config, PALABRA_ERR_INVALID_ARGUMENT, "empty");
    config.csv = csv;
    glossary_refused(client, config, PALABRA_ERR_INVALID_ARGUMENT, "1 MB");
    config.csv = NULL;
    config.csv_path = "no-such-file.csv";
    glossary_refused(client, config, PALABRA_ERR_IO, "no-such-file.csv");
    BAD_GLOSSARY(flags, 2, PALABRA_ERR_UNSUPPORTED, "");
    CHECK_STATUS(palabra_glossary_update(client, "id", NULL, -1, &glossary, TIMEOUT_MS, &error),
                 PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_glossary_update(client, "id", NULL, 2, &glossary, TIMEOUT_MS, &error),
                 PALABRA_ERR_INVALID_ARGUMENT);
    free(csv);
}

/* An id becomes part of a URL path: no id may address the account's whole collection. */
static void bad_ids(palabra_client *client)
{
    static const char *const ids[] = {NULL, "", ".", ".."};
    palabra_voice_config change = PALABRA_VOICE_CONFIG_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT;
    size_t i;

    change.name = "A name";
#define REFUSES(call) CHECK_STATUS(call, PALABRA_ERR_INVALID_ARGUMENT)
    for (i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        REFUSES(palabra_voice_get(client, ids[i], &voice, TIMEOUT_MS, &error));
        CHECK_CONTAINS(error.text, "id is");
        REFUSES(palabra_voice_wait_ready(client, ids[i], &voice, TIMEOUT_MS, &error));
        REFUSES(palabra_voice_update(client, ids[i], &change, &voice, TIMEOUT_MS, &error));
        REFUSES(palabra_voice_delete(client, ids[i], TIMEOUT_MS, &error));
        REFUSES(palabra_glossary_get(client, ids[i], &glossary, TIMEOUT_MS, &error));
        REFUSES(palabra_glossary_download(client, ids[i], &csv, TIMEOUT_MS, &error));
        REFUSES(palabra_glossary_update(client, ids[i], "Name", 1, &glossary, TIMEOUT_MS, &error));
        REFUSES(palabra_glossary_delete(client, ids[i], TIMEOUT_MS, &error));
    }
}

static void no_place_for_the_result(palabra_client *client)
{
    palabra_voice_config voice = good_voice();
    palabra_glossary_config glossary = good_glossary();
    palabra_voice impossible = PALABRA_VOICE_INIT;
    palabra_voices list = PALABRA_VOICES_INIT;

    impossible.struct_size = 4;
    REFUSES(palabra_voice_create(client, &voice, NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_create(client, &voice, &impossible, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_get(client, "id", NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_wait_ready(client, "id", NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_update(client, "id", &voice, NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_list(client, NULL, NULL, NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_list_builtin(client, NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_glossary_create(client, &glossary, NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_glossary_get(client, "id", NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_glossary_list(client, NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_glossary_download(client, "id", NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_glossary_update(client, "id", "Name", 1, NULL, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_list(client, "x", NULL, &list, TIMEOUT_MS, &error));
    CHECK_CONTAINS(error.text, "2 characters");
    impossible.struct_size = sizeof impossible;
    REFUSES(palabra_voice_create(client, NULL, &impossible, TIMEOUT_MS, NULL));
    REFUSES(palabra_voice_update(client, "id", NULL, &impossible, TIMEOUT_MS, NULL));
}

static void structs(void)
{
    palabra_voice voice = PALABRA_VOICE_INIT, by_call;

    REFUSES(palabra_struct_init(NULL, sizeof(palabra_voice_config)));
    REFUSES(palabra_struct_init(NULL, sizeof(palabra_voice)));
    REFUSES(palabra_struct_init(NULL, sizeof(palabra_voices)));
    REFUSES(palabra_struct_init(NULL, sizeof(palabra_glossary_config)));
    REFUSES(palabra_struct_init(NULL, sizeof(palabra_glossary)));
    REFUSES(palabra_struct_init(NULL, sizeof(palabra_glossaries)));
    REFUSES(palabra_struct_init(NULL, sizeof(palabra_glossary_csv)));
    REFUSES(palabra_struct_init(&by_call, 4));
    CHECK_STATUS(palabra_struct_init(&by_call, sizeof by_call), PALABRA_OK);
    CHECK_EQ(memcmp(&voice, &by_call, sizeof voice), 0);
    CHECK_STATUS(palabra_voice_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_voice_release(&voice), PALABRA_OK);
    CHECK_STATUS(palabra_voices_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_glossaries_release(NULL), PALABRA_OK);
    CHECK_STATUS(palabra_glossary_csv_release(NULL), PALABRA_OK);
}

static void other_credentials(void)
{
    palabra_client *client = talk_client("id");
    palabra_voices list = PALABRA_VOICES_INIT;
    palabra_voice_config voice = good_voice();

    CHECK_STATUS(palabra_voice_list(client, NULL, NULL, &list, TIMEOUT_MS, &error), PALABRA_ERR_AUTH);
    CHECK_CONTAINS(error.text, "PALABRA_API_KEY");
    voice_refused(client, voice, PALABRA_ERR_AUTH, "API key");
    glossary_refused(client, good_glossary(), PALABRA_ERR_AUTH, "API key");
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0;
    int peer = peers_silent(&port);
    struct pollfd called;
    palabra_client *client;
    palabra_voices list = PALABRA_VOICES_INIT;

    REQUIRE(peer >= 0);
    setenv("PALABRA_API_URL", peers_url(url, sizeof url, "http", port), 1);
    client = key_client();
    structs();
    bad_voices(client);
    bad_changes(client);
    bad_glossaries(client);
    bad_ids(client);
    no_place_for_the_result(client);
    other_credentials();
    called.fd = peer;
    called.events = POLLIN;
    CHECK_EQ(poll(&called, 1, 0), 0); /* no request was sent */
    CHECK_STATUS(palabra_voice_list(client, NULL, NULL, &list, 100, &error), PALABRA_ERR_TIMEOUT);
    CHECK_EQ(poll(&called, 1, 0), 1);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    close(peer);
    return check_result();
}
