/* The conversations: a call that came in, the one that was made for it, and the call of libpalabra between them. */
#ifndef PALABRA_SIP_CONVERSATIONS_H
#define PALABRA_SIP_CONVERSATIONS_H

#include "baresip_api.h"

#include <palabra.h>

struct options {
    uint32_t calls;    /* at a time */
    uint32_t original; /* in percent */
    palabra_barge_in barge_in;
    palabra_echo echo;
};

unsigned conversations_count(void);

int conversations_start(const struct options *options);
void conversations_stop(void);

#endif
