/* The web server of the operator: /metrics, /ready, /live. */
#ifndef BRIDGE_HTTP_H
#define BRIDGE_HTTP_H

#include "bridge.h"

/* `fd` listens. */
int http_listen(struct bridge *bridge, int fd);

#endif
