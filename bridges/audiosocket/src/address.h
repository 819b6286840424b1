/* Addresses of the form HOST:PORT or [HOST]:PORT. */
#ifndef BRIDGE_ADDRESS_H
#define BRIDGE_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

enum { ADDRESS_TEXT = 80 };

struct address {
    struct sockaddr_storage storage;
    socklen_t length;
    int family;
};

/* Resolves an address. Returns 0, or -1. May wait for a name server. */
int address_resolve(const char *text, int passive, struct address *address);

/* Returns a socket that listens and does not block, or -1 with errno. */
int address_listen(const struct address *address);

void address_write(const struct sockaddr_storage *storage, socklen_t length, char text[ADDRESS_TEXT]);

/* The port on which a socket listens. */
int address_port(int fd);

#endif
