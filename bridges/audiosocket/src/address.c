#include "address.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 512 };

/* Cuts a text into host and port. */
static int split(const char *text, char host[256], char port[16]) {
    const char *colon = strrchr(text, ':');
    size_t length;

    if (colon == NULL || strlen(colon + 1) >= 16 || colon[1] == '\0' || (length = (size_t)(colon - text)) >= 256)
        return -1;
    strcpy(port, colon + 1);
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    memcpy(host, text, length);
    host[length] = '\0';
    return 0;
}

int address_resolve(const char *text, int passive, struct address *address) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : 0}, *found;
    char host[256], port[16];

    if (split(text, host, port) < 0 || getaddrinfo(*host == '\0' ? NULL : host, port, &hints, &found) != 0)
        return -1;
    memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
    address->length = found->ai_addrlen;
    address->family = found->ai_family;
    freeaddrinfo(found);
    return 0;
}

int address_listen(const struct address *address) {
    int fd = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (const struct sockaddr *)&address->storage, address->length) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

void address_write(const struct sockaddr_storage *storage, socklen_t length, char text[ADDRESS_TEXT]) {
    char host[64], port[16];

    if (getnameinfo((const struct sockaddr *)storage, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        strcpy(text, "?");
    else
        snprintf(text, ADDRESS_TEXT, strchr(host, ':') == NULL ? "%s:%s" : "[%s]:%s", host, port);
}

int address_port(int fd) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    char text[ADDRESS_TEXT];

    if (getsockname(fd, (struct sockaddr *)&storage, &length) < 0)
        return 0;
    address_write(&storage, length, text);
    return atoi(strrchr(text, ':') + 1);
}
