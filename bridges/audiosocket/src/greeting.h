/* Connections that come in: from the listening socket until the first message has told which leg they are. */
#ifndef BRIDGE_GREETING_H
#define BRIDGE_GREETING_H

#include "bridge.h"

/* Begins to accept connections. `fd` listens. */
int greeting_listen(struct bridge *bridge, int fd);

#endif
