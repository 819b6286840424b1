/* The end of the program by SIGTERM or SIGINT: the calls that are there go on. */
#ifndef PALABRA_SIP_DRAIN_H
#define PALABRA_SIP_DRAIN_H

#include "baresip_api.h"

/* For at most so long after the signal. `count` returns how many there are. */
void drain_start(uint32_t seconds, unsigned (*count)(void));
void drain_stop(void);

/* Whether no new calls are to be taken. */
bool drain_has_begun(void);

#endif
