/* What a library may have been built without: barge-in on speech, and what is done about an echo. */
#ifndef BRIDGE_CAPABILITIES_H
#define BRIDGE_CAPABILITIES_H

#include "config.h"

#include <palabra.h>

/* Returns what this configuration needs and the library lacks; NULL: nothing. */
const char *capabilities_missing(const struct config *config);

palabra_barge_in capabilities_barge_in(const struct leg_settings *settings);
palabra_echo capabilities_echo(const struct leg_settings *settings);

#endif
