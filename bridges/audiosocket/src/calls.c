#include "calls.h"

#include "clock.h"
#include "farewell.h"
#include "capabilities.h"
#include "log.h"

#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PARTIES = 2,
    LEFT_BYTES = 4096,  /* of the log: the lines of a call that are over */
    STATS_BYTES = 32768,
    SEND_BYTES = 16384, /* of the system's buffer of a line: less than a second at 8 kHz */
    RATE_MS = 10000,    /* how long no new calls are admitted if the service refused one and did not say for how long */
    GONE_MS = 10000     /* a peer whose system acknowledges nothing for so long is gone */
};

struct call {
    struct call *next;
    char key[KEY_BYTES];
    palabra_call *handle;
    struct line *lines[PARTIES];
    int64_t until_ms; /* how long it waits for a party; 0: it does not */
    int is_ending, joined;
    const char *why;
    char left[LEFT_BYTES];
};

const char *const refusal_names[REFUSALS] = {"", "full", "draining", "account", "taken", "unknown", "hook", "protocol", "library"};

/* --- A party joins ----------------------------------------------------------------------------------------------- */

static enum refusal room_if_not_draining(const struct bridge *bridge) {
    if (bridge->call_count >= bridge->config.calls || load_is_full(&bridge->load))
        return REFUSED_FULL;
    return calls_wait_ms(bridge) > 0 ? REFUSED_ACCOUNT : REFUSED_NOT;
}

enum refusal calls_room(const struct bridge *bridge) {
    return bridge->is_draining ? REFUSED_DRAINING : room_if_not_draining(bridge);
}

int64_t calls_wait_ms(const struct bridge *bridge) {
    int64_t left = bridge->account_until_ms - clock_ms();

    return left > 0 ? left : 0;
}

static struct call *find(struct bridge *bridge, const char *key) {
    struct call *call = bridge->calls;

    while (call != NULL && (call->is_ending || strcmp(call->key, key) != 0))
        call = call->next;
    return call;
}

static struct call *open_call(struct bridge *bridge, const char *key) {
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    struct call *call = calloc(1, sizeof *call);

    if (call == NULL)
        return NULL;
    config.flags = PALABRA_CALL_REOPEN | (bridge->config.original == 0 ? PALABRA_CALL_NO_ORIGINAL : 0);
    config.call_tag = (uint64_t)bridge->calls_opened + 1;
    config.call_name = key;
    config.queue = bridge->queue;
    translation.output.original.gain_percent = bridge->config.original;
    if (bridge->config.pause_gaps)
        translation.input.gap.policy = PALABRA_GAP_PAUSE;
    if (palabra_call_open(bridge->client, &config, &translation, &call->handle, &error) < 0) {
        log_text("error", "text", error.text);
        free(call);
        return NULL;
    }
    strcpy(call->key, key);
    call->next = bridge->calls;
    bridge->calls = call;
    bridge->call_count++;
    bridge->calls_opened++;
    return call;
}

static struct media *least_busy(struct bridge *bridge) {
    struct media *least = bridge->media;

    for (int n = 1; n < bridge->config.threads; n++)
        if (atomic_load(&bridge->media[n].count) < atomic_load(&least->count))
            least = &bridge->media[n];
    return least;
}

static void set_socket(int fd) {
    int yes = 1, bytes = SEND_BYTES, gone = GONE_MS;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &gone, sizeof gone);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

static const char *or_null(const char *text) {
    return *text == '\0' ? NULL : text;
}

static palabra_leg *join(struct call *call, const struct leg_settings *settings) {
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_leg *leg = NULL;

    config.language = settings->language;
    config.target_language = or_null(settings->target_language);
    config.voice_id = or_null(settings->voice_id);
    config.barge_in = capabilities_barge_in(settings);
    config.echo = capabilities_echo(settings);
    if (palabra_leg_join(call->handle, &config, &leg, &error) < 0)
        log_text("error", "text", error.text);
    return leg;
}

static struct line *new_line(struct bridge *bridge, struct call *call, const struct arrival *arrival) {
    struct line *line = calloc(1, sizeof *line);

    if (line == NULL || (line->leg = join(call, &arrival->settings)) == NULL) {
        free(line);
        return NULL;
    }
    line->call = call;
    line->slot = palabra_leg_get_number(line->leg);
    line->fd = arrival->fd;
    line->answer_ms = bridge->config.answer_ms;
    line->quiet_ms = bridge->config.hold_after_ms;
    strcpy(line->uuid, arrival->uuid);
    strcpy(line->peer, arrival->peer);
    return line;
}

