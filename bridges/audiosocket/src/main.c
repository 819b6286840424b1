/*
 * palabra-audiosocket: two parties of an Asterisk talk, each in its own language. Asterisk connects each of them with the
 * application AudioSocket; ../README.md tells how.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... palabra-audiosocket CONFIGURATION
 *
 * One thread accepts connections, pairs them, and does what may take a moment; the media threads exchange audio and do
 * nothing else.
 */
#include "agent.h"
#include "bridge.h"
#include "calls.h"
#include "clock.h"
#include "capabilities.h"
#include "greeting.h"
#include "hook.h"
#include "http.h"
#include "log.h"
#include "metrics.h"
#include "notify.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { WATCHDOG_MS = 1000, END_MS = 2000 };

static int fail(const char *what, const char *why) {
    fprintf(stderr, "palabra-audiosocket: %s: %s\n", what, why);
    return -1;
}

/* --- Signals ----------------------------------------------------------------------------------------------------- */

static void begin_to_end(struct bridge *bridge) {
    int is_second = bridge->is_draining;

    bridge->is_draining = 1;
    bridge->grace_until_ms = is_second ? 0 : clock_ms() + bridge->config.grace_ms;
    bridge->drain_until_ms = is_second ? clock_ms() : clock_ms() + bridge->config.drain_s * 1000ll;
    notify("STOPPING=1");
    log_text("draining", "why", is_second ? "the second signal: the calls end now" : "a signal: the calls go on");
}

/* Returns 0, or -1 with the reason in `why`. */
static int read_config(struct config *config, const char *path, char *why, int capacity) {
    const char *missing;

    if (config_read(config, path, why, capacity) < 0)
        return -1;
    if ((missing = capabilities_missing(config)) == NULL)
        return 0;
    snprintf(why, (size_t)capacity, "%s: %s", path, missing);
    return -1;
}

/* New connections have the new settings. What threads and sockets were made of stays. */
static void read_again(struct bridge *bridge) {
    static struct config config;
    char why[512];

    if (read_config(&config, bridge->config_path, why, sizeof why) < 0) {
        log_text("error", "text", why);
        return;
    }
    config.threads = bridge->config.threads;
    strcpy(config.listen, bridge->config.listen);
    strcpy(config.http, bridge->config.http);
    strcpy(config.agent, bridge->config.agent);
    strcpy(config.hook, bridge->config.hook);
    bridge->config = config;
    log_text("configured", "file", bridge->config_path);
}

static void on_signal(struct source *source, uint32_t events) {
    struct bridge *bridge = (struct bridge *)((char *)source - offsetof(struct bridge, signals));
    struct signalfd_siginfo info;

    (void)events;
    while (read(source->fd, &info, sizeof info) == sizeof info)
        if (info.ssi_signo == SIGHUP)
            read_again(bridge);
        else
            begin_to_end(bridge);
}

/* Called about every 50 ms. */
static void look(void *owner) {
    struct bridge *bridge = owner;
    int64_t now = clock_ms();

    calls_look(bridge, now);
    load_look(&bridge->load, bridge->media, bridge->config.threads, bridge->config.late_ms, now);
    if (now >= bridge->watchdog_ms && metrics_is_live(bridge)) {
        notify("WATCHDOG=1");
        bridge->watchdog_ms = now + WATCHDOG_MS;
    }
    if (!bridge->is_draining || now < bridge->grace_until_ms)
        return;
    palabra_client_drain(bridge->client, 0, NULL);
    if (bridge->call_count > 0 && now >= bridge->drain_until_ms) {
        calls_end_all(bridge, "the bridge ends");
        bridge->drain_until_ms = INT64_MAX;
    }
    bridge->loop.is_over = bridge->call_count == 0;
}

/* --- The beginning ----------------------------------------------------------------------------------------------- */

static void on_events(struct source *source, uint32_t events) {
    (void)events;
    calls_take_events((struct bridge *)((char *)source - offsetof(struct bridge, events)));
}

static void on_posts(struct source *source, uint32_t events) {
    (void)events;
    calls_take_posts((struct bridge *)((char *)source - offsetof(struct bridge, posted)));
}

static int watch(struct bridge *bridge, struct source *source, int fd, void (*ready)(struct source *, uint32_t)) {
    *source = (struct source){.fd = fd, .ready = ready};
    return fd < 0 || loop_add(&bridge->loop, source, EPOLLIN) < 0 ? fail("epoll", strerror(errno)) : 0;
}

