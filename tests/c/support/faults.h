/* Sessions of every product, each with a fault of the server in one of its states, all in parallel on one queue. Each
 * reports its end once, in order and last, and palabra_session_get_error() returns the same reason. */
#ifndef PALABRA_TESTS_FAULTS_H
#define PALABRA_TESTS_FAULTS_H

#include "certs.h"
#include "process.h"
#include "talk.h"

#include <sys/resource.h>

#define FAULTS_MOST 800
#define FAULTS_TICK_MS 20

typedef enum { FAULTS_TRANSLATION, FAULTS_TTS, FAULTS_STT } faults_product;
/* What the program does when the fault occurs: it only streams, ends, pauses, or closes the handle. */
typedef enum { FAULTS_STREAM, FAULTS_ENDING, FAULTS_PAUSED, FAULTS_CLOSING } faults_state;

typedef struct {
    faults_product product;
    faults_state state;
    int by_key; /* an API key, or client id and secret */
    char fault[96];
    palabra_session *session;
    int64_t opened_ms;
    int is_ready, is_done, is_left, closed, out_of_order;
    uint64_t seq;
} faults_row;

static faults_row faults_rows[FAULTS_MOST];
static int faults_count;
static palabra_queue *faults_queue;
/* When a session is ended, paused or closed, counted from its opening. */
static int64_t faults_act_ms;

static inline void faults_add(faults_product product, int by_key, faults_state state, const char *fault,
                              const char *more)
{
    faults_row *row = &faults_rows[faults_count];

    REQUIRE(faults_count++ < FAULTS_MOST);
    row->product = product;
    row->by_key = by_key;
    row->state = state;
    snprintf(row->fault, sizeof row->fault, "%s%s", fault, more);
}

/* Another port of the host of the translation streams. */
static inline const char *faults_url(char *room, size_t size, const char *path)
{
    const char *url = getenv("PALABRA_WS_URL");
    const char *host = strstr(url, "://") + 3;

    snprintf(room, size, "%.*s%s", (int)(host - url + (int)strcspn(host, "/")), url, path);
    return room;
}

static inline palabra_client *faults_client(const faults_row *row)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;
    char name[160], tts[96], stt[96];

    snprintf(name, sizeof name, "dev~no_rate_limits~%s~.%d", row->fault, (int)(row - faults_rows));
    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    config.api_url = getenv("PALABRA_API_URL");
    config.stt_url = faults_url(stt, sizeof stt, "/asr/v1/speech-to-text/stream");
    config.ca_file = certs_served() ? certs_authority() : NULL;
    config.connect_timeout_ms = config.rest_timeout_ms = 4000;
    if (row->by_key) {
        config.credentials.api_key = name;
        config.translation_url = getenv("PALABRA_WS_URL");
        config.tts_url = faults_url(tts, sizeof tts, "/tts-api/v1/text-to-speech/stream");
    } else {
        config.credentials.client_id = name;
        config.credentials.client_secret = TALK_SECRET;
    }
    CHECK_STATUS(palabra_client_new(&config, &client, NULL), PALABRA_OK);
    return client;
}

static inline palabra_status faults_open_translation(palabra_client *client, faults_row *row)
{
    palabra_translation_config config = talk_config();

    config.queue = faults_queue;
    config.session_tag = (uint64_t)(row - faults_rows);
    config.input.format.sample_rate = 16000;
    config.timeouts.liveness_ms = 5000;
    config.timeouts.ready_ms = 6000;
    config.timeouts.end_ms = 3000;
    config.flags = strstr(row->fault, "zlib") != NULL ? PALABRA_TRANSLATION_ZLIB_OUTPUT : 0;
    return palabra_session_open_translation(client, &config, &row->session, NULL);
}

static inline palabra_status faults_open_tts(palabra_client *client, faults_row *row)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;

    config.language = "en";
    config.queue = faults_queue;
    config.session_tag = (uint64_t)(row - faults_rows);
    config.timeouts.liveness_ms = 5000;
    config.timeouts.end_ms = 3000;
    return palabra_session_open_tts(client, &config, &row->session, NULL);
}

static inline palabra_status faults_open_stt(palabra_client *client, faults_row *row)
{
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;

    config.language = "en";
    config.queue = faults_queue;
    config.session_tag = (uint64_t)(row - faults_rows);
    config.timeouts.liveness_ms = 5000;
    config.timeouts.end_ms = 3000;
    return palabra_session_open_stt(client, &config, &row->session, NULL);
}

