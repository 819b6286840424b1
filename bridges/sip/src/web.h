/* The pages /metrics, /ready and /live, for Prometheus and whoever watches the node. */
#ifndef PALABRA_SIP_WEB_H
#define PALABRA_SIP_WEB_H

#include <palabra.h>

/* At the address of palabra_http; without that there are none. Returns 0, or an error after a line in the log. */
int web_start(palabra_client *client);
void web_stop(void);

#endif