static void log_joined(const struct line *line, const struct arrival *arrival) {
    char buffer[1024];
    struct json json;

    log_begin(&json, buffer, sizeof buffer, "joined");
    json_add_text(&json, "call", arrival->key);
    json_add_number(&json, "leg", line->slot);
    json_add_text(&json, "uuid", line->uuid);
    json_add_text(&json, "peer", line->peer);
    json_add_text(&json, "language", arrival->settings.language);
    log_end(&json);
}

static void close_call(struct bridge *bridge, struct call *call);

enum refusal calls_admit(struct bridge *bridge, const struct arrival *arrival) {
    struct call *call = find(bridge, arrival->key);
    enum refusal refusal = call != NULL ? REFUSED_NOT : clock_ms() < bridge->grace_until_ms ? room_if_not_draining(bridge) : calls_room(bridge);
    struct line *line;

    if (refusal != REFUSED_NOT)
        return refusal;
    if (call != NULL && call->lines[0] != NULL && call->lines[1] != NULL)
        return REFUSED_TAKEN;
    if (call == NULL && (call = open_call(bridge, arrival->key)) == NULL)
        return REFUSED_LIBRARY;
    if ((line = new_line(bridge, call, arrival)) == NULL) {
        if (call->joined == 0)
            close_call(bridge, call);
        return REFUSED_LIBRARY;
    }
    call->lines[line->slot] = line;
    call->joined++;
    call->until_ms = call->lines[!line->slot] != NULL ? 0 : clock_ms() + bridge->config.pair_s * 1000;
    bridge->lines_joined++;
    set_socket(line->fd);
    log_joined(line, arrival);
    media_give(least_busy(bridge), line);
    return REFUSED_NOT;
}

/* --- A party leaves ---------------------------------------------------------------------------------------------- */

static void log_call(struct call *call) {
    static char stats[STATS_BYTES], buffer[STATS_BYTES + LEFT_BYTES + 1024], legs[LEFT_BYTES + 2];
    struct json json;

    log_begin(&json, buffer, sizeof buffer, "call");
    json_add_text(&json, "call", call->key);
    json_add_text(&json, "why", call->why == NULL ? "refused" : call->why);
    json_add_json(&json, "lines", strcat(strcat(strcpy(legs, "["), call->left), "]"));
    if (palabra_call_get_stats_json(call->handle, stats, sizeof stats) < (int32_t)sizeof stats)
        json_add_json(&json, "stats", stats);
    log_end(&json);
}

static void close_call(struct bridge *bridge, struct call *call) {
    struct call **link = &bridge->calls;

    while (*link != call)
        link = &(*link)->next;
    *link = call->next;
    bridge->call_count--;
    log_call(call);
    palabra_call_close(call->handle, 0);
    free(call);
}

/* For the line of the log, while there is space. */
static void keep_figures(struct call *call, const struct line *line) {
    char buffer[768];
    struct json json;
    size_t length = strlen(call->left);

    json_begin(&json, buffer, sizeof buffer);
    json_add_number(&json, "leg", line->slot);
    json_add_text(&json, "uuid", line->uuid);
    json_add_text(&json, "peer", line->peer);
    json_add_text(&json, "why", line->why);
    json_add_number(&json, "sample_rate", message_sample_rate(line->kind));
    json_add_number(&json, "packets_taken", line->packets_taken);
    json_add_number(&json, "blocks_sent", line->blocks_sent);
    json_add_number(&json, "blocks_dropped", line->blocks_dropped);
    json_add_number(&json, "blocks_skipped", line->blocks_skipped);
    json_add_number(&json, "digits", line->digit_count);
    json_end(&json);
    if (length + strlen(buffer) + 2 < sizeof call->left)
        strcat(strcat(call->left, length == 0 ? "" : ","), buffer);
}

static void hang_up(struct call *call, const char *why) {
    if (call->why == NULL)
        call->why = why;
    for (int n = 0; n < PARTIES; n++)
        if (call->lines[n] != NULL)
            atomic_store_explicit(&call->lines[n]->is_unwanted, 1, memory_order_release);
}

