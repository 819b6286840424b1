/* devserver: --no-rate-limits */
/* Cost of palabra_session_close(session, 0) in every state of a session: well below a millisecond of processor time of
 * the calling thread, without waiting. Both hold on a busy machine too. Wall-clock time, which includes the work of
 * other programs on such a machine, is printed; the slower tier also limits it. */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "direct.h"
#include "peers.h"

#include <limits.h>
#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#define ROUNDS 3
#define PROCESSOR_BOUND_US 1000
#define CLOCK_BOUND_MS 20
#define READY_MS CLOCK_PATIENCE_MS

static char silent_url[64], full_url[64], silent_stream[80];
static palabra_queue *shared;
static int number; /* makes tokens unique */

static palabra_session *at_rest(const char *id, const char *url)
{
    palabra_client *client = talk_client_at(id, url, 0);
    palabra_session *session = talk_open(client, NULL);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return session;
}

static palabra_session *at_stream(const char *faults, palabra_queue *queue)
{
    palabra_translation_config config = talk_config();
    char token[96];

    snprintf(token, sizeof token, "dev~%s~.%d", faults, number++);
    config.queue = queue;
    return direct_open(token, &config);
}

static void let_it_get_there(palabra_session *session, int32_t ms)
{
    CHECK_STATUS(palabra_session_wait_ready(session, ms), PALABRA_ERR_TIMEOUT);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CONNECTING);
}

static palabra_session *ready(const char *faults, palabra_queue *queue)
{
    palabra_session *session = at_stream(faults, queue);
    CHECK_STATUS(palabra_session_wait_ready(session, READY_MS), PALABRA_OK);
    return session;
}

static palabra_session *just_opened(void)
{
    return at_stream("", NULL);
}

static palabra_session *resolving(void)
{
    return at_rest("id", "http://nohost.invalid");
}

static palabra_session *connecting(void)
{
    palabra_session *session = at_rest("id", full_url);
    let_it_get_there(session, 50);
    return session;
}

static palabra_session *creating_the_rest_session(void)
{
    palabra_session *session = at_rest("dev~rest_delay_ms=20000", NULL);
    let_it_get_there(session, 100);
    return session;
}

static palabra_session *upgrading(void)
{
    palabra_session *session = at_stream("upgrade_delay_ms=20000", NULL);
    let_it_get_there(session, 100);
    return session;
}

static palabra_session *connected_to_a_silent_server(void)
{
    palabra_session *session = at_rest("id", silent_url);
    let_it_get_there(session, 50);
    return session;
}

static palabra_session *handshaking_tls(void)
{
    palabra_session *session = at_rest("id", silent_stream);
    let_it_get_there(session, 50);
    return session;
}

static palabra_session *preparing_the_task(void)
{
    palabra_session *session = at_stream("never_ready", NULL);
    let_it_get_there(session, 200);
    return session;
}

static palabra_session *ready_and_idle(void)
{
    return ready("", NULL);
}

static void fill(palabra_session *session)
{
    static int16_t second[24000];
    while (palabra_session_send_audio(session, second, 24000) == 24000)
        continue;
}

static palabra_session *ready_and_sending(void)
{
    palabra_session *session = ready("", NULL);
    fill(session);
    return session;
}

static palabra_session *ready_and_receiving(void)
{
    return ready("blast=5000", NULL);
}

/* More than the sockets' buffers hold, so that writing is blocked. */
static palabra_session *not_read_by_the_server(void)
{
    palabra_session *session = ready("stall_reading_after_ms=1500", NULL);
    int64_t until = clock_now_ms() + 2500;

    while (clock_now_ms() < until) {
        fill(session);
        clock_sleep_ms(2);
    }
    return session;
}

static palabra_session *half_open(void)
{
    palabra_session *session = ready("silent_after_ms=3000", NULL);
    clock_sleep_ms(3500);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_READY);
    return session;
}

static palabra_session *ending(void)
{
    palabra_session *session = ready("", NULL);
    CHECK_STATUS(palabra_session_speak(session, "a long text that is still being said", "es", 0, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    clock_sleep_ms(50);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_ENDING);
    return session;
}

static void poll_until(palabra_session *session, int32_t kind)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int32_t got = PALABRA_EVENT_NONE;

    while (got != kind && palabra_session_poll_event(session, &event, READY_MS) > 0) {
        got = event.kind;
        palabra_event_release(&event);
    }
    CHECK_EQ(got, kind);
}

static palabra_session *after_the_stream_end(void)
{
    palabra_session *session = ready("no_close", NULL);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    poll_until(session, PALABRA_EVENT_STREAM_END);
    return session;
}

static palabra_session *closed(void)
{
    palabra_session *session = ready("", NULL);
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    poll_until(session, PALABRA_EVENT_CLOSED);
    return session;
}

static palabra_session *closed_by_an_error(void)
{
    palabra_session *session = at_stream("reset_after_ms=100", NULL);
    int64_t deadline = clock_now_ms() + READY_MS;

    while (palabra_session_get_state(session) != PALABRA_STATE_CLOSED && clock_now_ms() < deadline)
        clock_sleep_ms(5);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CLOSED);
    return session;
}

static palabra_session *full_of_events(void)
{
    palabra_session *session = ready("blast=1000", NULL);
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    int64_t deadline = clock_now_ms() + READY_MS;

    do
        palabra_session_get_stats(session, &stats);
    while (stats.events_queued < 1000 && clock_now_ms() < deadline);
    CHECK_EQ(stats.events_queued, 1000);
    return session;
}

