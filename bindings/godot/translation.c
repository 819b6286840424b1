/* PalabraTranslation: a live translation for scripts, by the functions of palabra.h. Everything is for the main thread; nothing blocks. */
#include "extension.h"

#include <palabra.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Some minutes: what is read at once is meant for one frame of the game. */
#define MOST_FRAMES 12000000

typedef struct {
    palabra_session *session;
    char *api_key, *client_id, *client_secret;
    palabra_error error;
    palabra_event event;
} translation;

/* --- Life --------------------------------------------------------------------------------------------------------- */

static void *create(void)
{
    static const palabra_error no_error = PALABRA_ERROR_INIT;
    static const palabra_event no_event = PALABRA_EVENT_INIT;
    translation *self = calloc(1, sizeof *self);

    if (self != NULL) {
        self->error = no_error;
        self->event = no_event;
    }
    return self;
}

static void close_session(translation *self)
{
    palabra_session_close(self->session, 0);
    self->session = NULL;
}

/* The secrets are wiped before their memory is given back. */
static void forget(char **secret)
{
    volatile char *at = *secret;

    while (at != NULL && *at != '\0')
        *at++ = '\0';
    free(*secret);
    *secret = NULL;
}

static void destroy(void *instance)
{
    translation *self = instance;

    if (self == NULL)
        return;
    close_session(self);
    palabra_event_release(&self->event);
    forget(&self->api_key);
    forget(&self->client_id);
    forget(&self->client_secret);
    free(self);
}

static void set_number(void *result, palabra_status status)
{
    *(godot_int *)result = status;
}

/* --- Methods ------------------------------------------------------------------------------------------------------ */

static void set_api_key(void *instance, const void *const *values, void *result)
{
    translation *self = instance;

    (void)result;
    forget(&self->api_key);
    self->api_key = godot_text(values[0]);
}

static void set_credentials(void *instance, const void *const *values, void *result)
{
    translation *self = instance;

    (void)result;
    forget(&self->client_id);
    forget(&self->client_secret);
    self->client_id = godot_text(values[0]);
    self->client_secret = godot_text(values[1]);
}

static const char *or_null(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static palabra_status open_with(translation *self, palabra_translation_config *config)
{
    palabra_client_config account = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_status status;

    close_session(self);
    account.binding_name = "godot";
    account.credentials.api_key = or_null(self->api_key);
    account.credentials.client_id = or_null(self->client_id);
    account.credentials.client_secret = or_null(self->client_secret);
    status = palabra_client_new(&account, &client, &self->error);
    if (status >= 0)
        status = palabra_session_open_translation(client, config, &self->session, &self->error);
    /* The session lives on without it. */
    palabra_client_free(client);
    return status;
}

/* From what follows the address: languages, and a rate for both ways. */
static void open_stream(translation *self, const char *url, const char *token, const void *const *values, void *result)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    char *source = godot_text(values[0]), *target = godot_text(values[1]);

    config.source_language = source;
    config.target_languages = target;
    config.stream.url = or_null(url);
    config.stream.token = or_null(token);
    config.flags = PALABRA_SESSION_DROP_OLDEST;
    config.input.format.encoding = config.output.format.encoding = PALABRA_ENCODING_F32;
    config.input.format.sample_rate = config.output.format.sample_rate = (int32_t) * (const godot_int *)values[2];
    config.input.format.channels = config.output.format.channels = 1;
    /* The service ends a session that gets no audio after some 10 s: a paused game sends none. */
    config.input.gap.policy = PALABRA_GAP_PAUSE;
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    set_number(result, open_with(self, &config));
    free(source);
    free(target);
}

static void open_translation(void *instance, const void *const *values, void *result)
{
    open_stream(instance, NULL, NULL, values, result);
}

static void open_at(void *instance, const void *const *values, void *result)
{
    char *url = godot_text(values[0]), *token = godot_text(values[1]);

    open_stream(instance, url, token, values + 2, result);
    free(url);
    forget(&token);
}

static void send_audio(void *instance, const void *const *values, void *result)
{
    translation *self = instance;
    godot_int count = 0;
    const float *audio = godot_floats(values[0], &count);

    *(godot_int *)result = palabra_session_send_audio(self->session, audio, count > INT32_MAX ? INT32_MAX : (int32_t)count);
}

