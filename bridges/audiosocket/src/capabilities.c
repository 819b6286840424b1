#include "capabilities.h"

#include <string.h>

palabra_barge_in capabilities_barge_in(const struct leg_settings *settings) {
    return strcmp(settings->barge_in, "speech") == 0 ? PALABRA_BARGE_IN_ON_SPEECH : PALABRA_BARGE_IN_NONE;
}

palabra_echo capabilities_echo(const struct leg_settings *settings) {
    if (strcmp(settings->echo, "cancel") == 0)
        return PALABRA_ECHO_CANCEL;
    return strcmp(settings->echo, "measure") == 0 ? PALABRA_ECHO_MEASURE : PALABRA_ECHO_OFF;
}

const char *capabilities_missing(const struct config *config) {
    for (int n = 0; n < config->leg_count; n++) {
        const struct leg_settings *settings = &config->legs[n].settings;

        if (capabilities_barge_in(settings) == PALABRA_BARGE_IN_ON_SPEECH && !palabra_has_feature("vad"))
            return "barge_in = speech requires a library that was built with -DPALABRA_WITH_VAD=ON";
        if (capabilities_echo(settings) != PALABRA_ECHO_OFF && !palabra_has_feature("echo"))
            return "echo = measure and echo = cancel require a library that was built with -DPALABRA_WITH_ECHO=ON";
    }
    return NULL;
}
