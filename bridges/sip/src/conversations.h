/* The conversations: a call that came in, the one that was made for it, and the call of libpalabra between them. */
#ifndef PALABRA_SIP_CONVERSATIONS_H
#define PALABRA_SIP_CONVERSATIONS_H

#include "baresip_api.h"

#include <palabra.h>

struct options {
    uint32_t calls;    /* at a time */
    uint32_t original; /* in percent */
    uint32_t late_ms;  /* of a tick that counts as late; 0: none does */
    palabra_barge_in barge_in;
    palabra_echo echo;
};

unsigned conversations_count(void);
unsigned conversations_limit(void);
unsigned conversations_opened(void);

/* Whether calls for this agent are passed on by this module. */
bool conversations_is_service(const struct ua *agent);

int conversations_start(const struct options *options);
void conversations_stop(void);

#endif
