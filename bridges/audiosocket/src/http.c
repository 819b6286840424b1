#include "http.h"

#include "calls.h"
#include "clock.h"
#include "metrics.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REQUEST_BYTES = 4096, HEAD_TEXT_BYTES = 256, REPLY_BYTES = METRICS_BYTES + HEAD_TEXT_BYTES, PATIENCE_MS = 5000 };

struct request {
    struct source source;
    struct bridge *bridge;
    int count, reply_bytes, sent;
    char text[REQUEST_BYTES + 1], reply[REPLY_BYTES];
};

static void finish(struct source *source) {
    struct request *request = (struct request *)source;

    loop_remove(&request->bridge->loop, source);
    close(source->fd);
    free(request);
}

/* --- What is answered -------------------------------------------------------------------------------------------- */

static void reply(struct request *request, const char *status, const char *body) {
    char later[48] = "";
    int64_t wait_s = (calls_wait_ms(request->bridge) + 999) / 1000;

    if (wait_s > 0)
        snprintf(later, sizeof later, "Retry-After: %lld\r\n", (long long)wait_s);
    request->reply_bytes = snprintf(request->reply, REPLY_BYTES,
                                    "HTTP/1.1 %s\r\n%sContent-Type: text/plain; version=0.0.4\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                                    status, later, strlen(body), body);
}

static void reply_ready(struct request *request) {
    enum refusal refusal = calls_room(request->bridge);
    char body[32];

    snprintf(body, sizeof body, "%s\n", refusal == REFUSED_NOT ? "ready" : refusal_names[refusal]);
    reply(request, refusal == REFUSED_NOT ? "200 OK" : "503 Service Unavailable", body);
}

static void reply_live(struct request *request) {
    if (metrics_is_live(request->bridge))
        reply(request, "200 OK", "live\n");
    else
        reply(request, "500 Internal Server Error", "a media thread hangs\n");
}

static void answer(struct request *request) {
    static char metrics[METRICS_BYTES];
    char path[64] = "";

    sscanf(request->text, "GET %63s", path);
    if (strcmp(path, "/metrics") == 0) {
        metrics_write(request->bridge, metrics);
        reply(request, "200 OK", metrics);
    } else if (strcmp(path, "/ready") == 0)
        reply_ready(request);
    else if (strcmp(path, "/live") == 0)
        reply_live(request);
    else
        reply(request, "404 Not Found", "/metrics, /ready, /live\n");
}

/* --- The connection ---------------------------------------------------------------------------------------------- */

static void send_reply(struct request *request) {
    ssize_t sent = send(request->source.fd, request->reply + request->sent, (size_t)(request->reply_bytes - request->sent), MSG_NOSIGNAL | MSG_DONTWAIT);

    request->sent += sent > 0 ? (int)sent : 0;
    if (request->sent == request->reply_bytes || (sent < 0 && errno != EAGAIN && errno != EINTR))
        finish(&request->source);
    else
        loop_change(&request->bridge->loop, &request->source, EPOLLOUT);
}

static void talk(struct source *source, uint32_t events) {
    struct request *request = (struct request *)source;
    ssize_t count;

    (void)events;
    if (request->reply_bytes > 0) {
        send_reply(request);
        return;
    }
    count = recv(source->fd, request->text + request->count, (size_t)(REQUEST_BYTES - request->count), MSG_DONTWAIT);
    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR))
            finish(source);
        return;
    }
    request->count += (int)count;
    request->text[request->count] = '\0';
    if (strstr(request->text, "\r\n\r\n") == NULL)
        return;
    answer(request);
    send_reply(request);
}

static void begin(struct bridge *bridge, int fd) {
    struct request *request = calloc(1, sizeof *request);

    if (request == NULL) {
        close(fd);
        return;
    }
    request->bridge = bridge;
    request->source = (struct source){.fd = fd, .ready = talk, .late = finish, .deadline_ms = clock_ms() + PATIENCE_MS};
    if (loop_add(&bridge->loop, &request->source, EPOLLIN) < 0) {
        close(fd);
        free(request);
    }
}

static void accept_all(struct source *source, uint32_t events) {
    struct bridge *bridge = (struct bridge *)((char *)source - offsetof(struct bridge, http_listener));
    int fd;

    (void)events;
    while ((fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
        begin(bridge, fd);
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        loop_rest(&bridge->loop, source);
}

int http_listen(struct bridge *bridge, int fd) {
    bridge->http_listener = (struct source){.fd = fd, .ready = accept_all};
    return loop_add(&bridge->loop, &bridge->http_listener, EPOLLIN);
}
