/* Peers on 127.0.0.1 that misbehave as servers. */
#ifndef PALABRA_TESTS_PEERS_H
#define PALABRA_TESTS_PEERS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static inline int peers_bind(int *port)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        perror("peers");
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* A port that refuses connections: bound, so that no other program gets it, not listening. Returns the descriptor. */
static inline int peers_refusing(int *port)
{
    return peers_bind(port);
}

/* Accepts connections in the backlog and never answers. Returns the descriptor to close. */
static inline int peers_silent(int *port)
{
    int fd = peers_bind(port);
    return fd >= 0 && listen(fd, 100) == 0 ? fd : -1;
}

static inline int peers_connect(int port)
{
    struct sockaddr_in address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    (void)connect(fd, (struct sockaddr *)&address, sizeof address);
    return fd;
}

/* Never completes a connection: its backlog is full. `fillers` are the connections in it; -1: not possible here. */
static inline int peers_full(int *port, int fillers[], int filler_count)
{
    int i, stuck = 0;
    int fd = peers_bind(port);

    if (fd < 0 || listen(fd, 0) != 0)
        return -1;
    for (i = 0; i < filler_count; i++) {
        struct pollfd connected;
        fillers[i] = peers_connect(*port);
        connected.fd = fillers[i];
        connected.events = POLLOUT;
        stuck = poll(&connected, 1, 200) == 0;
    }
    return stuck ? fd : -1;
}

static inline const char *peers_url(char *room, size_t size, const char *scheme, int port)
{
    snprintf(room, size, "%s://127.0.0.1:%d", scheme, port);
    return room;
}

#endif