static void read_audio(void *instance, const void *const *values, void *result)
{
    translation *self = instance;
    godot_int wanted = *(const godot_int *)values[0];
    godot_int count = wanted < 0 ? 0 : wanted > MOST_FRAMES ? MOST_FRAMES : wanted;
    float *audio = godot_resize(result, count);

    if (audio != NULL && palabra_session_read_audio(self->session, NULL, audio, (int32_t)count) < 0)
        memset(audio, 0, (size_t)count * sizeof *audio);
}

static void silence(void *instance, const void *const *values, void *result)
{
    translation *self = instance;

    (void)values;
    set_number(result, palabra_session_silence(self->session, NULL, PALABRA_SILENCE_ALL));
}

/* A string of JSON: what may not stand in one is escaped. */
static char *quoted(char *into, const char *text, int32_t length)
{
    int32_t n;

    *into++ = '"';
    for (n = 0; n < length; n++) {
        unsigned char c = (unsigned char)text[n];
        if (c == '"' || c == '\\')
            *into++ = '\\';
        if (c < 0x20)
            into += sprintf(into, "\\u%04x", c);
        else
            *into++ = (char)c;
    }
    *into++ = '"';
    return into;
}

/* {"kind":"TRANSCRIPT","language":"es","text":"Hola","code":0,"phrase":1,"final":true,"translation":true} */
static void set_event(void *result, const palabra_event *event)
{
    const char *kind = palabra_event_kind_name(event->kind);
    /* The longest that escapes and numbers make of it. */
    char *json = malloc(6 * ((size_t)event->text_len + (size_t)event->language_len) + 256), *at = json;

    if (json == NULL)
        return;
    at += sprintf(at, "{\"kind\":\"%s\",\"language\":", kind);
    at = quoted(at, event->language, event->language_len);
    at += sprintf(at, ",\"text\":");
    at = quoted(at, event->text, event->text_len);
    at += sprintf(at, ",\"code\":%d,\"phrase\":%llu,\"final\":%s,\"translation\":%s}", (int)event->code, (unsigned long long)event->phrase,
                  event->flags & PALABRA_FLAG_FINAL ? "true" : "false", event->flags & PALABRA_FLAG_TRANSLATION ? "true" : "false");
    godot_set_text(result, json, (size_t)(at - json));
    free(json);
}

/* "": there is none. */
static void poll(void *instance, const void *const *values, void *result)
{
    translation *self = instance;

    (void)values;
    palabra_event_release(&self->event);
    if (palabra_session_poll_event(self->session, &self->event, 0) > 0)
        set_event(result, &self->event);
}

static void end(void *instance, const void *const *values, void *result)
{
    translation *self = instance;

    (void)values;
    set_number(result, palabra_session_end(self->session));
}

static void close_now(void *instance, const void *const *values, void *result)
{
    (void)values, (void)result;
    close_session(instance);
}

/* Why open() or open_at() refused, as a sentence. */
static void error_text(void *instance, const void *const *values, void *result)
{
    translation *self = instance;

    (void)values;
    godot_set_text(result, self->error.text, strlen(self->error.text));
}

static const godot_method_row methods[] = {
    {"set_api_key", GODOT_NIL, 1, {GODOT_STRING}, set_api_key},
    {"set_credentials", GODOT_NIL, 2, {GODOT_STRING, GODOT_STRING}, set_credentials},
    {"open", GODOT_INT, 3, {GODOT_STRING, GODOT_STRING, GODOT_INT}, open_translation},
    {"open_at", GODOT_INT, 5, {GODOT_STRING, GODOT_STRING, GODOT_STRING, GODOT_STRING, GODOT_INT}, open_at},
    {"send", GODOT_INT, 1, {GODOT_FLOATS}, send_audio},
    {"read", GODOT_FLOATS, 1, {GODOT_INT}, read_audio},
    {"silence", GODOT_INT, 0, {GODOT_NIL}, silence},
    {"poll", GODOT_STRING, 0, {GODOT_NIL}, poll},
    {"end", GODOT_INT, 0, {GODOT_NIL}, end},
    {"close", GODOT_NIL, 0, {GODOT_NIL}, close_now},
    {"error_text", GODOT_STRING, 0, {GODOT_NIL}, error_text},
};
static const godot_class_row row = {"PalabraTranslation", create, destroy, methods, sizeof methods / sizeof *methods};

/* The entry symbol of palabra.gdextension. */
#ifdef _WIN32
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
godot_bool palabra_godot_begin(godot_find find, void *library, godot_extension *extension);

godot_bool palabra_godot_begin(godot_find find, void *library, godot_extension *extension)
{
    return godot_begin(&row, find, library, extension);
}
