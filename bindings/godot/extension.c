/* How a class in C is given to Godot's scripts: names, conversions, registration. */
#include "extension.h"

#include <stdlib.h>
#include <string.h>

/* The engine's own name of PackedFloat32Array.resize() and size(), with their arguments; it stays as long as these do. */
#define RESIZE_HASH 848867239
#define SIZE_HASH 3173160232

static const godot_class_row *row;
static void *library;
static struct {
    void (*new_name)(void *name, const char *text, godot_bool is_static);
    void (*new_string)(void *string, const char *text, godot_int length);
    godot_int (*string_to_utf8)(const void *string, char *text, godot_int most);
    float *(*floats_at)(void *floats, godot_int index);
    const float *(*floats_read)(const void *floats, godot_int index);
    int32_t (*type_of)(const void *variant);
    godot_conversion (*from_type)(int32_t type);
    godot_conversion (*to_type)(int32_t type);
    godot_constructor (*constructor)(int32_t type, int32_t index);
    godot_destructor (*destructor)(int32_t type);
    godot_builtin (*builtin)(int32_t type, const void *name, godot_int hash);
    void *(*construct_object)(const void *class_name);
    void (*set_instance)(void *object, const void *class_name, void *self);
    void (*register_class)(void *library, const void *name, const void *parent, const godot_class *told);
    void (*register_method)(void *library, const void *class_name, const godot_method *told);
    void (*unregister_class)(void *library, const void *name);
} engine;
static godot_builtin resize_floats, size_of_floats;

/* --- Values ------------------------------------------------------------------------------------------------------- */

static void make(godot_type type, godot_value *value)
{
    memset(value, 0, sizeof *value);
    if (type == GODOT_STRING || type == GODOT_FLOATS)
        engine.constructor(type, 0)(value, NULL);
}

static void unmake(godot_type type, void *value)
{
    if (type == GODOT_STRING || type == GODOT_STRING_NAME || type == GODOT_FLOATS)
        engine.destructor(type)(value);
}

char *godot_text(const void *string)
{
    godot_int length = engine.string_to_utf8(string, NULL, 0);
    char *text = malloc((size_t)length + 1);

    if (text != NULL) {
        engine.string_to_utf8(string, text, length);
        text[length] = '\0';
    }
    return text;
}

void godot_set_text(void *string, const char *text, size_t length)
{
    unmake(GODOT_STRING, string);
    engine.new_string(string, text, (godot_int)length);
}

float *godot_resize(void *floats, godot_int count)
{
    const void *values[] = {&count};
    godot_int failed = 0;

    resize_floats(floats, values, &failed, 1);
    return count > 0 && failed == 0 ? engine.floats_at(floats, 0) : NULL;
}

const float *godot_floats(const void *floats, godot_int *count)
{
    /* The engine counts what it may change, and changes nothing. */
    size_of_floats((void *)(uintptr_t)floats, NULL, count, 0);
    return *count > 0 ? engine.floats_read(floats, 0) : NULL;
}

/* --- Calls -------------------------------------------------------------------------------------------------------- */

static void plain_call(void *method, void *self, const void *const *values, void *result)
{
    ((const godot_method_row *)method)->run(self, values, result);
}

static int is_called_rightly(const godot_method_row *called, const void *const *variants, godot_int count, godot_call_error *error)
{
    int n;

    error->expected = called->count;
    error->outcome = count < called->count ? GODOT_CALL_TOO_FEW : count > called->count ? GODOT_CALL_TOO_MANY : GODOT_CALL_OK;
    for (n = 0; error->outcome == GODOT_CALL_OK && n < called->count; n++)
        if (engine.type_of(variants[n]) != (int32_t)called->takes[n]) {
            error->outcome = GODOT_CALL_BAD_ARGUMENT;
            error->argument = n;
            error->expected = (int32_t)called->takes[n];
        }
    return error->outcome == GODOT_CALL_OK;
}

static void call(void *method, void *self, const void *const *variants, godot_int count, void *result, godot_call_error *error)
{
    const godot_method_row *called = method;
    godot_value held[GODOT_MOST_ARGUMENTS], answer;
    const void *values[GODOT_MOST_ARGUMENTS];
    int n;

    if (!is_called_rightly(called, variants, count, error))
        return;
    for (n = 0; n < called->count; n++) {
        engine.to_type(called->takes[n])(&held[n], (void *)(uintptr_t)variants[n]);
        values[n] = &held[n];
    }
    make(called->returns, &answer);
    called->run(self, values, &answer);
    if (called->returns != GODOT_NIL)
        engine.from_type(called->returns)(result, &answer);
    unmake(called->returns, &answer);
    for (n = 0; n < called->count; n++)
        unmake(called->takes[n], &held[n]);
}

/* --- Registration ------------------------------------------------------------------------------------------------- */

