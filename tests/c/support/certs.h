/* A devserver with the certificates of make_certs.sh, in the folder `certs`. */
#ifndef PALABRA_TESTS_CERTS_H
#define PALABRA_TESTS_CERTS_H

#include <stdlib.h>
#include <string.h>

static inline const char *certs_authority(void)
{
    const char *file = getenv("PALABRA_CA_FILE");
    return file == NULL ? "certs/ca.pem" : file;
}

static inline int certs_served(void)
{
    const char *url = getenv("PALABRA_API_URL");
    return url != NULL && strncmp(url, "https:", 6) == 0;
}

#endif
