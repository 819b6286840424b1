#include "log.h"

#include <stdio.h>
#include <time.h>

enum { LINE_BYTES = 2048 };

static void add_time(struct json *line) {
    char date[64], text[80];
    struct timespec now;
    struct tm parts;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, sizeof text, "%s.%03ldZ", date, now.tv_nsec / 1000000);
    json_add_text(line, "time", text);
}

void log_begin(struct json *line, char *buffer, int capacity, const char *what) {
    json_begin(line, buffer, capacity);
    add_time(line);
    json_add_text(line, "what", what);
}

void log_end(struct json *line) {
    puts(json_end(line));
    fflush(stdout);
}

void log_text(const char *what, const char *name, const char *value) {
    char buffer[LINE_BYTES];
    struct json line;

    log_begin(&line, buffer, sizeof buffer, what);
    json_add_text(&line, name, value);
    log_end(&line);
}

void log_event(const char *what, const palabra_event *event, int with_text) {
    char buffer[LINE_BYTES * 4];
    struct json line;

    log_begin(&line, buffer, sizeof buffer, what);
    json_add_text(&line, "event", palabra_event_kind_name(event->kind));
    if (event->session_name_len > 0)
        json_add_text(&line, "call", event->session_name);
    if (event->leg >= 0)
        json_add_number(&line, "leg", event->leg);
    if (event->code != PALABRA_OK)
        json_add_text(&line, "code", palabra_status_name(event->code));
    if (event->http_status != 0)
        json_add_number(&line, "http_status", event->http_status);
    if (event->close_code != 0)
        json_add_number(&line, "close_code", event->close_code);
    if (event->retry_after_ms > 0)
        json_add_number(&line, "retry_after_ms", event->retry_after_ms);
    if (event->dropped > 0)
        json_add_number(&line, "dropped", event->dropped);
    if (event->service_code_len > 0)
        json_add_text(&line, "service_code", event->service_code);
    if (event->id_len > 0)
        json_add_text(&line, "id", event->id);
    if (event->language_len > 0)
        json_add_text(&line, "language", event->language);
    if (event->phrase != 0)
        json_add_number(&line, "phrase", (int64_t)event->phrase);
    if (with_text && event->text_len > 0)
        json_add_text(&line, "text", event->text);
    log_end(&line);
}
