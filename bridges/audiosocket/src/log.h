/* The log: one object of JSON per line, on stdout. */
#ifndef BRIDGE_LOG_H
#define BRIDGE_LOG_H

#include "json.h"

#include <palabra.h>

/* Begins a line with its time and `what` it is. */
void log_begin(struct json *line, char *buffer, int capacity, const char *what);
void log_end(struct json *line);

/* A line with one text. */
void log_text(const char *what, const char *name, const char *value);

/* What the library says about a call or of itself. */
void log_event(const char *what, const palabra_event *event, int with_text);

#endif
