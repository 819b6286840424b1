#include "network.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
typedef SOCKET socket_handle;
#define close_socket closesocket
#else
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
typedef int socket_handle;
#define INVALID_SOCKET (-1)
#define close_socket close
#endif

enum { CONNECT_MS = 5000 };

static const char *const PROXIES[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
                                      "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"};

int network_read_url(const char *url, struct place *place) {
    const char *host = strstr(url, "://");
    size_t scheme, length;

    if (host == NULL)
        return 0;
    scheme = (size_t)(host - url);
    host += 3;
    length = strcspn(host, "/?#");
    if (memchr(host, '@', length) != NULL) {
        const char *at = memchr(host, '@', length);

        length -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    snprintf(place->port, sizeof place->port, "%s", scheme > 0 && url[scheme - 1] == 's' ? "443" : "80");
    if (*host == '[') { /* an IPv6 address */
        size_t inner = strcspn(host + 1, "]");

        if (host[inner + 2] == ':')
            snprintf(place->port, sizeof place->port, "%.*s", (int)(length - inner - 3), host + inner + 3);
        host++;
        length = inner;
    } else if (memchr(host, ':', length) != NULL) {
        const char *colon = memchr(host, ':', length);

        snprintf(place->port, sizeof place->port, "%.*s", (int)(host + length - colon - 1), colon + 1);
        length = (size_t)(colon - host);
    }
    snprintf(place->host, sizeof place->host, "%.*s", (int)length, host);
    return length > 0 && length < sizeof place->host;
}

static void set_nonblocking(socket_handle handle) {
#ifdef _WIN32
    u_long yes = 1;

    ioctlsocket(handle, FIONBIO, &yes);
#else
    fcntl(handle, F_SETFL, O_NONBLOCK);
#endif
}

/* Whether a connection that was begun came about within the time. */
static int is_connected(socket_handle handle) {
    int error = 0;
    socklen_t size = sizeof error;
#ifdef _WIN32
    WSAPOLLFD waiting = {handle, POLLOUT, 0};

    if (WSAPoll(&waiting, 1, CONNECT_MS) <= 0)
        return 0;
    getsockopt(handle, SOL_SOCKET, SO_ERROR, (char *)&error, &size);
#else
    struct pollfd waiting = {handle, POLLOUT, 0};

    if (poll(&waiting, 1, CONNECT_MS) <= 0)
        return 0;
    getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size);
#endif
    return error == 0;
}

/* Returns how long it took, in ms; -1: no connection. */
static int64_t connect_to(const struct addrinfo *address) {
    int64_t begun = clock_ms();
    socket_handle handle = socket(address->ai_family, SOCK_STREAM, 0);
    int connected;

    if (handle == INVALID_SOCKET)
        return -1;
    set_nonblocking(handle);
    connected = connect(handle, address->ai_addr, (socklen_t)address->ai_addrlen) == 0 || is_connected(handle);
    close_socket(handle);
    return connected ? clock_ms() - begun : -1;
}

static const char *family_name(int family) { return family == AF_INET6 ? "IPv6" : "IPv4"; }

/* Connects to the first address of a family. Returns whether that was possible; -1: the name has no such address. */
static int try_family(const struct addrinfo *addresses, int family, char *text, size_t capacity) {
    char numeric[128] = "";
    int64_t took;

    while (addresses != NULL && addresses->ai_family != family)
        addresses = addresses->ai_next;
    if (addresses == NULL) {
        snprintf(text, capacity, "no %s address", family_name(family));
        return -1;
    }
    getnameinfo(addresses->ai_addr, (socklen_t)addresses->ai_addrlen, numeric, sizeof numeric, NULL, 0, NI_NUMERICHOST);
    took = connect_to(addresses);
    if (took < 0) {
        snprintf(text, capacity, "%s %s cannot be reached", family_name(family), numeric);
        return 0;
    }
    snprintf(text, capacity, "%s %s in %lld ms", family_name(family), numeric, (long long)took);
    return 1;
}

static void check_families(struct report *report, const char *what, const struct place *place, int has_proxy,
                           const struct addrinfo *addresses, int64_t took_ms) {
    char four[192], six[192];
    int by_four = try_family(addresses, AF_INET, four, sizeof four);
    int by_six = try_family(addresses, AF_INET6, six, sizeof six);
    const char *advice = "";
    enum state state = STATE_OK;

    if (by_four != 1 && by_six != 1) {
        state = has_proxy ? STATE_SKIPPED : STATE_FAILED;
        advice = has_proxy ? "" : "a firewall may block it, or this machine is not connected";
    } else if (by_four == 0 || by_six == 0) {
        state = STATE_WARNING;
        advice = "connections work by the other family, which the library changes to after 250 ms; it is better to mend the "
                 "route";
    }
    report_add(report, what, state, took_ms, advice, "%s port %s: %s; %s%s", place->host, place->port, four, six,
               state == STATE_SKIPPED ? "; the proxy is the way" : "");
}

void network_check(struct report *report, const char *what, const struct place *place, int has_proxy) {
    struct addrinfo hints, *addresses = NULL;
    int64_t begun = clock_ms();
    int failure;

    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    failure = getaddrinfo(place->host, place->port, &hints, &addresses);
    if (failure != 0) {
        report_add(report, what, has_proxy ? STATE_SKIPPED : STATE_FAILED, clock_ms() - begun,
                   has_proxy ? "" : "check the address, the network, and the name servers of this machine",
                   "the name %s is not known here: %s%s", place->host, gai_strerror(failure),
                   has_proxy ? "; the proxy resolves it" : "");
        return;
    }
    check_families(report, what, place, has_proxy, addresses, clock_ms() - begun);
    freeaddrinfo(addresses);
}

/* Adds "NAME=host" without user and password. */
static void append_proxy(char *text, size_t capacity, const char *name, const char *value) {
    const char *at = strrchr(value, '@');
    size_t used = strlen(text);

    snprintf(text + used, capacity - used, "%s%s=%s%s", used == 0 ? "" : ", ", name, at == NULL ? "" : "...@",
             at == NULL ? value : at + 1);
}

int network_check_proxy(struct report *report, const char *given) {
    char text[512] = "";
    int has_proxy = given != NULL;
    size_t i;

    if (given != NULL)
        append_proxy(text, sizeof text, "--proxy", given);
    for (i = 0; given == NULL && i < sizeof PROXIES / sizeof PROXIES[0]; i++) {
        const char *value = getenv(PROXIES[i]);

        if (value != NULL && value[0] != '\0') {
            append_proxy(text, sizeof text, PROXIES[i], value);
            has_proxy |= strstr(PROXIES[i], "NO_") == NULL && strstr(PROXIES[i], "no_") == NULL;
        }
    }
    report_add(report, "proxy", STATE_OK, -1, "", "%s", text[0] != '\0' ? text : "none");
    return has_proxy;
}
