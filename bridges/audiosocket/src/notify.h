/* Tells systemd how this service is, if it was started by it with Type=notify. */
#ifndef BRIDGE_NOTIFY_H
#define BRIDGE_NOTIFY_H

/* `state` as in sd_notify(3), such as "READY=1". */
void notify(const char *state);

#endif
