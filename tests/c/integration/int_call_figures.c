/* The figures of a call, as a struct, as a line for a log and in the sums of its client: what each party has said and heard, also across a transfer.
 *
 * devserver:
 */
#define _POSIX_C_SOURCE 200809L
#include "talk.h"

enum { TICK = 160, TICK_MS = 20 };

typedef struct {
    palabra_call *call;
    palabra_leg *legs[2];
    int up[2], down[2], closed;
    int64_t heard_ms[2];
} line;

/* The devserver says this much as soon as a session is ready. */
static const char *const talkative = "dev~burst_s=1";

static palabra_leg *join(palabra_call *call, const char *language)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_leg *leg = NULL;

    config.language = language;
    CHECK_STATUS(palabra_leg_join(call, &config, &leg, NULL), PALABRA_OK);
    REQUIRE(leg != NULL);
    return leg;
}

static palabra_leg_stats stats_of(palabra_leg *leg)
{
    palabra_leg_stats stats = PALABRA_LEG_STATS_INIT;

    CHECK_STATUS(palabra_leg_get_stats(leg, &stats), PALABRA_OK);
    return stats;
}

static void poll_all(line *it)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (!it->closed && palabra_call_poll_event(it->call, &event, 0) == 1) {
        it->closed = event.kind == PALABRA_EVENT_CLOSED;
        if (event.leg >= 0) {
            it->up[event.leg] += event.kind == PALABRA_EVENT_LINK_UP;
            it->down[event.leg] += event.kind == PALABRA_EVENT_LINK_DOWN;
            if (event.kind == PALABRA_EVENT_PLAYOUT_FINISHED || event.kind == PALABRA_EVENT_PLAYOUT_CUT)
                it->heard_ms[1 - event.leg] += event.heard_ms;
        }
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
}

/* One tick of both lines. Returns the bits that both heard. */
static int32_t tick(line *it)
{
    static int16_t said[TICK], heard[TICK];
    int32_t first = palabra_leg_exchange(it->legs[0], said, TICK, heard, TICK);
    int32_t second = palabra_leg_exchange(it->legs[1], said, TICK, heard, TICK);

    CHECK(first >= 0 && second >= 0);
    return first & second;
}

static void nothing_is_known(palabra_leg *leg)
{
    palabra_leg_stats stats = stats_of(leg);

    CHECK_EQ(stats.link_state, 0);
    CHECK_EQ(stats.links_opened + stats.links_broken, 0);
    CHECK_EQ(stats.input_taken_ms + stats.input_lost_ms + stats.input_sent_ms + stats.heard_ms, 0);
    CHECK_EQ(stats.ready_ms, -1);
    CHECK_EQ(stats.first_audio_ms, -1);
    CHECK_EQ(stats.round_trip_us, -1);
}

/* The first party says so many ticks, and loses one of them. */
static void said_and_lost(line *it)
{
    palabra_leg_stats before = stats_of(it->legs[0]), after;
    int n;

    for (n = 0; n < 10; n++)
        tick(it);
    CHECK_EQ(palabra_leg_skip(it->legs[0], TICK), TICK);
    after = stats_of(it->legs[0]);
    CHECK_EQ(after.input_taken_ms - before.input_taken_ms, 10 * TICK_MS);
    CHECK_EQ(after.input_lost_ms - before.input_lost_ms, TICK_MS);
    CHECK_EQ(after.link_state, PALABRA_STATE_READY);
}

/* The line, whatever the room for it. Returns how often it has this. */
static int in_line(palabra_call *call, const char *part)
{
    static char whole[16384], cut[21];
    int32_t length = palabra_call_get_stats_json(call, whole, sizeof whole);
    const char *found;
    int count = 0;

    CHECK_WITHIN(length, 100, sizeof whole - 1);
    CHECK_EQ(length, strlen(whole));
    CHECK(strchr(whole, '\n') == NULL);
    CHECK(palabra_call_get_stats_json(call, NULL, 0) > 0);
    memset(cut, 1, sizeof cut);
    CHECK(palabra_call_get_stats_json(call, cut, sizeof cut) > 20);
    CHECK_TEXT(cut, "{\"call_name\":\"from 4");
    for (found = whole; (found = strstr(found, part)) != NULL; found++)
        count++;
    return count;
}

/* The sums of the client: one call, which has opened four links. */
static void sums_of_the_client(palabra_client *client)
{
    static const char *const lines[] = {
        "palabra_draining 0\n",
        "# TYPE palabra_sessions_opened_total counter\npalabra_sessions_opened_total{product=\"translation\"} 4\n",
        "palabra_sessions_open{product=\"translation\"} 0\n",
        "palabra_sessions_closed_total{product=\"translation\",code=\"PALABRA_OK\"} 4\n",
        "palabra_sessions_opened_total{product=\"stt\"} 0\n",
        "palabra_calls_opened_total 1\n",
        "palabra_calls_open 0\n",
        "palabra_calls_closed_total{code=\"PALABRA_OK\"} 1\n",
        "palabra_ready_seconds_count{product=\"translation\"} 4\n",
    };
    static char text[16384];
    int32_t length = palabra_metrics_text(client, text, sizeof text);
    unsigned n;

    CHECK_WITHIN(length, 1000, sizeof text - 1);
    CHECK_EQ(length, strlen(text));
    for (n = 0; n < sizeof lines / sizeof *lines; n++)
        CHECK_CONTAINS(text, lines[n]);
    CHECK_LACKS(text, "palabra_sent_bytes_total{product=\"translation\"} 0\n");
    CHECK_LACKS(text, TALK_SECRET);
}