static inline void faults_open(faults_row *row)
{
    palabra_client *client = faults_client(row);
    palabra_status opened = row->product == FAULTS_TRANSLATION ? faults_open_translation(client, row)
                            : row->product == FAULTS_TTS       ? faults_open_tts(client, row)
                                                               : faults_open_stt(client, row);

    REQUIRE(CHECK_STATUS(opened, PALABRA_OK));
    row->opened_ms = clock_now_ms();
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

/* Half a second of tone, then as much silence; a text at the same interval. */
static inline void faults_send(faults_row *row, uint64_t tick)
{
    static const int16_t silence[320];
    int16_t tone[320];
    int i;

    for (i = 0; i < 320; i++)
        tone[i] = (int16_t)(i % 40 * 400 - 8000);
    if (row->product != FAULTS_TTS)
        palabra_session_send_audio(row->session, tick % 50 < 25 ? tone : silence, 320);
    else if (tick % 25 == 0)
        palabra_session_send_text(row->session, "Hello there. ", PALABRA_TEXT_EOS, NULL, NULL, tick, NULL);
}

static inline void faults_act(faults_row *row)
{
    int is_time = clock_now_ms() - row->opened_ms >= faults_act_ms;

    if (row->is_done || !is_time || (row->state != FAULTS_CLOSING && !row->is_ready))
        return;
    row->is_done = 1;
    if (row->state == FAULTS_ENDING)
        palabra_session_end(row->session);
    if (row->state == FAULTS_PAUSED)
        palabra_session_pause(row->session, 0);
    if (row->state == FAULTS_CLOSING) {
        CHECK_STATUS(palabra_session_close(row->session, 20), PALABRA_OK);
        row->is_left = 1;
    }
}

static inline void faults_take(const palabra_event *event)
{
    palabra_error error = PALABRA_ERROR_INIT;
    faults_row *row = &faults_rows[event->session_tag];

    row->out_of_order += row->closed > 0 || event->seq != row->seq + 1;
    row->seq = event->seq;
    row->is_ready |= event->kind == PALABRA_EVENT_READY;
    if (event->kind != PALABRA_EVENT_CLOSED)
        return;
    row->closed++;
    CHECK_STATUS(palabra_session_get_error(row->session, &error), PALABRA_OK);
    CHECK_STATUS(error.code, event->code);
    CHECK_LACKS(event->text, TALK_SECRET);
    CHECK_LACKS(event->service_code, TALK_SECRET);
}

static inline int faults_tick(uint64_t tick)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int i, open = 0;

    for (i = 0; i < faults_count; i++) {
        faults_row *row = &faults_rows[i];

        if (row->closed || row->is_left)
            continue;
        open++;
        if (!row->is_done || row->state != FAULTS_ENDING)
            faults_send(row, tick);
        faults_act(row);
    }
    while (palabra_queue_poll_event(faults_queue, &event, 0) > 0) {
        faults_take(&event);
        palabra_event_release(&event);
    }
    return open;
}

static inline void faults_judge(faults_row *row)
{
    int is_good = CHECK_EQ(row->closed, row->is_left ? 0 : 1);

    is_good &= CHECK_EQ(row->out_of_order, 0);
    if (!row->is_left)
        is_good &= CHECK_STATUS(palabra_session_close(row->session, 0), PALABRA_OK);
    if (!is_good)
        fprintf(stderr, "  ^ product %d with %s in state %d: %s\n", (int)row->product,
                row->by_key ? "a key" : "id and secret", (int)row->state, row->fault);
}

/* Raises the limit of descriptors to the maximum: each session has a connection. */
static inline void faults_room(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static inline int faults_run(int64_t act_ms)
{
    int64_t next = clock_now_ms(), deadline = next + CLOCK_PATIENCE_MS;
    int i, descriptors;
    uint64_t tick = 0;

    faults_act_ms = act_ms;
    faults_room();
    CHECK_STATUS(palabra_queue_new(0, &faults_queue, NULL), PALABRA_OK);
    descriptors = process_descriptors();
    for (i = 0; i < faults_count; i++)
        faults_open(&faults_rows[i]);
    while (faults_tick(tick++) > 0 && clock_now_ms() < deadline) {
        next += FAULTS_TICK_MS;
        if (next > clock_now_ms())
            clock_sleep_ms(next - clock_now_ms());
        else
            next = clock_now_ms();
    }
    for (i = 0; i < faults_count; i++)
        faults_judge(&faults_rows[i]);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_EQ(process_descriptors(), descriptors);
    CHECK_STATUS(palabra_queue_free(faults_queue), PALABRA_OK);
    printf("%d sessions\n", faults_count);
    return check_result();
}

#endif
