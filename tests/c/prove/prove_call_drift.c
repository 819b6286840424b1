/* Ten minutes of a call whose lines have clocks that are half a thousandth apart, as fast as it goes: a telephone and a
 * studio hear each other without a step, and as late at the end as at the begin, after bursts too; with sessions that are READY, and
 * without a service.
 *
 * devserver: --no-rate-limits
 */
#define _POSIX_C_SOURCE 200809L
#include "lag.h"
#include "peers.h"
#include "talk.h"

#define SECONDS 600
#define TICKS (SECONDS * 1000 / LAG_TICK_MS)
#define FRAMES (SECONDS * LAG_RATE)
#define WIDE 6 /* times the rate of the telephone */
#define PPM 500
#define BURST_TICKS 20
#define BURST_S 120 /* between two of them, none in the first and in the last */
#define RECOVERED_S 5

typedef struct {
    float heard[FRAMES + LAG_RATE]; /* at the rate of a telephone, by the listener's clock */
    char is_mixed[TICKS + 50];
    int frames, step; /* so far, and the largest step at the rate of the listener */
    float before;
} ear;

static int16_t said[2][FRAMES + LAG_RATE];
static ear ears[2];
static palabra_call *call;
static palabra_leg *legs[2];

/* With so many frames of its own for one of a telephone. */
static void hear(ear *it, int32_t sound, const float *heard, int frames, int step)
{
    int i;

    CHECK(sound >= 0);
    for (i = 0; i < frames; i++) {
        int place = it->frames++, bend = (int)fabsf(heard[i] - it->before);
        char *is_mixed = &it->is_mixed[place / step / LAG_PACKET];
        *is_mixed |= (sound & PALABRA_SOUND_SPEECH) != 0;
        /* The first second is its begin. */
        if (!*is_mixed && place > step * LAG_RATE)
            it->step = bend > it->step ? bend : it->step;
        it->before = heard[i];
        if (place % step == 0)
            it->heard[place / step] = heard[i];
    }
}

static int is_held_back(int tick)
{
    int at = tick % (BURST_S * 1000 / LAG_TICK_MS);
    return tick > BURST_S * 1000 / LAG_TICK_MS && at < BURST_TICKS;
}

static void exchange_telephone(int tick)
{
    static uint8_t packets[LAG_RATE / 2], heard[LAG_PACKET];
    static float levels[LAG_PACKET];
    static int held;
    int32_t sound;
    int i;

    CHECK_STATUS(palabra_leg_silence(legs[0], PALABRA_SILENCE_ALL), PALABRA_OK);
    for (i = 0; i < LAG_PACKET; i++)
        packets[held * LAG_PACKET + i] = lag_mulaw(said[0][tick * LAG_PACKET + i]);
    held++;
    sound = palabra_leg_exchange(legs[0], packets, is_held_back(tick) ? 0 : held * LAG_PACKET, heard, LAG_PACKET);
    held = is_held_back(tick) ? held : 0;
    for (i = 0; i < LAG_PACKET; i++)
        levels[i] = lag_linear(heard[i]);
    hear(&ears[0], sound, levels, LAG_PACKET, 1);
}

/* Up to this frame of its own clock. */
static void exchange_studio(int until)
{
    static float packet[2 * LAG_PACKET * WIDE], heard[2 * LAG_PACKET * WIDE];
    int from = ears[1].frames, i;
    int32_t sound;

    CHECK_STATUS(palabra_leg_silence(legs[1], PALABRA_SILENCE_ALL), PALABRA_OK);
    for (i = from; i < until; i++) {
        int low = said[1][i / WIDE], high = said[1][i / WIDE + 1];
        packet[i - from] = (float)(low + (high - low) * (i % WIDE) / (double)WIDE) / 32768;
    }
    sound = palabra_leg_exchange(legs[1], packet, until - from, heard, until - from);
    for (i = 0; i < until - from; i++)
        heard[i] *= 32768;
    hear(&ears[1], sound, heard, until - from, WIDE);
}

static void take_events(int up[2])
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_call_poll_event(call, &event, 0) == 1) {
        CHECK(event.kind != PALABRA_EVENT_CLOSED);
        if (event.leg >= 0)
            up[event.leg] += event.kind == PALABRA_EVENT_LINK_UP;
        CHECK_STATUS(palabra_event_release(&event), PALABRA_OK);
    }
}

