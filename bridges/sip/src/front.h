/*
 * What is answered before baresip does, which answers OPTIONS with 200 whatever its modules think, and has no Retry-After: the
 * probe of a proxy, and calls for which there is no room.
 */
#ifndef PALABRA_SIP_FRONT_H
#define PALABRA_SIP_FRONT_H

/* Returns 0, or an error after a line in the log. */
int front_start(void);
void front_stop(void);

#endif
