/* What the control thread has. */
#ifndef BRIDGE_BRIDGE_H
#define BRIDGE_BRIDGE_H

#include "address.h"
#include "config.h"
#include "load.h"
#include "loop.h"
#include "media.h"
#include "posts.h"

#include <palabra.h>

/* Why a connection is refused. */
enum refusal {
    REFUSED_NOT,
    REFUSED_FULL,     /* the limit of calls, or the load */
    REFUSED_DRAINING,
    REFUSED_ACCOUNT,  /* the service refuses sessions: the account has too many */
    REFUSED_TAKEN,    /* both parties of the call are there */
    REFUSED_UNKNOWN,  /* no language for this UUID */
    REFUSED_HOOK,     /* the hook did not answer, or said no */
    REFUSED_PROTOCOL, /* the first message did not come, or was no UUID */
    REFUSED_LIBRARY,
    REFUSALS
};

extern const char *const refusal_names[REFUSALS];

struct bridge {
    struct config config;
    const char *config_path;
    struct loop loop;
    struct posts posts;
    struct source listener, http_listener, agent_listener, signals, events, posted;
    struct address hook_address;
    char hook_host[128], hook_path[256];
    palabra_client *client;
    palabra_queue *queue;
    struct media *media;
    struct call *calls;
    int call_count;
    struct load load;
    int is_draining;
    int64_t account_until_ms; /* new calls are refused for the service's sake; 0: they are not */
    int64_t grace_until_ms; /* after SIGTERM: a proxy may not know yet, and still sends new calls */
    int64_t drain_until_ms, watchdog_ms;
    int64_t calls_opened, lines_joined, refused[REFUSALS];
};

#endif
