/* The calls: which lines belong together, from the first one to the line in the log. */
#ifndef BRIDGE_CALLS_H
#define BRIDGE_CALLS_H

#include "bridge.h"

/* A connection that has said which leg it is. */
struct arrival {
    int fd;
    char uuid[UUID_CHARACTERS + 1], peer[ADDRESS_TEXT], key[KEY_BYTES];
    struct leg_settings settings;
};

/*
 * Adds a party to the call with its key, or begins a call. A call that has begun is completed whatever the limits say. On
 * success the descriptor is the bridge's; after a refusal it remains the caller's.
 */
enum refusal calls_admit(struct bridge *bridge, const struct arrival *arrival);

/* Whether a new call would be refused. */
enum refusal calls_room(const struct bridge *bridge);

/* How long new calls are still refused because the service refuses sessions. */
int64_t calls_wait_ms(const struct bridge *bridge);

/* Takes what media threads have told, and the library's events. */
void calls_take_posts(struct bridge *bridge);
void calls_take_events(struct bridge *bridge);

/* Ends what has waited too long. */
void calls_look(struct bridge *bridge, int64_t now_ms);

/* Hangs up in all calls. */
void calls_end_all(struct bridge *bridge, const char *why);

#endif
