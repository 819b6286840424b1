/* What /metrics and /live tell. */
#ifndef BRIDGE_METRICS_H
#define BRIDGE_METRICS_H

#include "bridge.h"

enum { METRICS_BYTES = 32768 };

/* Prometheus' text format: the library's figures, then those of the bridge. */
void metrics_write(struct bridge *bridge, char text[METRICS_BYTES]);

/* Each media thread that has lines has looked at them in the last 2 s. */
int metrics_is_live(struct bridge *bridge);

#endif
