/* Whether a new call is taken: not above the limit, while the program drains, when it is late, or when the service refuses for the account. */
#ifndef PALABRA_SIP_ADMISSION_H
#define PALABRA_SIP_ADMISSION_H

#include "options.h"

enum refusal { REFUSED_NOT, REFUSED_FULL, REFUSED_DRAINING, REFUSED_ACCOUNT, REFUSALS };

extern const char *const refusal_names[REFUSALS];

/* `count` returns how many calls there are. */
void admission_start(const struct options *options, unsigned (*count)(void));
void admission_stop(void);

enum refusal admission_room(void);

/* How long a caller should wait who is refused now, in s. */
unsigned admission_wait_s(void);

/* How long the service still refuses sessions for the account, in s; 0: it does not. */
unsigned admission_account_wait_s(void);

/* Takes note of what an event says of the account. */
void admission_note(const palabra_event *event);

/* Counts a refusal; those of one kind since the start. */
void admission_count(enum refusal refusal);
unsigned admission_counted(enum refusal refusal);

#endif
