#include "farewell.h"

#include "clock.h"
#include "protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 2000 };

struct leaving {
    struct source source;
    struct loop *loop;
};

static void leave(struct source *source) {
    struct leaving *leaving = (struct leaving *)source;

    loop_remove(leaving->loop, source);
    close(source->fd);
    free(leaving);
}

static void read_on(struct source *source, uint32_t events) {
    char ignored[4096];
    ssize_t count = recv(source->fd, ignored, sizeof ignored, MSG_DONTWAIT);

    (void)events;
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
        leave(source);
}

void farewell(struct loop *loop, int fd) {
    struct leaving *leaving = calloc(1, sizeof *leaving);
    unsigned char message[HEAD_BYTES];

    message_write_head(message, MESSAGE_HANG_UP, 0);
    (void)!send(fd, message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    if (leaving == NULL) {
        close(fd);
        return;
    }
    leaving->loop = loop;
    leaving->source = (struct source){.fd = fd, .ready = read_on, .late = leave, .deadline_ms = clock_ms() + PATIENCE_MS};
    if (loop_add(loop, &leaving->source, EPOLLIN) < 0) {
        close(fd);
        free(leaving);
    }
}
