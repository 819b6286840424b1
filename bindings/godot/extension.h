/* The engine's functions, and how a class in C is given to scripts. */
#ifndef PALABRA_GODOT_EXTENSION_H
#define PALABRA_GODOT_EXTENSION_H

#include "interface.h"

#include <stddef.h>

#define GODOT_MOST_ARGUMENTS 5

/* A method: arguments and result are plain values, and the result holds one already. */
typedef struct {
    const char *name;
    godot_type returns;
    int count;
    godot_type takes[GODOT_MOST_ARGUMENTS];
    void (*run)(void *self, const void *const *values, void *result);
} godot_method_row;

/* A class that inherits RefCounted. */
typedef struct {
    const char *name;
    void *(*create)(void);
    void (*destroy)(void *self);
    const godot_method_row *methods;
    size_t method_count;
} godot_class_row;

/* The text of a String in UTF-8, to be freed; NULL: no memory. */
char *godot_text(const void *string);
void godot_set_text(void *string, const char *text, size_t length);
/* Makes room for so many in a PackedFloat32Array; NULL: for none, or no memory. */
float *godot_resize(void *floats, godot_int count);
const float *godot_floats(const void *floats, godot_int *count);

/* Once, from the entry point: which class there is, and where the engine's functions are. */
godot_bool godot_begin(const godot_class_row *row, godot_find find, void *library, godot_extension *extension);

#endif
