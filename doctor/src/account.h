/* Credentials, the REST API, the clock. */
#ifndef DOCTOR_ACCOUNT_H
#define DOCTOR_ACCOUNT_H

#include "report.h"

#include <palabra.h>

#include <stddef.h>

/* Makes a client and asks the REST API whether it accepts the credentials. Returns whether it does. */
int account_check(struct report *report, palabra_client *client);

/* With a client id and secret: creates a REST session, compares the service's clock with this machine's, and copies
   the address of the stream. */
void account_check_clock(struct report *report, palabra_client *client, char *stream_url, size_t capacity);

#endif
