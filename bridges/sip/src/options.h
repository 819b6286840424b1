/* What the configuration of baresip says of the module. */
#ifndef PALABRA_SIP_OPTIONS_H
#define PALABRA_SIP_OPTIONS_H

#include <palabra.h>

struct options {
    uint32_t calls;    /* at a time */
    uint32_t original; /* in percent */
    uint32_t late_ms;  /* of a tick that counts as late; 0: none does */
    palabra_barge_in barge_in;
    palabra_echo echo;
};

#endif