/* The other party hears the rest, unless another one may join. */
static void one_left(struct bridge *bridge, struct call *call) {
    call->until_ms = 0;
    if (call->is_ending)
        return;
    if (bridge->config.rejoin_s > 0 && call->joined > 1)
        call->until_ms = clock_ms() + bridge->config.rejoin_s * 1000;
    else {
        call->is_ending = 1;
        palabra_call_end(call->handle);
    }
}

static void on_over(struct bridge *bridge, struct line *line) {
    struct call *call = line->call;

    palabra_leg_close(line->leg);
    call->lines[line->slot] = NULL;
    keep_figures(call, line);
    if (call->why == NULL)
        call->why = line->why;
    if (line->is_told)
        farewell(&bridge->loop, line->fd);
    else
        close(line->fd);
    free(line);
    if (call->lines[0] == NULL && call->lines[1] == NULL)
        close_call(bridge, call);
    else
        one_left(bridge, call);
}

/* --- While it lasts ---------------------------------------------------------------------------------------------- */

static void log_digit(const struct line *line, int digit) {
    char buffer[512];
    struct json json;

    log_begin(&json, buffer, sizeof buffer, "digit");
    json_add_text(&json, "call", line->call->key);
    json_add_number(&json, "leg", line->slot);
    json_add_text(&json, "digit", (char[]){(char)digit, '\0'});
    log_end(&json);
}

static void log_line(const struct line *line, const char *what, int rate) {
    char buffer[512];
    struct json json;

    log_begin(&json, buffer, sizeof buffer, what);
    json_add_text(&json, "call", line->call->key);
    json_add_number(&json, "leg", line->slot);
    if (rate > 0)
        json_add_number(&json, "sample_rate", rate);
    log_end(&json);
}

static void take_post(struct bridge *bridge, const struct post *post) {
    switch (post->kind) {
    case POST_OVER:
        on_over(bridge, post->line);
        break;
    case POST_DIGIT:
        post->line->digit_count++;
        log_digit(post->line, post->value);
        break;
    case POST_QUIET:
        palabra_leg_hold(post->line->leg);
        log_line(post->line, "hold", 0);
        break;
    case POST_SOUND:
        palabra_leg_resume(post->line->leg);
        log_line(post->line, "resume", 0);
        break;
    case POST_FORMAT:
        log_line(post->line, "format", post->value);
        break;
    }
}

void calls_take_posts(struct bridge *bridge) {
    struct post post;

    while (posts_take(&bridge->posts, &post))
        take_post(bridge, &post);
}

/* The sessions of all bridges with this account count: a new call would wait for nothing, and another bridge, too. */
static void note_account(struct bridge *bridge, const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_LINK_UP)
        bridge->account_until_ms = 0;
    else if (event->kind == PALABRA_EVENT_LINK_DOWN && event->code == PALABRA_ERR_RATE)
        bridge->account_until_ms = clock_ms() + (event->retry_after_ms > 0 ? event->retry_after_ms : RATE_MS);
}

static void take_event(struct bridge *bridge, const palabra_event *event) {
    note_account(bridge, event);
    switch (event->kind) {
    case PALABRA_EVENT_LINK_UP:
    case PALABRA_EVENT_LINK_DOWN:
    case PALABRA_EVENT_WARNING:
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_OVERFLOW:
    case PALABRA_EVENT_PLAYOUT_CUT:
    case PALABRA_EVENT_ECHO:
        log_event("event", event, 1);
        break;
    case PALABRA_EVENT_LOG:
        log_event("library", event, 1);
        break;
    case PALABRA_EVENT_TRANSCRIPT:
        if (bridge->config.transcripts && event->flags & PALABRA_FLAG_FINAL)
            log_event("transcript", event, 1);
        break;
    default:
        break;
    }
}

void calls_take_events(struct bridge *bridge) {
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_queue_poll_event(bridge->queue, &event, 0) > 0) {
        take_event(bridge, &event);
        palabra_event_release(&event);
    }
}

void calls_look(struct bridge *bridge, int64_t now_ms) {
    for (struct call *call = bridge->calls; call != NULL; call = call->next)
        if (call->until_ms != 0 && now_ms >= call->until_ms) {
            call->until_ms = 0;
            hang_up(call, "nobody joined");
        }
}

void calls_end_all(struct bridge *bridge, const char *why) {
    for (struct call *call = bridge->calls; call != NULL; call = call->next)
        hang_up(call, why);
}
