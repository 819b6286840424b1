/* The parts of palabra-audiosocket that need no connection: its configuration, its JSON, its messages, what is full. */
#include "config.h"
#include "json.h"
#include "load.h"
#include "protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed;

#define CHECK(holds) ((holds) ? (void)0 : (void)(failed++, fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #holds)))

/* --- Messages ----------------------------------------------------------------------------------------------------- */

static void check_messages(void) {
    const unsigned char bytes[] = {0x10, 0x01, 0x40, 1, 2, 3};
    unsigned char all[HEAD_BYTES + 320] = {0x10, 0x01, 0x40}, head[HEAD_BYTES];
    struct message message;

    for (int count = 0; count < (int)sizeof bytes; count++)
        CHECK(message_read(bytes, count, &message) == 0);
    CHECK(message_read(all, sizeof all, &message) == sizeof all && message.kind == 0x10 && message.payload_bytes == 320 && message.payload == all + 3);
    message_write_head(head, 0x16, 1920);
    CHECK(memcmp(head, (unsigned char[]){0x16, 0x07, 0x80}, 3) == 0);
    CHECK(message_sample_rate(0x10) == 8000 && message_sample_rate(0x15) == 44100 && message_sample_rate(0x18) == 192000);
    CHECK(message_sample_rate(0x0F) == 0 && message_sample_rate(0x19) == 0 && message_sample_rate(0xFF) == 0);
}