static void join(int number)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;

    config.language = number == 0 ? "en" : "es";
    config.input.encoding = number == 0 ? PALABRA_ENCODING_MULAW : PALABRA_ENCODING_F32;
    config.input.sample_rate = number == 0 ? LAG_RATE : WIDE * LAG_RATE;
    CHECK_STATUS(palabra_leg_join(call, &config, &legs[number], NULL), PALABRA_OK);
    REQUIRE(legs[number] != NULL);
}

/* Between bursts and after them. */
static void judge(const char *name, int speaker, double speed)
{
    static int lags[2][SECONDS * 10];
    const ear *it = &ears[1 - speaker];
    /* Twice what was said has, at the rate at which it is heard; the packets of a telephone add some. */
    int most_step = 2 * lag_step(said[speaker], FRAMES) / (speaker == 0 ? WIDE : 1);
    lag_line line = {said[speaker], it->heard, it->is_mixed, speed};
    int counts[2] = {0, 0}, second, part, known = -1, i, spoken = 0, clear = 0, last = it->frames / (speaker == 0 ? WIDE : 1) / LAG_RATE;

    for (second = 2; second < last - 1; second++)
        for (part = 0; part < 10; part++) {
            int at = second * LAG_RATE + part * LAG_WINDOW, is_spoken = lag_is_spoken(&line, at, 40 * LAG_RATE / 1000);
            int after = speaker == 0 && second >= BURST_S && second % BURST_S < RECOVERED_S;
            int lag = lag_near(&line, at, known);
            spoken += is_spoken && !after, clear += is_spoken && !after && lag >= 0;
            if (lag >= 0)
                known = lags[after][counts[after]++] = lag;
        }
    for (i = 0; i < 2; i++)
        qsort(lags[i], (size_t)counts[i], sizeof **lags, lag_by_size);
    REQUIRE(counts[0] > 0 && spoken > 4 * SECONDS);
    printf("%-15s %-20s listener %+4.0f ppm: p50 %.0f ms, p99.9 %.0f ms, max %.0f ms, clear in %d of %d, after bursts max %.0f ms; largest step %d of %d\n", name,
           speaker == 0 ? "mu-law 8 to float 48" : "float 48 to mu-law 8", (speed - 1) * 1e6, ceil(lag_share(lags[0], counts[0], 0.5)),
           ceil(lag_share(lags[0], counts[0], 0.999)), ceil(lag_share(lags[0], counts[0], 1)), clear, spoken,
           counts[1] > 0 ? ceil(lag_share(lags[1], counts[1], 1)) : 0, it->step, most_step);
    CHECK(lag_share(lags[0], counts[0], 1) <= 40);
    CHECK(counts[1] == 0 || lag_share(lags[1], counts[1], 1) <= 245);
    CHECK_WITHIN(clear * 100, 95 * spoken, 100 * spoken);
    CHECK_WITHIN(it->step, 0, most_step);
}

static void drift(palabra_client *client, const char *name, int has_service, int ppm)
{
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    double speed = 1 + ppm / 1e6;
    int tick, up[2] = {0, 0};

    memset(ears, 0, sizeof ears);
    config.flags = PALABRA_CALL_REOPEN;
    CHECK_STATUS(palabra_call_open(client, &config, NULL, &call, NULL), PALABRA_OK);
    join(0);
    join(1);
    while (has_service && (up[0] == 0 || up[1] == 0)) {
        take_events(up);
        clock_sleep_ms(1);
    }
    for (tick = 0; tick < TICKS; tick++) {
        exchange_telephone(tick);
        exchange_studio((int)((tick + 1) * speed * LAG_PACKET * WIDE));
        if (tick % 50 == 0)
            take_events(up);
    }
    judge(name, 0, speed);
    judge(name, 1, 1 / speed);
    CHECK_STATUS(palabra_call_close(call, 0), PALABRA_OK);
}

int main(void)
{
    char url[64];
    int port = 0, refusing = peers_refusing(&port);
    palabra_client *client, *nobody;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    REQUIRE(refusing >= 0);
    lag_say(said[0], FRAMES + LAG_RATE, 1);
    lag_say(said[1], FRAMES + LAG_RATE, 77);
    client = talk_client("demo");
    nobody = talk_client_at("demo", peers_url(url, sizeof url, "http", port), 0);
    drift(client, "ready", 1, PPM);
    drift(client, "ready", 1, -PPM);
    drift(nobody, "without service", 0, PPM);
    drift(nobody, "without service", 0, -PPM);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(nobody), PALABRA_OK);
    palabra_shutdown(5000);
    return check_result();
}