static void lines_of_a_call(palabra_call *call)
{
    CHECK_EQ(in_line(call, "{\"call_name\":\"from 42 to \\\"7\\\"\",\"call_tag\":77,\"state\":\"CLOSED\",\"code\":\"PALABRA_OK\","), 1);
    CHECK_EQ(in_line(call, "\"number\":"), 3);
    CHECK_EQ(in_line(call, "\"language\":\"en\",\"target_language\":\"en\",\"joined_ms\":"), 1);
    CHECK_EQ(in_line(call, "\"language\":\"es\""), 1);
    CHECK_EQ(in_line(call, "\"language\":\"fr\""), 1);
    /* Who passed the call on has left. */
    CHECK_EQ(in_line(call, "\"left_ms\":-1"), 2);
    CHECK_EQ(in_line(call, "\"links_opened\":2,"), 1);
    CHECK_EQ(in_line(call, "\"links_opened\":1,"), 2);
    CHECK_EQ(in_line(call, "{\"opened_ms\":"), 4);
    CHECK_EQ(in_line(call, "\"code\":\"PALABRA_OK\"}"), 4);
    CHECK_EQ(in_line(call, "\"ended_ms\":-1"), 0);
}

static void figures_of_a_call(palabra_client *client)
{
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    palabra_leg_stats stats[2];
    line it;
    int n;

    memset(&it, 0, sizeof it);
    translation.end_silence_ms = 1000;
    config.call_name = "from 42 to \"7\"";
    config.call_tag = 77;
    CHECK_STATUS(palabra_call_open(client, &config, &translation, &it.call, NULL), PALABRA_OK);
    CHECK_EQ(in_line(it.call, "\"state\":\"CONNECTING\""), 1);
    it.legs[0] = join(it.call, "en");
    nothing_is_known(it.legs[0]);
    it.legs[1] = join(it.call, "es");
    while (stats_of(it.legs[1]).phrases_started == 0 && clock_now_ms() < deadline) {
        tick(&it);
        poll_all(&it);
        clock_sleep_ms(1);
    }
    said_and_lost(&it);
    /* The second party passes the call on: the first keeps its figures, and gets another link. */
    CHECK_STATUS(palabra_leg_close(it.legs[1]), PALABRA_OK);
    it.legs[1] = join(it.call, "fr");
    while ((it.up[0] < 2 || it.up[1] < 2) && clock_now_ms() < deadline) {
        tick(&it);
        poll_all(&it);
        clock_sleep_ms(1);
    }
    CHECK_STATUS(palabra_call_end(it.call), PALABRA_OK);
    while (!(tick(&it) & PALABRA_SOUND_ENDED) && clock_now_ms() < deadline) {
        poll_all(&it);
        clock_sleep_ms(1);
    }
    poll_all(&it);
    CHECK(it.closed);
    for (n = 0; n < 2; n++) {
        stats[n] = stats_of(it.legs[n]);
        CHECK_EQ(stats[n].link_state, 0);
        CHECK_EQ(stats[n].links_broken, 0);
        CHECK(stats[n].bytes_sent > 0 && stats[n].bytes_received > 0);
        CHECK(stats[n].ready_ms > 0);
        CHECK_EQ(stats[n].buffered_ms, 0);
        CHECK_EQ(stats[n].phrases_started, stats[n].phrases_finished + stats[n].phrases_cut);
        CHECK(stats[n].phrases_started > 0 && stats[n].heard_ms > 0);
    }
    lines_of_a_call(it.call);
    sums_of_the_client(client);
    CHECK_EQ(stats[0].links_opened, 2);
    CHECK_EQ(stats[1].links_opened, 1);
    /* Two links have spoken for the first party, a second each as far as they were heard, and one for the other. */
    CHECK_WITHIN(stats[0].speech_received_ms, 1001, 2100);
    CHECK_WITHIN(stats[1].speech_received_ms, 1000, 1100);
    /* Each phrase is rounded to whole ms in its event. What is heard after CLOSED has none. */
    CHECK(stats[0].heard_ms >= it.heard_ms[0]);
    CHECK(stats[0].heard_ms <= 2100 && stats[1].heard_ms <= 1100);
    CHECK(stats[0].input_sent_ms > 0 && stats[0].input_sent_ms >= stats[0].silence_sent_ms);
    CHECK_STATUS(palabra_call_close(it.call, 0), PALABRA_OK);
    CHECK_STATUS(palabra_leg_get_stats(it.legs[0], &stats[0]), PALABRA_ERR_BAD_HANDLE);
}

int main(void)
{
    palabra_client *client;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    client = talk_client(talkative);
    figures_of_a_call(client);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
