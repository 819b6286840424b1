#include "greeting.h"

#include "calls.h"
#include "clock.h"
#include "farewell.h"
#include "hook.h"
#include "log.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_BYTES = HEAD_BYTES + UUID_BYTES };

struct greeting {
    struct source source;
    struct bridge *bridge;
    struct arrival arrival;
    int count;
    unsigned char bytes[FIRST_BYTES]; /* never more: what follows is the media thread's */
};

static void refuse(struct greeting *greeting, enum refusal refusal) {
    struct bridge *bridge = greeting->bridge;
    char buffer[512];
    struct json json;

    bridge->refused[refusal]++;
    log_begin(&json, buffer, sizeof buffer, "refused");
    json_add_text(&json, "why", refusal_names[refusal]);
    json_add_text(&json, "uuid", greeting->arrival.uuid);
    json_add_text(&json, "peer", greeting->arrival.peer);
    log_end(&json);
    farewell(&bridge->loop, greeting->arrival.fd);
}

static void admit(struct greeting *greeting) {
    enum refusal refusal = calls_admit(greeting->bridge, &greeting->arrival);

    if (refusal != REFUSED_NOT)
        refuse(greeting, refusal);
    free(greeting);
}

/* Key and language by the configuration: all digits but the last ones, and the last ones. */
static int read_digits(const struct bridge *bridge, struct arrival *arrival) {
    char digits[UUID_CHARACTERS + 1] = "";
    const struct leg_settings *settings;
    int end = UUID_CHARACTERS, found = 0;

    while (end > 0 && found < bridge->config.digits)
        found += arrival->uuid[--end] != '-';
    for (const char *from = arrival->uuid + end; *from != '\0'; from++)
        if (*from != '-')
            strncat(digits, from, 1);
    memcpy(arrival->key, arrival->uuid, (size_t)end);
    arrival->key[end] = '\0';
    settings = config_leg(&bridge->config, digits);
    if (settings != NULL)
        arrival->settings = *settings;
    return settings != NULL;
}

/* What the hook did not say is as the configuration has it; a voice belongs to a language. */
static void take_settings(struct leg_settings *settings, const struct leg_settings *told) {
    struct leg_settings before = *settings;

    if (told->language[0] != '\0')
        *settings = *told;
    strcpy(settings->barge_in, told->barge_in[0] != '\0' ? told->barge_in : before.barge_in);
    strcpy(settings->echo, told->echo[0] != '\0' ? told->echo : before.echo);
}

static void on_answer(void *owner, const struct hook_answer *answer) {
    struct greeting *greeting = owner;
    struct arrival *arrival = &greeting->arrival;

    if (!answer->is_yes) {
        refuse(greeting, REFUSED_HOOK);
        free(greeting);
        return;
    }
    read_digits(greeting->bridge, arrival);
    if (answer->key[0] != '\0')
        strcpy(arrival->key, answer->key);
    take_settings(&arrival->settings, &answer->settings);
    if (arrival->settings.language[0] != '\0') {
        admit(greeting);
        return;
    }
    refuse(greeting, REFUSED_UNKNOWN);
    free(greeting);
}

static void name(struct greeting *greeting) {
    struct bridge *bridge = greeting->bridge;

    if (bridge->config.hook[0] != '\0') {
        hook_ask(bridge, greeting->arrival.uuid, greeting->arrival.peer, on_answer, greeting);
        return;
    }
    if (read_digits(bridge, &greeting->arrival)) {
        admit(greeting);
        return;
    }
    refuse(greeting, REFUSED_UNKNOWN);
    free(greeting);
}

static void give_up(struct source *source) {
    struct greeting *greeting = (struct greeting *)source;

    loop_remove(&greeting->bridge->loop, source);
    refuse(greeting, REFUSED_PROTOCOL);
    free(greeting);
}

static void read_first(struct source *source, uint32_t events) {
    struct greeting *greeting = (struct greeting *)source;
    ssize_t count = recv(source->fd, greeting->bytes + greeting->count, (size_t)(FIRST_BYTES - greeting->count), MSG_DONTWAIT);
    struct message message;

    (void)events;
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    greeting->count += count > 0 ? (int)count : 0;
    if (count <= 0 || (greeting->count >= HEAD_BYTES && (greeting->bytes[0] != MESSAGE_UUID || greeting->bytes[1] != 0 || greeting->bytes[2] != UUID_BYTES))) {
        give_up(source);
        return;
    }
    if (message_read(greeting->bytes, greeting->count, &message) == 0)
        return;
    loop_remove(&greeting->bridge->loop, source);
    uuid_write(message.payload, greeting->arrival.uuid);
    name(greeting);
}

static void greet(struct bridge *bridge, int fd, const struct sockaddr_storage *storage, socklen_t length) {
    struct greeting *greeting = calloc(1, sizeof *greeting);

    if (greeting == NULL) {
        close(fd);
        return;
    }
    greeting->bridge = bridge;
    greeting->arrival.fd = fd;
    address_write(storage, length, greeting->arrival.peer);
    greeting->source = (struct source){.fd = fd, .ready = read_first, .late = give_up, .deadline_ms = clock_ms() + bridge->config.greeting_ms};
    if (loop_add(&bridge->loop, &greeting->source, EPOLLIN) < 0) {
        close(fd);
        free(greeting);
    }
}

static void accept_all(struct source *source, uint32_t events) {
    struct bridge *bridge = (struct bridge *)((char *)source - offsetof(struct bridge, listener));
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    int fd;

    (void)events;
    while ((fd = accept4(source->fd, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        greet(bridge, fd, &storage, length);
        length = sizeof storage;
    }
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        loop_rest(&bridge->loop, source); /* no descriptor is left: it would be ready all the time */
}

int greeting_listen(struct bridge *bridge, int fd) {
    bridge->listener = (struct source){.fd = fd, .ready = accept_all};
    return loop_add(&bridge->loop, &bridge->listener, EPOLLIN);
}
