/* The hook: a web server of the operator that says which call a UUID belongs to, and which language its party speaks. */
#ifndef BRIDGE_HOOK_H
#define BRIDGE_HOOK_H

#include "bridge.h"

struct hook_answer {
    int is_yes;        /* it answered 200 with an object */
    const char *fault; /* a value that is none; NULL: there is none */
    char key[KEY_BYTES];
    struct leg_settings settings;
};

typedef void (*hook_callback)(void *owner, const struct hook_answer *answer);

/* Reads the address http://HOST[:PORT]/PATH of the configuration, and resolves it. Returns 0, or -1. */
int hook_open(struct bridge *bridge);

/* Asks. The answer comes once, also when there is none within `hook_ms`. */
void hook_ask(struct bridge *bridge, const char *uuid, const char *peer, hook_callback callback, void *owner);

#endif
