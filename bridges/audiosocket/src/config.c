#include "config.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct number {
    const char *name;
    size_t place;
    int least, most, usual;
};

/* The values that a setting may have, and what is told of others. */
struct words {
    const char *const *all; /* NULL behind the last one */
    const char *fault;
};

struct text {
    const char *name;
    size_t place, capacity;
    const struct words *words; /* NULL: any text */
};

#define PLACE(field) offsetof(struct config, field)
static const struct number numbers[] = {
    {"calls", PLACE(calls), 1, 100000, 100},
    {"threads", PLACE(threads), 1, 64, 2},
    {"digits", PLACE(digits), 1, 31, 1},
    {"pair_s", PLACE(pair_s), 1, 3600, 60},
    {"rejoin_s", PLACE(rejoin_s), 0, 3600, 0},
    {"drain_s", PLACE(drain_s), 0, 86400, 600},
    {"grace_ms", PLACE(grace_ms), 0, 60000, 0},
    {"greeting_ms", PLACE(greeting_ms), 100, 60000, 5000},
    {"answer_ms", PLACE(answer_ms), 0, 60000, 1000},
    {"hold_after_ms", PLACE(hold_after_ms), 0, 3600000, 0},
    {"hook_ms", PLACE(hook_ms), 100, 60000, 2000},
    {"late_ms", PLACE(late_ms), 0, 1000, 5},
    {"original", PLACE(original), 0, 100, 100},
    {"pause_gaps", PLACE(pause_gaps), 0, 1, 0},
    {"transcripts", PLACE(transcripts), 0, 1, 0},
    {"log_level", PLACE(log_level), 0, 4, 2},
};

static const struct text texts[] = {
    {"listen", PLACE(listen), sizeof((struct config *)0)->listen, NULL},
    {"http", PLACE(http), sizeof((struct config *)0)->http, NULL},
    {"agent", PLACE(agent), sizeof((struct config *)0)->agent, NULL},
    {"hook", PLACE(hook), sizeof((struct config *)0)->hook, NULL},
};

static const struct words barge_ins = {(const char *const[]){"none", "speech", NULL}, "barge_in is none or speech"};
static const struct words echoes = {(const char *const[]){"off", "measure", "cancel", NULL}, "echo is off, measure or cancel"};

#define LEG_PLACE(field) offsetof(struct leg_settings, field)
static const struct text leg_texts[] = {
    {"language", LEG_PLACE(language), LANGUAGE_BYTES, NULL},
    {"target_language", LEG_PLACE(target_language), LANGUAGE_BYTES, NULL},
    {"voice_id", LEG_PLACE(voice_id), VOICE_BYTES, NULL},
    {"barge_in", LEG_PLACE(barge_in), WORD_BYTES, &barge_ins},
    {"echo", LEG_PLACE(echo), WORD_BYTES, &echoes},
};
#define COUNT(table) (sizeof(table) / sizeof *(table))

const char *const config_no_setting = "there is no such setting";

static int is_one_of(const struct words *words, const char *value) {
    const char *const *word = words->all;

    while (*word != NULL && strcmp(*word, value) != 0)
        word++;
    return *word != NULL;
}

static const char *set_text(void *object, const struct text *table, size_t count, const char *name, const char *value) {
    for (size_t n = 0; n < count; n++) {
        if (strcmp(table[n].name, name) != 0)
            continue;
        if (table[n].words != NULL && !is_one_of(table[n].words, value))
            return table[n].words->fault;
        if (strlen(value) >= table[n].capacity)
            return "the value is too long";
        strcpy((char *)object + table[n].place, value);
        return NULL;
    }
    return config_no_setting;
}

const char *config_set_leg(struct leg_settings *settings, const char *name, const char *value) {
    return set_text(settings, leg_texts, COUNT(leg_texts), name, value);
}

static const char *set_number(struct config *config, const struct number *number, const char *value) {
    char *end;
    long found = strtol(value, &end, 10);

    if (*value == '\0' || *end != '\0' || found < number->least || found > number->most)
        return "the value is no number, or out of range";
    *(int *)((char *)config + number->place) = (int)found;
    return NULL;
}

