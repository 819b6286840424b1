/* Loads the extension as Godot does, with a model of the engine's values and classes, and holds a conversation as a script
 * would. Whatever the extension makes of the engine's it must give back.
 *
 * usage: engine EXTENSION RECORDING.wav
 * devserver: --no-rate-limits
 */
#define _POSIX_C_SOURCE 200809L
#include "values.h"

#include <palabra.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RATE 48000
#define FRAME (RATE / 60)

/* --- The one class ------------------------------------------------------------------------------------------------ */

#define MOST_METHODS 32

typedef struct {
    char name[32];
    godot_method told;
    godot_type returns;
} known_method;

static struct {
    godot_class told;
    known_method methods[MOST_METHODS];
    int count, is_registered;
    void *self;
    const char *parent;
} known;

static int library, object;

static void *construct_object(const void *class_name)
{
    CHECK(strcmp(*(char *const *)class_name, "RefCounted") == 0);
    return &object;
}

static void set_instance(void *made, const void *class_name, void *self)
{
    CHECK(made == &object && self != NULL && strcmp(*(char *const *)class_name, "PalabraTranslation") == 0);
    known.self = self;
}

static void register_class(void *of, const void *name, const void *parent, const godot_class *told)
{
    CHECK(of == &library && strcmp(*(char *const *)name, "PalabraTranslation") == 0 && strcmp(*(char *const *)parent, "RefCounted") == 0);
    CHECK(told->is_exposed && !told->is_virtual && !told->is_abstract && told->create != NULL && told->destroy != NULL);
    known.told = *told;
    known.is_registered = 1;
}

static void register_method(void *of, const void *class_name, const godot_method *told)
{
    known_method *added = &known.methods[known.count++];

    CHECK(of == &library && known.is_registered && known.count <= MOST_METHODS && strcmp(*(char *const *)class_name, "PalabraTranslation") == 0);
    CHECK(told->call != NULL && told->plain_call != NULL && told->default_count == 0);
    CHECK(told->result->name != NULL && told->result->hint_string != NULL && told->result->class_name != NULL);
    snprintf(added->name, sizeof added->name, "%s", *(char **)told->name);
    added->told = *told;
    added->returns = told->returns ? told->result->type : GODOT_NIL;
}

static void unregister_class(void *of, const void *name)
{
    CHECK(of == &library && strcmp(*(char *const *)name, "PalabraTranslation") == 0);
    known.is_registered = 0;
}

static const struct {
    const char *name;
    godot_function function;
} functions[] = {
    {"string_name_new_with_latin1_chars", (godot_function)new_name},
    {"string_new_with_utf8_chars_and_len", (godot_function)new_string},
    {"string_to_utf8_chars", (godot_function)string_to_utf8},
    {"packed_float32_array_operator_index", (godot_function)floats_at},
    {"packed_float32_array_operator_index_const", (godot_function)floats_read},
    {"variant_get_type", (godot_function)type_of},
    {"get_variant_from_type_constructor", (godot_function)from_type},
    {"get_variant_to_type_constructor", (godot_function)to_type},
    {"variant_get_ptr_constructor", (godot_function)constructor},
    {"variant_get_ptr_destructor", (godot_function)destructor},
    {"variant_get_ptr_builtin_method", (godot_function)builtin},
    {"classdb_construct_object", (godot_function)construct_object},
    {"object_set_instance", (godot_function)set_instance},
    {"classdb_register_extension_class2", (godot_function)register_class},
    {"classdb_register_extension_class_method", (godot_function)register_method},
    {"classdb_unregister_extension_class", (godot_function)unregister_class},
};
/* As an engine that is older than the extension needs. */
static const char *missing;

static godot_function find(const char *name)
{
    size_t n;

    for (n = 0; n < sizeof functions / sizeof *functions; n++)
        if (strcmp(functions[n].name, name) == 0 && (missing == NULL || strcmp(missing, name) != 0))
            return functions[n].function;
    return NULL;
}

/* --- A script ----------------------------------------------------------------------------------------------------- */

static const known_method *method(const char *name)
{
    int n;

    for (n = 0; n < known.count; n++)
        if (strcmp(known.methods[n].name, name) == 0)
            return &known.methods[n];
    fprintf(stderr, "no method %s\n", name);
    exit(1);
}

static variant number(godot_int n)
{
    variant made = {GODOT_INT, {n}};
    return made;
}

static variant text(const char *content)
{
    variant made = {GODOT_STRING, {0}};
    new_string(&made.value, content, (godot_int)strlen(content));
    return made;
}

static variant floats(const float *samples, godot_int count)
{
    variant made = {GODOT_FLOATS, {0}};
    const void *values[] = {&count};
    godot_int failed;

    resize_floats(&made.value, values, &failed, 1);
    memcpy((*(buffer **)&made.value)->samples, samples, (size_t)count * sizeof *samples);
    return made;
}

static godot_call_error try_call(const char *name, variant *arguments, int count, variant *result)
{
    const known_method *called = method(name);
    const void *variants[8] = {NULL};
    godot_call_error error = {GODOT_CALL_OK, 0, 0};
    int n;

    for (n = 0; n < count; n++)
        variants[n] = &arguments[n];
    memset(result, 0, sizeof *result);
    called->told.call(called->told.method, known.self, variants, count, result, &error);
    CHECK(error.outcome != GODOT_CALL_OK || result->type == (int64_t)called->returns);
    for (n = 0; n < count; n++)
        free_variant(&arguments[n]);
    return error;
}

static variant call(const char *name, variant *arguments, int count)
{
    variant result;

    CHECK(try_call(name, arguments, count, &result).outcome == GODOT_CALL_OK);
    return result;
}