/* Already closed, with a minute of unsent input: 23 MB that only the handle still owns. */
static palabra_session *full_of_input(void)
{
    static float second[2 * 48000];
    palabra_translation_config config = talk_config();
    palabra_session *session;
    char token[96];
    int64_t deadline = clock_now_ms() + READY_MS;

    snprintf(token, sizeof token, "dev~never_ready~reset_after_ms=500~.%d", number++);
    config.input.buffer_ms = 60000;
    config.input.format.encoding = PALABRA_ENCODING_F32;
    config.input.format.sample_rate = 48000;
    config.input.format.channels = 2;
    session = direct_open(token, &config);
    while (palabra_session_send_audio(session, second, 48000) == 48000)
        continue;
    while (palabra_session_get_state(session) != PALABRA_STATE_CLOSED && clock_now_ms() < deadline)
        clock_sleep_ms(5);
    CHECK_EQ(palabra_session_get_state(session), PALABRA_STATE_CLOSED);
    clock_sleep_ms(200);
    return session;
}

static pthread_t poller;
static int poller_runs;

static void *poll_without_limit(void *session)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_status polled;

    /* BUSY: the main thread probes at this moment whether this thread is inside. */
    while ((polled = palabra_session_poll_event(session, &event, -1)) > 0 || polled == PALABRA_ERR_BUSY)
        palabra_event_release(&event);
    /* BAD_HANDLE: it was on its way back into the call when the handle was closed. */
    if (polled != PALABRA_ERR_BAD_HANDLE)
        CHECK_STATUS(polled, PALABRA_ERR_CLOSED);
    return NULL;
}

static palabra_session *with_a_poller_inside(void)
{
    palabra_session *session = ready("", NULL);
    palabra_event event = PALABRA_EVENT_INIT;

    REQUIRE(pthread_create(&poller, NULL, poll_without_limit, session) == 0);
    poller_runs = 1;
    while (palabra_session_poll_event(session, &event, 0) != PALABRA_ERR_BUSY)
        palabra_event_release(&event);
    return session;
}

static palabra_session *on_a_shared_queue(void)
{
    return ready("blast=500", shared);
}

struct cost {
    int64_t clock_us, processor_us;
    long waits;
};

static int64_t processor_us(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

/* Number of voluntary context switches of this thread. */
static long waits(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

static struct cost close_at_once(palabra_session *session)
{
    struct cost cost = {(int64_t)(clock_now_ns() / 1000u), processor_us(), waits()};
    palabra_status status = palabra_session_close(session, 0);

    cost.waits = waits() - cost.waits;
    cost.processor_us = processor_us() - cost.processor_us;
    cost.clock_us = (int64_t)(clock_now_ns() / 1000u) - cost.clock_us;
    CHECK_STATUS(status, PALABRA_OK);
    return cost;
}

static void measure(const char *state, palabra_session *(*get_there)(void))
{
    struct cost worst = {0, 0, LONG_MAX};
    int i, is_good;

    for (i = 0; i < ROUNDS; i++) {
        struct cost cost = close_at_once(get_there());

        worst.clock_us = cost.clock_us > worst.clock_us ? cost.clock_us : worst.clock_us;
        worst.processor_us = cost.processor_us > worst.processor_us ? cost.processor_us : worst.processor_us;
        /* A short wait for a lock of the library's thread is allowed once, but not in every round. */
        worst.waits = cost.waits < worst.waits ? cost.waits : worst.waits;
        if (poller_runs)
            pthread_join(poller, NULL);
        poller_runs = 0;
    }
    printf("%-34s %8d %12d %6ld\n", state, (int)worst.clock_us, (int)worst.processor_us, worst.waits);
    is_good = CHECK_WITHIN(worst.clock_us, 0, 1000 * clock_limit_ms(CLOCK_BOUND_MS));
    is_good &= CHECK_WITHIN(worst.processor_us, 0, PROCESSOR_BOUND_US);
    is_good &= CHECK_EQ(worst.waits, 0);
    if (!is_good)
        fprintf(stderr, "  ^ while %s\n", state);
}

static void all_states(void)
{
    printf("close(0) while, worst of %d         clock us processor us  waits\n", ROUNDS);
    measure("just opened", just_opened);
    measure("resolving a name", resolving);
    measure("connecting to a full queue", connecting);
    measure("waiting for a silent server", connected_to_a_silent_server);
    measure("shaking hands over TLS", handshaking_tls);
    measure("creating the REST session", creating_the_rest_session);
    measure("upgrading to a WebSocket", upgrading);
    measure("preparing the task", preparing_the_task);
    measure("ready, idle", ready_and_idle);
    measure("ready, sending", ready_and_sending);
    measure("ready, receiving at full speed", ready_and_receiving);
    measure("ready, 1000 events unread", full_of_events);
    measure("ready, the server does not read", not_read_by_the_server);
    measure("ready, half-open", half_open);
    measure("ready, a thread polls", with_a_poller_inside);
    measure("ready, on a shared queue", on_a_shared_queue);
    measure("ending", ending);
    measure("after the end of the stream", after_the_stream_end);
    measure("closed in order", closed);
    measure("closed by an error", closed_by_an_error);
    measure("closed, a minute of input unsent", full_of_input);
}

int main(void)
{
    int silent_port = 0, full_port = 0, fillers[8];

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    REQUIRE(peers_silent(&silent_port) >= 0);
    peers_url(silent_url, sizeof silent_url, "http", silent_port);
    peers_url(silent_stream, sizeof silent_stream, "https", silent_port);
    if (peers_full(&full_port, fillers, 8) < 0)
        full_port = silent_port;
    peers_url(full_url, sizeof full_url, "http", full_port);
    CHECK_STATUS(palabra_queue_new(0, &shared, NULL), PALABRA_OK);
    all_states();
    CHECK_STATUS(palabra_queue_free(shared), PALABRA_OK);
    palabra_shutdown(5000);
    return check_result();
}
