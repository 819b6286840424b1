/* The configuration file. */
#ifndef BRIDGE_CONFIG_H
#define BRIDGE_CONFIG_H

#include <stdint.h>

enum { LANGUAGE_BYTES = 32, VOICE_BYTES = 80, WORD_BYTES = 8, KEY_BYTES = 128, MAX_LEGS = 256 };

/* What a party speaks and hears, and what is done about its sound, as palabra_leg_config has it; "": its default. */
struct leg_settings {
    char language[LANGUAGE_BYTES];
    char target_language[LANGUAGE_BYTES];
    char voice_id[VOICE_BYTES];
    char barge_in[WORD_BYTES]; /* none, speech */
    char echo[WORD_BYTES];     /* off, measure, cancel */
};

/* A section [leg DIGITS]: the settings of UUIDs that end with these digits; "*": of all others. */
struct leg_section {
    char digits[40];
    struct leg_settings settings;
};

struct config {
    char listen[128], http[128], agent[128], hook[256];
    int calls, threads, digits, pair_s, rejoin_s, drain_s, grace_ms, greeting_ms, answer_ms, hold_after_ms, hook_ms, late_ms, original,
        pause_gaps, transcripts, log_level;
    struct leg_section legs[MAX_LEGS];
    int leg_count;
};

/* Fills in the defaults, then reads a file. Returns 0, or -1 with the reason in `why`. */
int config_read(struct config *config, const char *path, char *why, int capacity);

/* Sets one of them. Returns NULL, or why not: `config_no_setting`, if there is none of this name. */
const char *config_set_leg(struct leg_settings *settings, const char *name, const char *value);
extern const char *const config_no_setting;

/* Returns the settings of a leg by the last digits of its UUID; NULL: there are none. */
const struct leg_settings *config_leg(const struct config *config, const char *digits);

#endif