static godot_int call_number(const char *name, variant *arguments, int count)
{
    return call(name, arguments, count).value.number;
}

/* Compiled scripts call with plain values; the result holds one already. */
static void read_plainly(float *into)
{
    const known_method *called = method("read");
    godot_int count = FRAME;
    const void *values[] = {&count};
    godot_value result = {0};

    called->told.plain_call(called->told.method, known.self, values, &result);
    CHECK((*(buffer **)&result)->count == FRAME);
    memcpy(into, (*(buffer **)&result)->samples, FRAME * sizeof *into);
    free_floats(&result);
}

static void mistakes_are_told(void)
{
    variant few[] = {number(1)}, many[] = {number(1), number(2)}, wrong[] = {text("100")}, result;
    godot_call_error error = try_call("send", few, 0, &result);

    CHECK(error.outcome == GODOT_CALL_TOO_FEW && error.expected == 1);
    error = try_call("read", many, 2, &result);
    CHECK(error.outcome == GODOT_CALL_TOO_MANY && error.expected == 1);
    error = try_call("read", wrong, 1, &result);
    CHECK(error.outcome == GODOT_CALL_BAD_ARGUMENT && error.argument == 0 && error.expected == GODOT_INT);
}

static void without_a_session_nothing_breaks(void)
{
    variant some[] = {number(FRAME)}, negative[] = {number(-5)}, result, refused[] = {text("en"), text(""), number(RATE)};

    CHECK(call_number("end", NULL, 0) == PALABRA_ERR_BAD_HANDLE && call_number("silence", NULL, 0) == PALABRA_ERR_BAD_HANDLE);
    result = call("read", some, 1);
    CHECK(floats_read(&result.value, FRAME - 1)[0] == 0.0f);
    free_variant(&result);
    result = call("read", negative, 1);
    free_variant(&result);
    result = call("poll", NULL, 0);
    CHECK(string_to_utf8(&result.value, NULL, 0) == 0);
    free_variant(&result);
    CHECK(call_number("open", refused, 3) == PALABRA_ERR_INVALID_ARGUMENT);
    result = call("error_text", NULL, 0);
    CHECK(strstr(*(char **)&result.value, "target") != NULL);
    free_variant(&result);
}

/* Sends the recording frame by frame, and reads until the end; returns how many frames had sound. */
static int converse(const palabra_audio *recording)
{
    static float block[FRAME];
    struct timespec tick = {0, 1000000000 / 60};
    int sounds = 0, closed = 0, finals = 0;
    int64_t at = 0, n;

    while (!closed) {
        variant sent, result;
        for (n = 0; n < FRAME; n++, at++)
            block[n] = at < recording->frames ? recording->pcm[at * recording->channels] / 32768.0f : 0.0f;
        sent = floats(block, FRAME);
        call_number("send", &sent, 1);
        if (at >= recording->frames && at - FRAME < recording->frames)
            CHECK(call_number("end", NULL, 0) == 0);
        read_plainly(block);
        for (n = 0; n < FRAME && block[n] == 0.0f; n++)
            ;
        sounds += n < FRAME;
        for (;;) {
            const char *json;
            result = call("poll", NULL, 0);
            json = *(char **)&result.value;
            if (json == NULL)
                break;
            closed |= strstr(json, "\"kind\":\"CLOSED\"") != NULL && strstr(json, "\"code\":0,") != NULL;
            finals += strstr(json, "\"final\":true,\"translation\":true}") != NULL;
            if (strstr(json, "\"kind\":\"TRANSCRIPT\""))
                printf("%s\n", json);
            free_variant(&result);
        }
        nanosleep(&tick, NULL);
    }
    CHECK(finals >= 1);
    return sounds;
}

static void talk(const char *path)
{
    variant languages[] = {text("en"), text("es"), number(0)}, credentials[] = {text("demo"), text("demo-secret")};
    palabra_audio recording = PALABRA_AUDIO_INIT;

    CHECK(palabra_audio_read_wav(path, &recording, NULL) == PALABRA_OK);
    languages[2] = number(recording.sample_rate);
    call("set_credentials", credentials, 2);
    CHECK(call_number("open", languages, 3) == 0);
    CHECK(converse(&recording) > 10);
    call("close", NULL, 0);
    palabra_audio_release(&recording);
}

int main(int argc, char **argv)
{
    godot_bool (*begin)(godot_find, void *, godot_extension *);
    godot_extension extension = {GODOT_LEVEL_LAST, NULL, NULL, NULL};
    void *loaded;

    CHECK(argc == 3);
    loaded = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    CHECK(loaded != NULL);
    *(void **)&begin = dlsym(loaded, "palabra_godot_begin");
    CHECK(begin != NULL);
    missing = "packed_float32_array_operator_index_const";
    CHECK(!begin(find, &library, &extension));
    missing = NULL;
    CHECK(begin(find, &library, &extension) && extension.level == GODOT_LEVEL_SCENE);
    extension.begin(extension.data, 0);
    CHECK(!known.is_registered);
    extension.begin(extension.data, GODOT_LEVEL_SCENE);
    CHECK(known.is_registered && alive == 0);
    CHECK(known.told.create(known.told.class_data) == &object);
    mistakes_are_told();
    without_a_session_nothing_breaks();
    talk(argv[2]);
    known.told.destroy(known.told.class_data, known.self);
    extension.end(extension.data, GODOT_LEVEL_SCENE);
    CHECK(!known.is_registered && alive == 0);
    palabra_shutdown(2000);
    return 0;
}