static const char *set(struct config *config, struct leg_section *section, const char *name, const char *value) {
    if (section != NULL)
        return config_set_leg(&section->settings, name, value);
    for (size_t n = 0; n < COUNT(numbers); n++)
        if (strcmp(numbers[n].name, name) == 0)
            return set_number(config, &numbers[n], value);
    return set_text(config, texts, COUNT(texts), name, value);
}

/* Without the blanks around it; changes the text. */
static char *trimmed(char *text) {
    text += strspn(text, " \t\r\n");
    for (size_t length = strlen(text); length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL;)
        text[--length] = '\0';
    return text;
}

static const char *begin_section(struct config *config, char *line, struct leg_section **section) {
    char *end = strchr(line, ']');

    if (strncmp(line, "[leg ", 5) != 0 || end == NULL || end[1] != '\0')
        return "a section is [leg DIGITS] or [leg *]";
    *end = '\0';
    line = trimmed(line + 5);
    if (config->leg_count == MAX_LEGS || strlen(line) >= sizeof config->legs->digits)
        return "too many sections, or too many digits";
    if (strcmp(line, "*") != 0 && (*line == '\0' || strspn(line, "0123456789abcdef") != strlen(line)))
        return "the digits of a section are hexadecimal, in lower case";
    *section = &config->legs[config->leg_count++];
    strcpy((*section)->digits, line);
    return NULL;
}

static const char *read_line(struct config *config, struct leg_section **section, char *line) {
    char *value;

    line = trimmed(line);
    if (*line == '\0' || *line == '#')
        return NULL;
    if (*line == '[')
        return begin_section(config, line, section);
    if ((value = strchr(line, '=')) == NULL)
        return "a line is NAME = VALUE, [leg DIGITS], or a comment after #";
    *value++ = '\0';
    return set(config, *section, trimmed(line), trimmed(value));
}

static void set_defaults(struct config *config) {
    memset(config, 0, sizeof *config);
    strcpy(config->listen, "127.0.0.1:9092");
    strcpy(config->http, "127.0.0.1:9093");
    for (size_t n = 0; n < COUNT(numbers); n++)
        *(int *)((char *)config + numbers[n].place) = numbers[n].usual;
}

/* What a file can lack. */
static const char *missing(const struct config *config) {
    for (int n = 0; n < config->leg_count; n++)
        if (config->legs[n].settings.language[0] == '\0')
            return "a section [leg DIGITS] has no language";
    if (config->leg_count == 0 && config->hook[0] == '\0')
        return "no languages: add a section [leg DIGITS] with a language, or set hook";
    return NULL;
}

int config_read(struct config *config, const char *path, char *why, int capacity) {
    struct leg_section *section = NULL;
    const char *fault = NULL;
    char line[1024];
    int number = 0;
    FILE *file = fopen(path, "r");

    set_defaults(config);
    if (file == NULL) {
        snprintf(why, (size_t)capacity, "%s: cannot be read", path);
        return -1;
    }
    while (fault == NULL && fgets(line, sizeof line, file) != NULL) {
        number++;
        fault = read_line(config, &section, line);
    }
    fclose(file);
    if (fault != NULL)
        snprintf(why, (size_t)capacity, "%s:%d: %s", path, number, fault);
    else if ((fault = missing(config)) != NULL)
        snprintf(why, (size_t)capacity, "%s: %s", path, fault);
    return fault == NULL ? 0 : -1;
}

const struct leg_settings *config_leg(const struct config *config, const char *digits) {
    const struct leg_settings *others = NULL;

    for (int n = 0; n < config->leg_count; n++) {
        if (strcmp(config->legs[n].digits, digits) == 0)
            return &config->legs[n].settings;
        if (strcmp(config->legs[n].digits, "*") == 0)
            others = &config->legs[n].settings;
    }
    return others;
}
