#include "hook.h"

#include "clock.h"
#include "json.h"
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REQUEST_BYTES = 1024, REPLY_BYTES = 8192 };

struct question {
    struct source source;
    struct bridge *bridge;
    hook_callback callback;
    void *owner;
    int request_bytes, sent, count;
    char request[REQUEST_BYTES], reply[REPLY_BYTES + 1];
};

int hook_open(struct bridge *bridge) {
    const char *rest = bridge->config.hook, *slash;
    char authority[sizeof bridge->hook_host + 4];

    if (*rest == '\0')
        return 0;
    if (strncmp(rest, "http://", 7) != 0)
        return -1;
    rest += 7;
    slash = strchr(rest, '/');
    snprintf(bridge->hook_host, sizeof bridge->hook_host, "%.*s", (int)(slash == NULL ? strlen(rest) : (size_t)(slash - rest)), rest);
    snprintf(bridge->hook_path, sizeof bridge->hook_path, "%s", slash == NULL ? "/" : slash);
    snprintf(authority, sizeof authority, "%s%s", bridge->hook_host, strchr(bridge->hook_host, ':') == NULL ? ":80" : "");
    return address_resolve(authority, 0, &bridge->hook_address);
}

static void keep(char *place, size_t capacity, const char *value) {
    if (strlen(value) < capacity)
        strcpy(place, value);
}

static void take_member(void *owner, const char *name, const char *value) {
    struct hook_answer *answer = owner;
    const char *fault;

    if (strcmp(name, "key") == 0)
        keep(answer->key, sizeof answer->key, value);
    else if ((fault = config_set_leg(&answer->settings, name, value)) != NULL && fault != config_no_setting)
        answer->fault = fault;
}

static int read_reply(struct question *question, struct hook_answer *answer) {
    const char *body;

    question->reply[question->count] = '\0';
    if (strncmp(question->reply, "HTTP/1.", 7) != 0 || strncmp(question->reply + 8, " 200", 4) != 0)
        return 0;
    body = strstr(question->reply, "\r\n\r\n");
    return body != NULL && json_read(body + 4, take_member, answer) == 0 && answer->fault == NULL;
}

static void finish(struct question *question, int is_there) {
    struct hook_answer answer = {0};

    loop_remove(&question->bridge->loop, &question->source);
    close(question->source.fd);
    answer.is_yes = is_there && read_reply(question, &answer);
    if (answer.fault != NULL)
        log_text("error", "text", answer.fault);
    question->callback(question->owner, &answer);
    free(question);
}

static void give_up(struct source *source) {
    finish((struct question *)source, 0);
}

static void send_request(struct question *question) {
    ssize_t sent = send(question->source.fd, question->request + question->sent, (size_t)(question->request_bytes - question->sent), MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        finish(question, 0);
        return;
    }
    question->sent += sent > 0 ? (int)sent : 0;
    if (question->sent == question->request_bytes)
        loop_change(&question->bridge->loop, &question->source, EPOLLIN);
}

static void talk(struct source *source, uint32_t events) {
    struct question *question = (struct question *)source;
    ssize_t count;

    if (question->sent < question->request_bytes && events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) {
        send_request(question);
        return;
    }
    count = recv(source->fd, question->reply + question->count, (size_t)(REPLY_BYTES - question->count), MSG_DONTWAIT);
    if (count > 0 && question->count + count < REPLY_BYTES)
        question->count += (int)count;
    else if (count >= 0 || (errno != EAGAIN && errno != EINTR))
        finish(question, count == 0);
}

/* The server closes after the reply, so that it ends there. */
static void write_request(struct question *question, const char *uuid, const char *peer) {
    const char *path = question->bridge->hook_path;

    question->request_bytes = snprintf(question->request, REQUEST_BYTES, "GET %s%cuuid=%s&peer=%s HTTP/1.0\r\nHost: %s\r\n\r\n", path,
                                       strchr(path, '?') == NULL ? '?' : '&', uuid, peer, question->bridge->hook_host);
}

void hook_ask(struct bridge *bridge, const char *uuid, const char *peer, hook_callback callback, void *owner) {
    struct question *question = calloc(1, sizeof *question);
    struct hook_answer none = {0};
    int fd = socket(bridge->hook_address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (question == NULL || fd < 0) {
        if (fd >= 0)
            close(fd);
        free(question);
        callback(owner, &none);
        return;
    }
    *question = (struct question){.bridge = bridge, .callback = callback, .owner = owner};
    write_request(question, uuid, peer);
    question->source = (struct source){.fd = fd, .ready = talk, .late = give_up, .deadline_ms = clock_ms() + bridge->config.hook_ms};
    (void)!connect(fd, (struct sockaddr *)&bridge->hook_address.storage, bridge->hook_address.length);
    /* What becomes of the connection, the loop tells. */
    if (loop_add(&bridge->loop, &question->source, EPOLLOUT) < 0) {
        close(fd);
        free(question);
        callback(owner, &none);
    }
}