/* Before the first thread: all of them inherit the mask. */
static int open_signals(struct bridge *bridge) {
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return watch(bridge, &bridge->signals, signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC), on_signal);
}

static int open_library(struct bridge *bridge) {
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    if (palabra_version_check(PALABRA_VERSION_MAJOR, PALABRA_VERSION_MINOR, PALABRA_VERSION_PATCH) != PALABRA_OK)
        return fail("libpalabra", palabra_version_string());
    config.binding_name = "palabra-audiosocket/" PALABRA_VERSION_STRING;
    if (palabra_client_new(&config, &bridge->client, &error) < 0 || palabra_queue_new(0, &bridge->queue, &error) < 0)
        return fail("libpalabra", error.text);
    if (bridge->config.log_level > 0 && palabra_log_open(bridge->queue, (palabra_log_level)bridge->config.log_level, &error) < 0)
        return fail("libpalabra", error.text);
    return watch(bridge, &bridge->events, palabra_queue_get_event_fd(bridge->queue), on_events);
}

static int start_media(struct bridge *bridge) {
    if (posts_open(&bridge->posts) < 0 || watch(bridge, &bridge->posted, bridge->posts.event, on_posts) < 0)
        return -1;
    if ((bridge->media = calloc((size_t)bridge->config.threads, sizeof *bridge->media)) == NULL)
        return fail("memory", "refused");
    for (int n = 0; n < bridge->config.threads; n++)
        if (media_start(&bridge->media[n], &bridge->posts) < 0)
            return fail("media thread", strerror(errno));
    return 0;
}

static int listen_on(const char *text) {
    struct address address;
    int fd;

    if (address_resolve(text, 1, &address) < 0)
        return fail(text, "is no HOST:PORT");
    if ((fd = address_listen(&address)) < 0)
        return fail(text, strerror(errno));
    return fd;
}

static int open_doors(struct bridge *bridge) {
    int fd;

    if (hook_open(bridge) < 0)
        return fail(bridge->config.hook, "is no http://HOST[:PORT]/PATH, or the host is not known");
    if ((fd = listen_on(bridge->config.listen)) < 0 || greeting_listen(bridge, fd) < 0)
        return -1;
    if ((fd = listen_on(bridge->config.http)) < 0 || http_listen(bridge, fd) < 0)
        return -1;
    return bridge->config.agent[0] != '\0' && ((fd = listen_on(bridge->config.agent)) < 0 || agent_listen(bridge, fd) < 0) ? -1 : 0;
}

static int start(struct bridge *bridge) {
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (loop_open(&bridge->loop) < 0)
        return fail("epoll", strerror(errno));
    if (open_signals(bridge) < 0 || open_library(bridge) < 0 || start_media(bridge) < 0)
        return -1;
    return open_doors(bridge);
}

static void log_ready(struct bridge *bridge) {
    char buffer[512];
    struct json json;

    log_begin(&json, buffer, sizeof buffer, "ready");
    json_add_number(&json, "port", address_port(bridge->listener.fd));
    json_add_number(&json, "http_port", address_port(bridge->http_listener.fd));
    if (bridge->agent_listener.fd > 0)
        json_add_number(&json, "agent_port", address_port(bridge->agent_listener.fd));
    json_add_text(&json, "library", palabra_version_string());
    log_end(&json);
    notify("READY=1");
}

static void stop(struct bridge *bridge) {
    for (int n = 0; n < bridge->config.threads; n++)
        media_stop(&bridge->media[n]);
    /* What the library still does for the last calls, such as deleting their sessions at the service. */
    palabra_shutdown(END_MS);
    palabra_queue_free(bridge->queue);
    palabra_client_free(bridge->client);
    free(bridge->media);
}

int main(int argc, char **argv) {
    static struct bridge bridge;
    char why[512];

    if (argc != 2) {
        fprintf(stderr, "usage: %s CONFIGURATION\n", argv[0]);
        return 2;
    }
    if (read_config(&bridge.config, argv[1], why, sizeof why) < 0) {
        fprintf(stderr, "palabra-audiosocket: %s\n", why);
        return 2;
    }
    bridge.config_path = argv[1];
    signal(SIGPIPE, SIG_IGN); /* a log that nobody reads any more ends no calls */
    if (start(&bridge) < 0)
        return 1;
    log_ready(&bridge);
    loop_run(&bridge.loop, look, &bridge);
    stop(&bridge);
    log_text("ended", "why", "no call is open");
    return 0;
}
