/* The conversations: a call that came in, the one that was made for it, and the call of libpalabra between them. */
#ifndef PALABRA_SIP_CONVERSATIONS_H
#define PALABRA_SIP_CONVERSATIONS_H

#include "baresip_api.h"

#include "options.h"

unsigned conversations_count(void);
unsigned conversations_limit(void);
unsigned conversations_opened(void);
/* That all of them are opened with. */
palabra_client *conversations_client(void);

/* Whether calls for this agent are passed on by this module. */
bool conversations_is_service(const struct ua *agent);

int conversations_start(const struct options *options);
void conversations_stop(void);

#endif
