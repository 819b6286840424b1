/* What HAProxy's agent-check asks: how much of the limit of calls is free. */
#ifndef BRIDGE_AGENT_H
#define BRIDGE_AGENT_H

#include "bridge.h"

/* `fd` listens. */
int agent_listen(struct bridge *bridge, int fd);

#endif
