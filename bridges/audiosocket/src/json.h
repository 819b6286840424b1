/* JSON as this program writes and reads it: objects whose values are texts, numbers, or objects that are JSON already. */
#ifndef BRIDGE_JSON_H
#define BRIDGE_JSON_H

#include <stdint.h>

/* An object that is being written. What does not fit is left out as a whole, so that the rest stays JSON. */
struct json {
    char *text;
    int capacity, length;
};

void json_begin(struct json *json, char *buffer, int capacity);
void json_add_text(struct json *json, const char *name, const char *value);
void json_add_number(struct json *json, const char *name, int64_t value);
void json_add_json(struct json *json, const char *name, const char *value);
const char *json_end(struct json *json);

/* Called with each text of an object. */
typedef void (*json_member)(void *owner, const char *name, const char *value);

/* Reads an object. Values that are no texts are skipped; objects and lists in it are an error. Returns 0, or -1. */
int json_read(const char *text, json_member member, void *owner);

#endif
