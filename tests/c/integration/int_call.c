/* Two parties on one line, through the functions of C: each hears the other, a telephone is exchanged, the call ends; and
 * calls in queues of both kinds.
 *
 * devserver:
 */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

enum { TICK = 160 };

typedef struct {
    palabra_call *call;
    palabra_leg *legs[2];
    int up[2], down[2], started[2], closed, gapless;
    uint64_t last_seq;
    palabra_status code;
} line;

/* The devserver says this much as soon as a session is ready. */
static const char *const talkative = "dev~burst_s=1";

static palabra_leg *join(palabra_call *call, const char *language, palabra_encoding encoding, int32_t rate)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_leg *leg = NULL;

    config.language = language;
    config.input.encoding = encoding;
    config.input.sample_rate = rate;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(leg != NULL);
    return leg;
}

static line open_line(palabra_client *client, palabra_queue *queue, uint64_t tag)
{
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    line it = {0};

    config.call_tag = tag;
    config.call_name = "a call";
    config.queue = queue;
    translation.end_silence_ms = 1000;
    it.gapless = 1;
    CHECK_STATUS(palabra_call_open(client, &config, &translation, &it.call, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    REQUIRE(it.call != NULL);
    it.legs[0] = join(it.call, "en", PALABRA_ENCODING_MULAW, 8000);
    it.legs[1] = join(it.call, "es", PALABRA_ENCODING_F32, 48000);
    return it;
}

static void note(line *it, const palabra_event *event)
{
    it->gapless &= event->seq == it->last_seq + 1;
    it->last_seq = event->seq;
    CHECK_TEXT(event->session_name, "a call");
    CHECK(event->kind != PALABRA_EVENT_READY);
    if (event->kind == PALABRA_EVENT_CLOSED) {
        CHECK_EQ(event->leg, -1);
        it->closed++;
        it->code = event->code;
        return;
    }
    if (!CHECK_WITHIN(event->leg, 0, 1))
        return;
    it->up[event->leg] += event->kind == PALABRA_EVENT_LINK_UP;
    it->down[event->leg] += event->kind == PALABRA_EVENT_LINK_DOWN;
    it->started[event->leg] += event->kind == PALABRA_EVENT_PLAYOUT_STARTED;
    if (event->kind == PALABRA_EVENT_LINK_DOWN)
        CHECK_STATUS(event->code, PALABRA_OK);
}

static void poll_all(line *it)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (!it->closed && palabra_call_poll_event(it->call, &event, 0) == 1) {
        note(it, &event);
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
}

/* One tick of both lines. Returns what each heard. */
static void tick(line *it, int32_t heard[2])
{
    static unsigned char said[TICK], listened[TICK];
    static float wide_said[6 * TICK], wide_listened[6 * TICK];

    memset(said, 0xff, sizeof said);
    heard[0] = palabra_leg_exchange(it->legs[0], said, TICK, listened, TICK);
    heard[1] = palabra_leg_exchange(it->legs[1], wide_said, 6 * TICK, wide_listened, 6 * TICK);
    CHECK(heard[0] >= 0 && heard[1] >= 0);
}

/* Until both have heard these bits, not necessarily at once. */
static int tick_until(line *it, int32_t bit)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int32_t heard[2] = {0, 0}, all[2] = {0, 0};

    while (clock_now_ms() < deadline && !(all[0] & all[1] & bit)) {
        tick(it, heard);
        all[0] |= heard[0];
        all[1] |= heard[1];
        poll_all(it);
        clock_sleep_ms(1);
    }
    return CHECK((all[0] & all[1] & bit) != 0);
}

static void a_call_through_and_through(palabra_client *client)
{
    line it = open_line(client, NULL, 7);
    palabra_leg *before = it.legs[0];
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    tick_until(&it, PALABRA_SOUND_SPEECH);
    CHECK_EQ(palabra_call_get_state(it.call), PALABRA_STATE_READY);
    /* The first party passes the call on to a colleague with another telephone and another language. */
    CHECK_STATUS(palabra_leg_close(before), PALABRA_OK);
    CHECK_STATUS(palabra_leg_exchange(before, NULL, 0, NULL, 0), PALABRA_ERR_BAD_HANDLE);
    it.legs[0] = join(it.call, "fr", PALABRA_ENCODING_MULAW, 8000);
    CHECK_EQ(palabra_leg_get_number(it.legs[0]), 0);
    while ((it.up[0] < 2 || it.up[1] < 2) && clock_now_ms() < deadline) {
        int32_t heard[2];
        tick(&it, heard);
        poll_all(&it);
        clock_sleep_ms(1);
    }
    CHECK_STATUS(palabra_call_end(it.call), PALABRA_OK);
    CHECK_STATUS(palabra_leg_send_audio(it.legs[0], NULL, 0), PALABRA_ERR_ENDED);
    tick_until(&it, PALABRA_SOUND_ENDED);
    poll_all(&it);
    CHECK_EQ(it.closed, 1);
    CHECK_STATUS(it.code, PALABRA_OK);
    CHECK(it.gapless);
    CHECK(it.started[0] > 0 && it.started[1] > 0);
    CHECK(it.up[0] == 2 && it.up[1] == 2 && it.down[0] == 2 && it.down[1] == 2);
    CHECK_EQ(palabra_call_get_state(it.call), PALABRA_STATE_CLOSED);
    CHECK_STATUS(palabra_call_close(it.call, 1000), PALABRA_OK);
    CHECK_STATUS(palabra_call_close(it.call, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_leg_exchange(it.legs[1], NULL, 0, NULL, 0), PALABRA_ERR_BAD_HANDLE);
}

/* The queue says which call has something. */
static void named_calls(palabra_client *client)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_ready ready = PALABRA_READY_INIT;
    palabra_queue *queue = NULL;
    line it;

    CHECK_STATUS(palabra_queue_new(PALABRA_QUEUE_NAMES, &queue, &error), PALABRA_OK);
    it = open_line(client, queue, 9);
    CHECK_STATUS(palabra_call_end(it.call), PALABRA_OK);
    while (!it.closed && palabra_queue_poll_ready(queue, &ready, CLOCK_PATIENCE_MS) == 1) {
        CHECK_EQ(ready.kind, PALABRA_READY_CALL);
        CHECK_EQ(ready.tag, 9);
        CHECK(ready.handle == (void *)it.call);
        poll_all(&it);
    }
    CHECK_EQ(it.closed, 1);
    CHECK_STATUS(palabra_call_close(it.call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

/* Calls and their events in one queue; closing a call with sessions that connect takes no time. */
static void calls_in_a_queue(palabra_client *client)
{
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_queue *queue = NULL;
    line lines[2];
    int closed = 0;

    CHECK_STATUS(palabra_queue_new(0, &queue, &error), PALABRA_OK);
    lines[0] = open_line(client, queue, 0);
    lines[1] = open_line(client, queue, 1);
    CHECK_STATUS(palabra_call_poll_event(lines[0].call, &event, 0), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(palabra_call_end(lines[0].call), PALABRA_OK);
    CHECK_STATUS(palabra_call_end(lines[1].call), PALABRA_OK);
    while (closed < 2 && palabra_queue_poll_event(queue, &event, CLOCK_PATIENCE_MS) == 1) {
        if (CHECK_WITHIN(event.session_tag, 0, 1))
            note(&lines[event.session_tag], &event);
        closed += event.kind == PALABRA_EVENT_CLOSED;
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
    CHECK(lines[0].gapless && lines[1].gapless);
    CHECK_EQ(lines[0].closed + lines[1].closed, 2);
    CHECK_STATUS(palabra_call_close(lines[0].call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_call_close(lines[1].call, 0), PALABRA_OK);
    lines[0] = open_line(client, queue, 0);
    CHECK_STATUS(palabra_call_close(lines[0].call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
}

int main(void)
{
    palabra_client *client;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    client = talk_client(talkative);
    a_call_through_and_through(client);
    named_calls(client);
    calls_in_a_queue(client);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
