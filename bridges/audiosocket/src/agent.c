#include "agent.h"

#include "calls.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Weight 0 keeps new calls away and lets in what belongs to a call that is here, as `drain` does, which a later `up` does not
 * end. `ready` ends a `drain` of an earlier process at this address.
 */
static int write_state(const struct bridge *bridge, char line[32]) {
    int free_percent = 100 * (bridge->config.calls - bridge->call_count) / bridge->config.calls;

    if (bridge->is_draining)
        return sprintf(line, "drain\n");
    if (calls_room(bridge) != REFUSED_NOT)
        return sprintf(line, "up ready 0%%\n");
    return sprintf(line, "up ready %d%%\n", free_percent > 0 ? free_percent : 1);
}

static void accept_all(struct source *source, uint32_t events) {
    struct bridge *bridge = (struct bridge *)((char *)source - offsetof(struct bridge, agent_listener));
    char line[32];
    int fd;

    (void)events;
    while ((fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        (void)!send(fd, line, (size_t)write_state(bridge, line), MSG_NOSIGNAL | MSG_DONTWAIT);
        close(fd);
    }
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        loop_rest(&bridge->loop, source);
}

int agent_listen(struct bridge *bridge, int fd) {
    bridge->agent_listener = (struct source){.fd = fd, .ready = accept_all};
    return loop_add(&bridge->loop, &bridge->agent_listener, EPOLLIN);
}
