/* What a library may have been built without: barge-in on speech, and what is done about an echo. */
#ifndef PALABRA_SIP_CAPABILITIES_H
#define PALABRA_SIP_CAPABILITIES_H

#include "options.h"

/* Reads palabra_barge_in and palabra_echo of the configuration. Returns 0, or an error after a line in the log. */
int capabilities_read(struct options *options);

#endif
