#include "advice.h"

const char *advice_for(palabra_status status) {
    switch (status) {
    case PALABRA_ERR_DNS:
        return "check the address, the network, and the name servers of this machine; behind a proxy set HTTPS_PROXY";
    case PALABRA_ERR_CONNECT:
        return "a firewall may block it: outgoing TCP connections to port 443 are needed, or HTTPS_PROXY";
    case PALABRA_ERR_CONNECTION_LOST:
    case PALABRA_ERR_CONNECTION_DEAD:
        return "something between this machine and the service ends connections: a proxy or a firewall that does not "
               "know WebSocket, or a limit of time";
    case PALABRA_ERR_TLS:
        return "look at the clock of this machine; if a proxy opens TLS connections, give its certificate with "
               "--ca-file";
    case PALABRA_ERR_AUTH:
        return "check PALABRA_API_KEY, or PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET: copied whole, of this account, "
               "not revoked";
    case PALABRA_ERR_PROTOCOL:
        return "what answers is not the service: check the address, and whether a proxy answers in its place";
    case PALABRA_ERR_RATE:
        return "too many sessions or requests of this account at once: close some, or wait";
    case PALABRA_ERR_NOT_READY:
        return "the service is reached and does not begin: try again in some minutes";
    case PALABRA_ERR_TASK:
        return "check the languages";
    case PALABRA_ERR_SESSION:
    case PALABRA_ERR_SERVICE:
        return "the service is reached and refuses: its words say why; an account can be out of credit";
    case PALABRA_ERR_INVALID_ARGUMENT: return "check the addresses, the region and the languages";
    default: return "";
    }
}
