/* Every failure between the program and the service ends a session exactly once, in time, with the documented code and
 * a text that quotes no secret. All cases run in parallel. */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

#include "peers.h"

#define FILLERS 8
#define TOKEN "dev~echo_token~reject_task~late_ack=1234567"
#define SLACK_MS 3000
#define RETRY_MS 1500 /* the pauses between three attempts at a REST session */

enum { REST, DIRECT };
enum { FOR_EVER = 0, RETRIABLE = 1 };

typedef struct {
    const char *name;
    const char *client_id;
    const char *url; /* replaces the devserver's URL; for DIRECT the stream's */
    int mode;
    palabra_status code;
    int retriable;
    int http_status;
    int close_code;
    const char *service_code;
    int32_t connect_timeout_ms, ready_timeout_ms, liveness_timeout_ms;
    int64_t not_before_ms, within_ms;
} fault;

static char refusing_url[64], full_url[64], full_ws_url[64], silent_ws_url[64];

static const fault faults[] = {
    {"wrong credentials", "dev~rest_status=401", NULL, REST, PALABRA_ERR_AUTH, FOR_EVER, 401, 0, NULL, 0, 0, 0, 0, 0},
    {"forbidden", "dev~rest_status=403", NULL, REST, PALABRA_ERR_AUTH, FOR_EVER, 403, 0, NULL, 0, 0, 0, 0, 0},
    {"secret echoed", "dev~rest_echo_secret", NULL, REST, PALABRA_ERR_AUTH, FOR_EVER, 401, 0, NULL, 0, 0, 0, 0, 0},
    {"no money", "dev~rest_status=402", NULL, REST, PALABRA_ERR_SESSION, FOR_EVER, 402, 0, NULL, 0, 0, 0, 0, 0},
    {"not processable", "dev~rest_status=422", NULL, REST, PALABRA_ERR_SESSION, FOR_EVER, 422, 0, NULL, 0, 0, 0, 0, 0},
    {"too many", "dev~rest_status=429", NULL, REST, PALABRA_ERR_RATE, RETRIABLE, 429, 0, NULL, 0, 0, 0, 0, 0},
    {"too many, for seven seconds", "dev~rest_status=429~retry_after=7", NULL, REST, PALABRA_ERR_RATE, RETRIABLE, 429, 0,
     NULL, 0, 0, 0, 0, 0},
    {"rest 500", "dev~rest_status=500", NULL, REST, PALABRA_ERR_SESSION, RETRIABLE, 500, 0, NULL, 0, 0, 0, RETRY_MS,
     RETRY_MS},
    {"rest 503", "dev~rest_status=503", NULL, REST, PALABRA_ERR_SESSION, RETRIABLE, 503, 0, NULL, 0, 0, 0, RETRY_MS,
     RETRY_MS},
    {"rest reset", "dev~rest_reset", NULL, REST, PALABRA_ERR_CONNECTION_LOST, RETRIABLE, 0, 0, NULL, 0, 0, 0, 0, 0},
    {"rest garbage", "dev~rest_garbage", NULL, REST, PALABRA_ERR_PROTOCOL, FOR_EVER, 201, 0, NULL, 0, 0, 0, 0, 0},
    {"rest without ws_url", "dev~rest_no_ws_url", NULL, REST, PALABRA_ERR_PROTOCOL, FOR_EVER, 201, 0, NULL, 0, 0, 0, 0,
     0},
    {"upgrade 401", "dev~upgrade_status=401", NULL, REST, PALABRA_ERR_AUTH, FOR_EVER, 401, 0, NULL, 0, 0, 0, 0, 0},
    {"upgrade 403", "dev~upgrade_status=403", NULL, REST, PALABRA_ERR_AUTH, FOR_EVER, 403, 0, NULL, 0, 0, 0, 0, 0},
    {"upgrade 409", "dev~upgrade_status=409", NULL, REST, PALABRA_ERR_RATE, RETRIABLE, 409, 0, NULL, 0, 0, 0, 0, 0},
    {"upgrade 500", "dev~upgrade_status=500", NULL, REST, PALABRA_ERR_SESSION, RETRIABLE, 500, 0, NULL, 0, 0, 0, 0, 0},
    {"upgrade late", "dev~upgrade_delay_ms=20000", NULL, REST, PALABRA_ERR_CONNECT, RETRIABLE, 0, 0, NULL, 1000, 0, 0,
     900, 1000},
    {"refused", "id", refusing_url, REST, PALABRA_ERR_CONNECT, RETRIABLE, 0, 0, NULL, 0, 0, 0, RETRY_MS, RETRY_MS},
    {"no such host", "id", "http://nohost.invalid", REST, PALABRA_ERR_DNS, RETRIABLE, 0, 0, NULL, 0, 0, 0, 0, 10000},
    {"no such host for the stream", "id", "ws://nohost.invalid/", DIRECT, PALABRA_ERR_DNS, RETRIABLE, 0, 0, NULL, 0, 0,
     0, 0, 5000},
    {"full backlog", "id", full_url, REST, PALABRA_ERR_CONNECT, RETRIABLE, 0, 0, NULL, 500, 0, 0, 3 * 500 + RETRY_MS,
     3 * 500 + RETRY_MS},
    {"full backlog for the stream", "id", full_ws_url, DIRECT, PALABRA_ERR_CONNECT, RETRIABLE, 0, 0, NULL, 500, 0, 0,
     490, 500},
    {"silent for the stream", "id", silent_ws_url, DIRECT, PALABRA_ERR_CONNECT, RETRIABLE, 0, 0, NULL, 500, 0, 0, 490,
     500},
    {"never ready", "dev~never_ready", NULL, REST, PALABRA_ERR_NOT_READY, RETRIABLE, 0, 0, NULL, 0, 1500, 0, 1490,
     1500},
    {"task rejected", "dev~reject_task", NULL, REST, PALABRA_ERR_TASK, FOR_EVER, 0, 0, "VALIDATION_ERROR", 0, 0, 0, 0,
     0},
    {"token echoed", "id", NULL, DIRECT, PALABRA_ERR_TASK, FOR_EVER, 0, 0, "VALIDATION_ERROR", 0, 0, 0, 0, 0},
    {"reset", "dev~reset_after_ms=700", NULL, REST, PALABRA_ERR_CONNECTION_LOST, RETRIABLE, 0, 0, NULL, 0, 0, 0, 500,
     700},
    {"closed", "dev~close_code=1013~close_after_ms=600", NULL, REST, PALABRA_ERR_CONNECTION_LOST, RETRIABLE, 0, 1013,
     NULL, 0, 0, 0, 500, 600},
    {"closed at once", "dev~close_code=1011", NULL, REST, PALABRA_ERR_CONNECTION_LOST, RETRIABLE, 0, 1011, NULL, 0, 0,
     0, 0, 0},
    {"half-open", "dev~silent_after_ms=2000", NULL, REST, PALABRA_ERR_CONNECTION_DEAD, RETRIABLE, 0, 0, NULL, 0, 0, 5000,
     5000, 8000},
};

