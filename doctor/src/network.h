/* What can be seen without the service: names, both address families, the way to a host. */
#ifndef DOCTOR_NETWORK_H
#define DOCTOR_NETWORK_H

#include "report.h"

#include <stddef.h>

struct place {
    char host[256];
    char port[8];
};

/* Reads host and port of "https://...", "wss://..." and their kinds without TLS. Returns 0 if it is no such address. */
int network_read_url(const char *url, struct place *place);

/* Resolves the name and connects to it, by IPv4 and by IPv6. `what` is the name of the finding. */
void network_check(struct report *report, const char *what, const struct place *place, int has_proxy);

/* Says which proxies the environment names. Returns whether there are any. */
int network_check_proxy(struct report *report, const char *given);

#endif
