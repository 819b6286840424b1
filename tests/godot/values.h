/* The model's values and variants. */
#ifndef PALABRA_TEST_GODOT_VALUES_H
#define PALABRA_TEST_GODOT_VALUES_H

#include "../../bindings/godot/interface.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what) \
    do { \
        if (!(what)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); \
            exit(1); \
        } \
    } while (0)

/* --- Values: what is alive is counted. A variant is larger than what it holds, as in the engine. ----------------- */

typedef struct {
    int64_t type;
    godot_value value;
} variant;

/* One buffer may be shared by several values, until one of them is written to. */
typedef struct {
    int owners;
    godot_int count;
    float samples[1];
} buffer;

static int alive;

static char *copy_of(const char *text, size_t length)
{
    char *copy = malloc(length + 1);

    CHECK(copy != NULL);
    memcpy(copy, text, length);
    copy[length] = '\0';
    alive++;
    return copy;
}

static void free_text(void *value)
{
    void **text = value;

    alive -= *text != NULL;
    free(*text);
    *text = NULL;
}

static void new_name(void *name, const char *text, godot_bool is_static)
{
    CHECK(!is_static);
    *(char **)name = copy_of(text, strlen(text));
}

static void new_string(void *string, const char *text, godot_int length)
{
    *(char **)string = copy_of(text, (size_t)length);
}

static godot_int string_to_utf8(const void *string, char *text, godot_int most)
{
    const char *held = *(char *const *)string;
    godot_int length = held == NULL ? 0 : (godot_int)strlen(held);

    if (text != NULL && held != NULL)
        memcpy(text, held, (size_t)(length < most ? length : most));
    return length;
}

static void let_go(buffer *held)
{
    if (held != NULL && --held->owners == 0) {
        alive--;
        free(held);
    }
}

static void free_floats(void *value)
{
    buffer **floats = value;

    let_go(*floats);
    *floats = NULL;
}

static void resize_floats(void *value, const void *const *values, void *result, int count)
{
    buffer **floats = value, *made;
    godot_int wanted = *(const godot_int *)values[0], kept = *floats == NULL ? 0 : (*floats)->count;

    CHECK(count == 1 && wanted >= 0);
    made = calloc(1, sizeof *made + (size_t)wanted * sizeof(float));
    CHECK(made != NULL);
    made->owners = 1;
    made->count = wanted;
    alive++;
    if (kept > 0)
        memcpy(made->samples, (*floats)->samples, (size_t)(kept < wanted ? kept : wanted) * sizeof(float));
    let_go(*floats);
    *floats = made;
    *(godot_int *)result = 0;
}

static void size_of_floats(void *value, const void *const *values, void *result, int count)
{
    const buffer *held = *(buffer *const *)value;

    CHECK(count == 0 && values == NULL);
    *(godot_int *)result = held == NULL ? 0 : held->count;
}

static const float *floats_read(const void *value, godot_int index)
{
    const buffer *held = *(buffer *const *)value;

    CHECK(held != NULL && index >= 0 && index < held->count);
    return &held->samples[index];
}

static float *floats_at(void *value, godot_int index)
{
    /* Who writes to what others see has made a mistake here, where the engine would copy it. */
    CHECK((*(buffer **)value)->owners == 1);
    return (float *)(uintptr_t)floats_read(value, index);
}

static void start_empty(void *value, const void *const *values)
{
    CHECK(values == NULL);
    *(void **)value = NULL;
}

static godot_constructor constructor(int32_t type, int32_t index)
{
    CHECK((type == GODOT_STRING || type == GODOT_FLOATS) && index == 0);
    return start_empty;
}

static godot_destructor destructor(int32_t type)
{
    CHECK(type == GODOT_STRING || type == GODOT_STRING_NAME || type == GODOT_FLOATS);
    return type == GODOT_FLOATS ? free_floats : free_text;
}

static godot_builtin builtin(int32_t type, const void *name, godot_int hash)
{
    const char *text = *(char *const *)name;

    CHECK(type == GODOT_FLOATS);
    if (strcmp(text, "resize") == 0 && hash == 848867239)
        return resize_floats;
    return strcmp(text, "size") == 0 && hash == 3173160232 ? size_of_floats : NULL;
}

/* --- Variants ----------------------------------------------------------------------------------------------------- */

static void copy_value(int64_t type, void *into, const void *from)
{
    const char *text = *(char *const *)from;

    if (type == GODOT_INT)
        *(godot_int *)into = *(const godot_int *)from;
    else if (type == GODOT_STRING)
        *(char **)into = text == NULL ? NULL : copy_of(text, strlen(text));
    else if (type == GODOT_FLOATS) {
        *(buffer **)into = *(buffer *const *)from;
        if (*(buffer **)into != NULL)
            (*(buffer **)into)->owners++;
    }
}

static void free_variant(variant *freed)
{
    if (freed->type == GODOT_STRING)
        free_text(&freed->value);
    if (freed->type == GODOT_FLOATS)
        free_floats(&freed->value);
    freed->type = GODOT_NIL;
}

static int32_t type_of(const void *value)
{
    return (int32_t)((const variant *)value)->type;
}

#define CONVERSIONS(name, kind) \
    static void from_##name(void *into, void *from) \
    { \
        memset(into, 0, sizeof(variant)); \
        ((variant *)into)->type = kind; \
        copy_value(kind, &((variant *)into)->value, from); \
    } \
    static void to_##name(void *into, void *from) \
    { \
        CHECK(((variant *)from)->type == kind); \
        copy_value(kind, into, &((variant *)from)->value); \
    }
CONVERSIONS(number, GODOT_INT)
CONVERSIONS(string, GODOT_STRING)
CONVERSIONS(floats, GODOT_FLOATS)

static godot_conversion from_type(int32_t type)
{
    return type == GODOT_INT ? from_number : type == GODOT_STRING ? from_string : from_floats;
}

static godot_conversion to_type(int32_t type)
{
    return type == GODOT_INT ? to_number : type == GODOT_STRING ? to_string : to_floats;
}

#endif
