#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 1024 };

void json_begin(struct json *json, char *buffer, int capacity) {
    json->text = buffer;
    json->capacity = capacity - 2; /* the brace at the end */
    json->length = 0;
}

static int put(struct json *json, int at, const char *bytes, int count) {
    if (at < 0 || at + count > json->capacity)
        return -1;
    memcpy(json->text + at, bytes, (size_t)count);
    return at + count;
}

static int put_text(struct json *json, int at, const char *text) {
    char escaped[8];

    at = put(json, at, "\"", 1);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == '"' || c == '\\')
            at = put(json, at, escaped, sprintf(escaped, "\\u%04x", c));
        else
            at = put(json, at, text, 1);
    }
    return put(json, at, "\"", 1);
}

static int put_name(struct json *json, const char *name) {
    int at = put(json, json->length, json->length == 0 ? "{" : ",", 1);

    return put(json, put_text(json, at, name), ":", 1);
}

static void keep(struct json *json, int end) {
    if (end > 0)
        json->length = end;
}

void json_add_text(struct json *json, const char *name, const char *value) {
    keep(json, put_text(json, put_name(json, name), value));
}

void json_add_number(struct json *json, const char *name, int64_t value) {
    char digits[24];

    keep(json, put(json, put_name(json, name), digits, sprintf(digits, "%lld", (long long)value)));
}

void json_add_json(struct json *json, const char *name, const char *value) {
    keep(json, put(json, put_name(json, name), value, (int)strlen(value)));
}

const char *json_end(struct json *json) {
    if (json->length == 0)
        json->text[json->length++] = '{';
    memcpy(json->text + json->length, "}", 2);
    return json->text;
}

/* --- Reading ---------------------------------------------------------------------------------------------------- */

static const char *skip_blanks(const char *text) {
    return text + strspn(text, " \t\r\n");
}

/* Writes a character in UTF-8 and returns its length. */
static int put_character(char *out, unsigned code) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

/* What follows a backslash. Returns how many bytes were read, 0: an error. */
static int read_escape(const char *text, unsigned *code) {
    static const char names[] = "bfnrt\"\\/", meant[] = "\b\f\n\r\t\"\\/";
    const char *found = *text == '\0' ? NULL : strchr(names, *text);

    if (found != NULL) {
        *code = (unsigned char)meant[found - names];
        return 1;
    }
    if (*text != 'u' || strspn(text + 1, "0123456789abcdefABCDEF") < 4)
        return 0;
    char digits[5] = {text[1], text[2], text[3], text[4]};
    *code = (unsigned)strtoul(digits, NULL, 16);
    return *code == 0 || (*code >= 0xD800 && *code < 0xE000) ? 0 : 5;
}

/* A text in quotes. Returns what follows it, NULL: an error. */
static const char *read_text(const char *text, char value[TEXT_BYTES]) {
    int length = 0;

    if (*text++ != '"')
        return NULL;
    while (*text != '"') {
        unsigned code = (unsigned char)*text++;
        int is_escape = code == '\\', read = is_escape ? read_escape(text, &code) : 0;
        if (code == '\0' || length > TEXT_BYTES - 4 || (is_escape && read == 0))
            return NULL;
        text += read;
        if (is_escape)
            length += put_character(value + length, code);
        else
            value[length++] = (char)code;
    }
    value[length] = '\0';
    return text + 1;
}

/* A member. Returns what follows it, NULL: an error. */
static const char *read_member(const char *text, json_member member, void *owner) {
    char name[TEXT_BYTES], value[TEXT_BYTES];

    text = read_text(text, name);
    if (text == NULL || *(text = skip_blanks(text)) != ':')
        return NULL;
    text = skip_blanks(text + 1);
    if (*text != '"') {
        size_t other = strcspn(text, ",}[{\"");
        return other == 0 ? NULL : text + other;
    }
    if ((text = read_text(text, value)) != NULL)
        member(owner, name, value);
    return text;
}

int json_read(const char *text, json_member member, void *owner) {
    text = skip_blanks(text);
    if (*text++ != '{')
        return -1;
    text = skip_blanks(text);
    while (*text != '}') {
        if ((text = read_member(text, member, owner)) == NULL)
            return -1;
        text = skip_blanks(text);
        if (*text == ',')
            text = skip_blanks(text + 1);
        else if (*text != '}')
            return -1;
    }
    return *skip_blanks(text + 1) == '\0' ? 0 : -1;
}
