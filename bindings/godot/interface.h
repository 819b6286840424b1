/* What this extension needs of Godot's interface for extensions (4.2 and later, 64 bits), in words of its own: types by their
 * numbers, structs by their layout, functions by what they take. */
#ifndef PALABRA_GODOT_INTERFACE_H
#define PALABRA_GODOT_INTERFACE_H

#include <stdint.h>

typedef int64_t godot_int;
typedef uint8_t godot_bool;

/* Kinds of values: these are all that the methods take and return. */
typedef enum {
    GODOT_NIL = 0,
    GODOT_INT = 2,
    GODOT_STRING = 4,
    GODOT_STRING_NAME = 21,
    GODOT_FLOATS = 32, /* PackedFloat32Array */
    GODOT_LAST_TYPE = 38
} godot_type;

/* As large as the largest of them. */
typedef union {
    godot_int number;
    void *string[1];
    void *floats[2];
} godot_value;

typedef struct {
    void *data[1];
} godot_name;

typedef enum { GODOT_CALL_OK = 0, GODOT_CALL_BAD_ARGUMENT = 2, GODOT_CALL_TOO_MANY = 3, GODOT_CALL_TOO_FEW = 4, GODOT_CALL_LAST = 6 } godot_call_outcome;

typedef struct {
    godot_call_outcome outcome;
    int32_t argument, expected;
} godot_call_error;

typedef struct {
    godot_type type;
    void *name, *class_name; /* StringName */
    uint32_t hint;
    void *hint_string; /* String */
    uint32_t usage;
} godot_property;

/* Methods are called with variants by scripts, and with plain values by compiled ones. */
typedef void (*godot_call)(void *method, void *self, const void *const *variants, godot_int count, void *result, godot_call_error *error);
typedef void (*godot_plain_call)(void *method, void *self, const void *const *values, void *result);

typedef struct {
    void *name; /* StringName */
    void *method;
    godot_call call;
    godot_plain_call plain_call;
    uint32_t flags;
    godot_bool returns;
    godot_property *result;
    int32_t result_detail; /* an enumeration; 0: nothing more */
    uint32_t count;
    godot_property *arguments;
    int32_t *argument_details;
    uint32_t default_count;
    void **defaults;
} godot_method;

/* Of classes that have no properties and override nothing, the functions between are NULL. */
typedef struct {
    godot_bool is_virtual, is_abstract, is_exposed;
    void (*unused[11])(void);
    void *(*create)(void *class_data);
    void (*destroy)(void *class_data, void *self);
    void (*unused_too[5])(void);
    void *class_data;
} godot_class;

typedef enum { GODOT_LEVEL_SCENE = 2, GODOT_LEVEL_LAST = 4 } godot_level;

typedef struct {
    godot_level level;
    void *data;
    void (*begin)(void *data, godot_level level);
    void (*end)(void *data, godot_level level);
} godot_extension;

typedef void (*godot_function)(void);
typedef godot_function (*godot_find)(const char *name);

typedef void (*godot_constructor)(void *value, const void *const *values);
typedef void (*godot_destructor)(void *value);
typedef void (*godot_builtin)(void *value, const void *const *values, void *result, int count);
/* From the second into the first. */
typedef void (*godot_conversion)(void *into, void *from);

#endif
