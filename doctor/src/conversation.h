/* A translation session: the upgrade, READY, the round trip, the pace, and a sentence there and back. */
#ifndef DOCTOR_CONVERSATION_H
#define DOCTOR_CONVERSATION_H

#include "report.h"

#include <palabra.h>

struct said {
    const char *source, *target;
    const palabra_audio *audio; /* speech to send; NULL: `recording` */
    const char *recording; /* a WAV file; NULL: nothing is said */
};

void conversation_check(struct report *report, palabra_client *client, const struct said *said);

#endif