#define FAULTS (sizeof faults / sizeof faults[0])

typedef struct {
    palabra_session *session;
    int64_t opened_ms, closed_ms;
    int32_t retry_after_ms;
    talk_fate fate;
} running;

static void start(const fault *f, running *r)
{
    palabra_translation_config config = talk_config();
    palabra_client *client =
        talk_client_at(f->client_id, f->mode == REST ? f->url : NULL, f->mode == REST ? f->connect_timeout_ms : 0);

    if (f->mode == DIRECT) {
        config.stream.url = f->url == NULL ? getenv("PALABRA_WS_URL") : f->url;
        config.stream.token = TOKEN;
        config.timeouts.connect_ms = f->connect_timeout_ms;
    }
    config.timeouts.ready_ms = f->ready_timeout_ms;
    config.timeouts.liveness_ms = f->liveness_timeout_ms;
    r->fate.secret = TOKEN;
    r->opened_ms = clock_now_ms();
    r->session = talk_open(client, &config);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

/* Polls the queued events; returns 1 when the session is closed. */
static int look(running *r)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (r->fate.closed == 0 && palabra_session_poll_event(r->session, &event, 0) > 0) {
        talk_count(&r->fate, &event);
        if (event.kind == PALABRA_EVENT_CLOSED) {
            r->closed_ms = (int64_t)(event.time_ns / 1000000u);
            r->retry_after_ms = event.retry_after_ms;
        }
        palabra_event_release(&event);
    }
    return r->fate.closed > 0;
}

