/* The end of a connection that the bridge ends. */
#ifndef BRIDGE_FAREWELL_H
#define BRIDGE_FAREWELL_H

#include "loop.h"

/*
 * Sends the message of the end, and closes the socket when the peer has closed its side, or after 2 s. Closed at once, with
 * audio of the peer unread, the system would reset the connection, and the peer might never read the message.
 */
void farewell(struct loop *loop, int fd);

#endif