static void check_uuid(void) {
    unsigned char uuid[UUID_BYTES];
    char text[UUID_CHARACTERS + 1];

    for (int n = 0; n < UUID_BYTES; n++)
        uuid[n] = (unsigned char)(n * 17);
    uuid_write(uuid, text);
    CHECK(strcmp(text, "00112233-4455-6677-8899-aabbccddeeff") == 0);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void add_member(void *owner, const char *name, const char *value) {
    sprintf((char *)owner + strlen(owner), "%s=%s;", name, value);
}

/* Returns what was read, "-" for an error. */
static const char *read_json(const char *text) {
    static char found[4096];

    *found = '\0';
    return json_read(text, add_member, found) < 0 ? "-" : found;
}

static void check_json_reading(void) {
    static const char *const wrong[] = {"", "x", "{", "{\"a\"}", "{\"a\":}", "{\"a\":\"b\"", "{\"a\":\"b\" \"c\":\"d\"}", "{\"a\":\"b\"}x", "{\"a\":{\"b\":\"c\"}}",
                                        "{\"a\":[\"b\"]}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "{\"a\":\"b\\"};

    CHECK(strcmp(read_json(" {} "), "") == 0);
    CHECK(strcmp(read_json("{\"key\" : \"a\\\"b\\\\c\\/\\u00e9\\u20ac\" , \"n\":12,\"t\":true,\"language\":\"es\"}\n"), "key=a\"b\\c/\xc3\xa9\xe2\x82\xac;language=es;") == 0);
    for (size_t n = 0; n < sizeof wrong / sizeof *wrong; n++)
        CHECK(strcmp(read_json(wrong[n]), "-") == 0);
}

/* Whatever is read, nothing is read behind it. */
static void check_json_cut(void) {
    const char whole[] = "{\"key\":\"\\u00e9\\n\",\"n\":[1],\"language\":\"es\"}";

    for (size_t length = 0; length < sizeof whole; length++) {
        char *cut = malloc(length + 1); /* where a sanitizer sees its end */
        memcpy(cut, whole, length);
        cut[length] = '\0';
        CHECK(strcmp(read_json(cut), "-") == 0);
        free(cut);
    }
}

static void check_json_writing(void) {
    char buffer[64];
    struct json json;

    json_begin(&json, buffer, sizeof buffer);
    CHECK(strcmp(json_end(&json), "{}") == 0);
    json_begin(&json, buffer, sizeof buffer);
    json_add_text(&json, "a", "b\"\n");
    json_add_number(&json, "n", -7);
    json_add_text(&json, "long", "a text for which there is no space behind the others, which stay");
    json_add_json(&json, "j", "[1]");
    CHECK(strcmp(json_end(&json), "{\"a\":\"b\\u0022\\u000a\",\"n\":-7,\"j\":[1]}") == 0);
}

/* --- The configuration -------------------------------------------------------------------------------------------- */

static int read_config(const char *text, struct config *config, char why[256]) {
    FILE *file = fopen("units.conf", "w");

    if (file == NULL)
        exit(1);
    fputs(text, file);
    fclose(file);
    *why = '\0';
    int result = config_read(config, "units.conf", why, 256);
    remove("units.conf");
    return result;
}

static void check_config(void) {
    static struct config config;
    char why[256];

    CHECK(read_config("# comment\n\n calls = 7 \nlisten=[::1]:5\n[leg 0]\nlanguage = en\n[leg 1a]\nlanguage=es\nvoice_id = x y\nbarge_in = speech\necho=cancel\n[leg *]\nlanguage = fr\n", &config, why) == 0);
    CHECK(config.calls == 7 && strcmp(config.listen, "[::1]:5") == 0 && config.threads == 2 && config.drain_s == 600);
    CHECK(strcmp(config_leg(&config, "0")->language, "en") == 0 && strcmp(config_leg(&config, "1a")->voice_id, "x y") == 0);
    CHECK(strcmp(config_leg(&config, "1a")->barge_in, "speech") == 0 && strcmp(config_leg(&config, "1a")->echo, "cancel") == 0);
    CHECK(strcmp(config_leg(&config, "9")->language, "fr") == 0);
    CHECK(config_leg(&config, "0")->barge_in[0] == '\0' && config_leg(&config, "0")->echo[0] == '\0');
    CHECK(read_config("hook = http://a/\n", &config, why) == 0 && config_leg(&config, "0") == NULL);
}

static void check_wrong_config(void) {
    static const char *const wrong[][2] = {
        {"calls = 0\n", ":1: the value is no number"}, {"calls = 7x\n", "no number"}, {"\ncall = 7\n", ":2: there is no such setting"},
        {"[leg 0]\ncalls = 7\n", ":2: there is no such setting"}, {"[leg 0]\n", "no language"}, {"[leg A]\n", "hexadecimal"}, {"[leg 0\n", "a section is"},
        {"[leg 0]\nbarge_in = on\n", ":2: barge_in is none or speech"}, {"[leg 0]\necho = a word that is too long\n", ":2: echo is off, measure or cancel"},
        {"calls\n", "NAME = VALUE"}, {"", "no languages"}};
    static struct config config;
    char why[256];

    for (size_t n = 0; n < sizeof wrong / sizeof *wrong; n++)
        CHECK(read_config(wrong[n][0], &config, why) < 0 && strstr(why, wrong[n][1]) != NULL);
    CHECK(config_read(&config, "no/such/file", why, sizeof why) < 0 && strstr(why, "no/such/file") != NULL);
}

/* --- What is full ------------------------------------------------------------------------------------------------- */

const int late_bounds_us[LATE_STEPS - 1] = {1000, 2500, 5000, 10000, 20000, 50000};

/* A second in which so many timers of a thousand were as late as a step says. */
static void pass_second(struct load *load, struct media *media, int step, int late, int64_t *now_ms) {
    atomic_fetch_add(&media->late[0], 1000 - late);
    atomic_fetch_add(&media->late[step], late);
    *now_ms += 1000;
    load_look(load, media, 1, 5, *now_ms);
}

static void check_load(void) {
    static struct media media;
    struct load load = {0};
    int64_t now_ms = 1000;

    for (int second = 0; second < 20; second++)
        pass_second(&load, &media, 2, 500, &now_ms); /* up to 5 ms is in time */
    for (int second = 0; second < 20; second++)
        pass_second(&load, &media, 6, 10, &now_ms); /* 1 % is not more than 1 % */
    CHECK(!load_is_full(&load));
    for (int second = 0; second < 4; second++)
        pass_second(&load, &media, 3, 11, &now_ms);
    CHECK(!load_is_full(&load));
    load_look(&load, &media, 1, 5, now_ms + 10);
    CHECK(!load_is_full(&load));
    pass_second(&load, &media, 3, 11, &now_ms);
    CHECK(load_is_full(&load));
    pass_second(&load, &media, 3, 0, &now_ms);
    CHECK(!load_is_full(&load));
}

int main(void) {
    check_messages();
    check_uuid();
    check_json_reading();
    check_json_cut();
    check_json_writing();
    check_config();
    check_wrong_config();
    check_load();
    return failed != 0;
}