static void wait_for_all(running all[])
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    size_t i, over = 0;

    while (over < FAULTS && clock_now_ms() < deadline) {
        for (i = 0, over = 0; i < FAULTS; i++)
            over += (size_t)look(&all[i]);
        clock_sleep_ms(10);
    }
}

/* The only refusal here with a Retry-After time. */
static int32_t retry_after_ms(const fault *f)
{
    return strstr(f->client_id, "retry_after=7") != NULL ? 7000 : -1;
}

static void check_last_error(const fault *f, running *r)
{
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_get_error(r->session, &error), PALABRA_OK);
    CHECK_STATUS(error.code, f->code);
    CHECK_EQ(error.http_status, f->http_status);
    CHECK_EQ(error.close_code, f->close_code);
    CHECK_TEXT(error.text, r->fate.text);
    CHECK_TEXT(error.service_code, r->fate.service_code);
    CHECK_EQ(error.flags, r->fate.flags);
    CHECK_EQ(error.retry_after_ms, retry_after_ms(f));
    CHECK_EQ(r->retry_after_ms, retry_after_ms(f));
    CHECK_LACKS(error.text, TALK_SECRET);
    CHECK_LACKS(error.text, TOKEN);
}

static void check_outcome(const fault *f, running *r)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int failures = check_failures;

    if (CHECK_EQ(r->fate.closed, 1)) {
        CHECK_STATUS(r->fate.code, f->code);
        CHECK_EQ((r->fate.flags & PALABRA_FLAG_RETRIABLE) != 0, f->retriable);
        CHECK(r->fate.flags & PALABRA_FLAG_FATAL);
        CHECK(strlen(r->fate.text) > 10);
        if (f->service_code != NULL)
            CHECK_TEXT(r->fate.service_code, f->service_code);
        CHECK_WITHIN(r->closed_ms - r->opened_ms, f->not_before_ms, clock_limit_ms(f->within_ms + SLACK_MS));
        CHECK_STATUS(palabra_session_poll_event(r->session, &event, 0), PALABRA_ERR_CLOSED);
        CHECK_STATUS(palabra_session_wait_ready(r->session, -1), f->code);
        check_last_error(f, r);
    }
    CHECK(r->fate.gapless);
    CHECK_EQ(r->fate.secrets_seen, 0);
    CHECK_STATUS(palabra_session_close(r->session, 0), PALABRA_OK);
    printf("%-28s %5lld ms  %s: %s\n", f->name, (long long)(r->closed_ms - r->opened_ms),
           palabra_status_name(r->fate.code), r->fate.text);
    if (check_failures > failures)
        fprintf(stderr, "  ^ in the case \"%s\"\n", f->name);
}

int main(void)
{
    static running all[FAULTS];
    int fillers[FILLERS], refusing_port = 0, full_port = 0, silent_port = 0;
    size_t i;

    if (getenv("PALABRA_WS_URL") == NULL)
        return check_skip("there is no devserver");
    REQUIRE(peers_refusing(&refusing_port) >= 0);
    REQUIRE(peers_silent(&silent_port) >= 0);
    if (peers_full(&full_port, fillers, FILLERS) < 0)
        return check_skip("a full backlog accepts connections here");
    peers_url(refusing_url, sizeof refusing_url, "http", refusing_port);
    peers_url(full_url, sizeof full_url, "http", full_port);
    peers_url(full_ws_url, sizeof full_ws_url, "ws", full_port);
    peers_url(silent_ws_url, sizeof silent_ws_url, "ws", silent_port);
    for (i = 0; i < FAULTS; i++)
        start(&faults[i], &all[i]);
    wait_for_all(all);
    for (i = 0; i < FAULTS; i++)
        check_outcome(&faults[i], &all[i]);
    palabra_shutdown(5000);
    return check_result();
}