static godot_name name_of(const char *text)
{
    godot_name name;

    engine.new_name(&name, text, 0);
    return name;
}

static void *create(void *class_data)
{
    godot_name own = name_of(row->name), parent = name_of("RefCounted");
    void *object = engine.construct_object(&parent), *self = row->create();

    (void)class_data;
    engine.set_instance(object, &own, self);
    unmake(GODOT_STRING_NAME, &own);
    unmake(GODOT_STRING_NAME, &parent);
    return object;
}

static void destroy(void *class_data, void *self)
{
    (void)class_data;
    row->destroy(self);
}

static void describe(godot_property *property, godot_type type, godot_name *none, godot_value *empty)
{
    property->type = type;
    property->name = property->class_name = none;
    property->hint_string = empty;
    property->usage = 6; /* stored and shown: what every property is by default */
}

static void add_method(const godot_name *own, const godot_method_row *added)
{
    godot_name name = name_of(added->name), none = name_of("");
    godot_property arguments[GODOT_MOST_ARGUMENTS] = {{GODOT_NIL, NULL, NULL, 0, NULL, 0}}, answer = {GODOT_NIL, NULL, NULL, 0, NULL, 0};
    int32_t details[GODOT_MOST_ARGUMENTS] = {0};
    godot_method told = {0};
    godot_value empty;
    int n;

    make(GODOT_STRING, &empty);
    for (n = 0; n < added->count; n++)
        describe(&arguments[n], added->takes[n], &none, &empty);
    describe(&answer, added->returns, &none, &empty);
    told.name = &name;
    told.method = (void *)(uintptr_t)added;
    told.call = call;
    told.plain_call = plain_call;
    told.flags = 1; /* an ordinary method */
    told.returns = added->returns != GODOT_NIL;
    told.result = &answer;
    told.count = (uint32_t)added->count;
    told.arguments = arguments;
    told.argument_details = details;
    engine.register_method(library, own, &told);
    unmake(GODOT_STRING, &empty);
    unmake(GODOT_STRING_NAME, &none);
    unmake(GODOT_STRING_NAME, &name);
}

static godot_builtin method_of_floats(const char *text, godot_int hash)
{
    godot_name name = name_of(text);
    godot_builtin found = engine.builtin(GODOT_FLOATS, &name, hash);

    unmake(GODOT_STRING_NAME, &name);
    return found;
}

static void begin(void *data, godot_level level)
{
    godot_name own, parent;
    godot_class told = {0};
    size_t n;

    (void)data;
    if (level != GODOT_LEVEL_SCENE)
        return;
    resize_floats = method_of_floats("resize", RESIZE_HASH);
    size_of_floats = method_of_floats("size", SIZE_HASH);
    if (resize_floats == NULL || size_of_floats == NULL)
        return;
    own = name_of(row->name);
    parent = name_of("RefCounted");
    told.is_exposed = 1;
    told.create = create;
    told.destroy = destroy;
    engine.register_class(library, &own, &parent, &told);
    for (n = 0; n < row->method_count; n++)
        add_method(&own, &row->methods[n]);
    unmake(GODOT_STRING_NAME, &own);
    unmake(GODOT_STRING_NAME, &parent);
}

static void end(void *data, godot_level level)
{
    godot_name own;

    (void)data;
    if (level != GODOT_LEVEL_SCENE || size_of_floats == NULL)
        return;
    own = name_of(row->name);
    engine.unregister_class(library, &own);
    unmake(GODOT_STRING_NAME, &own);
}

static int find_all(godot_find find)
{
    static const char *const names[] = {
        "string_name_new_with_latin1_chars", "string_new_with_utf8_chars_and_len", "string_to_utf8_chars", "packed_float32_array_operator_index",
        "packed_float32_array_operator_index_const",
        "variant_get_type", "get_variant_from_type_constructor", "get_variant_to_type_constructor", "variant_get_ptr_constructor",
        "variant_get_ptr_destructor", "variant_get_ptr_builtin_method", "classdb_construct_object", "object_set_instance",
        "classdb_register_extension_class2", "classdb_register_extension_class_method", "classdb_unregister_extension_class",
    };
    godot_function found[sizeof names / sizeof *names];
    size_t n;

    for (n = 0; n < sizeof names / sizeof *names; n++)
        if ((found[n] = find(names[n])) == NULL)
            return 0;
    /* The struct has one field for each, in this order. */
    memcpy(&engine, found, sizeof engine);
    return 1;
}

godot_bool godot_begin(const godot_class_row *given, godot_find find, void *given_library, godot_extension *extension)
{
    row = given;
    library = given_library;
    extension->level = GODOT_LEVEL_SCENE;
    extension->begin = begin;
    extension->end = end;
    return (godot_bool)find_all(find);
}
