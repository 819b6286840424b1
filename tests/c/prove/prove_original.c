/* How late the original voice is heard, and whether it clicks, by the clock: senders and readers on threads of their own,
 * before READY and after it, small and large chunks, a telephone and a studio at the two ends, bursts. What is said has
 * another sound at every place, so that a piece of what is heard tells when it was said.
 * devserver: --no-rate-limits --start-delay-ms 3000 */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "lag.h"
#include "talk.h"

#include <pthread.h>
#include <stdatomic.h>

#define SECONDS 20
#define TICK_MS LAG_TICK_MS
#define TICKS (SECONDS * 1000 / TICK_MS)
#define RATE LAG_RATE
#define PACKET LAG_PACKET
#define MOST_OUT 48000
#define MOST_LATE_MS 40 /* a machine whose threads are later measures itself */
#define CLEAR_LATE_MS 5 /* with later threads the reader follows their jitter, which is a seam in many windows */
#define WINDOW LAG_WINDOW
#define WINDOWS (SECONDS * 1000 / LAG_WINDOW_MS)

typedef struct {
    const char *name;
    int32_t chunk_ms, out_rate;
    palabra_encoding in_encoding, out_encoding;
    int burst_every, burst; /* in packets: so many are held back and arrive together */
    int median_ms, most_ms; /* what is right */
    int clear_percent;      /* of the windows in which somebody spoke, so many are heard without a seam */
    palabra_session *session;
    pthread_t sender, reader;
    int64_t begun;
    float heard[SECONDS * RATE]; /* at the rate of the telephone, by the reader's clock */
    char is_mixed[TICKS];        /* with speech of the service */
    _Atomic int64_t late_ms;     /* the most that one of the two threads was late: the machine's part */
} leg;

static leg legs[] = {
    {.name = "chunk 320", .out_rate = 8000, .median_ms = 40, .most_ms = 40, .clear_percent = 90},
    {.name = "chunk 40", .chunk_ms = 40, .out_rate = 8000, .median_ms = 40, .most_ms = 40, .clear_percent = 90},
    {.name = "mu-law to 48 kHz float", .out_rate = 48000, .in_encoding = PALABRA_ENCODING_MULAW,
     .out_encoding = PALABRA_ENCODING_F32, .median_ms = 40, .most_ms = 40, .clear_percent = 90},
    {.name = "bursts of 100 ms", .out_rate = 8000, .burst_every = 100, .burst = 5, .median_ms = 140, .most_ms = 140, .clear_percent = 90},
    {.name = "bursts of 400 ms", .out_rate = 8000, .burst_every = 250, .burst = 20, .median_ms = 60, .most_ms = 240, .clear_percent = 60},
};
#define LEGS ((int)(sizeof legs / sizeof *legs))

static int16_t said[SECONDS * RATE];
static int too_late;

static void wait_for_tick(leg *l, int tick)
{
    int64_t late = clock_now_ms() - (l->begun + (int64_t)tick * TICK_MS);
    if (late < 0)
        clock_sleep_ms(-late);
    late = clock_now_ms() - (l->begun + (int64_t)tick * TICK_MS);
    if (late > atomic_load(&l->late_ms))
        atomic_store(&l->late_ms, late);
}

static void *send_audio(void *of)
{
    leg *l = of;
    uint8_t bytes[PACKET];
    int tick, i, held = 0;

    for (tick = 0; tick < TICKS; tick++) {
        wait_for_tick(l, tick);
        if (l->burst_every > 0 && tick % l->burst_every >= l->burst_every - l->burst) {
            held++;
            continue;
        }
        for (; held >= 0; held--) {
            const int16_t *packet = said + (tick - held) * PACKET;
            for (i = 0; i < PACKET; i++)
                bytes[i] = lag_mulaw(packet[i]);
            CHECK_EQ(palabra_session_send_audio(l->session,
                                                l->in_encoding == PALABRA_ENCODING_MULAW ? (const void *)bytes : packet,
                                                PACKET),
                     PACKET);
        }
        held = 0;
    }
    return NULL;
}

static void *read_audio(void *of)
{
    static float block[LEGS][MOST_OUT * TICK_MS / 1000];
    leg *l = of;
    float *floats = block[l - legs];
    int16_t *samples = (int16_t *)floats;
    int tick, i, step = l->out_rate / RATE;
    int32_t sound;

    for (tick = 0; tick < TICKS; tick++) {
        wait_for_tick(l, tick);
        CHECK_STATUS(palabra_session_silence(l->session, NULL, PALABRA_SILENCE_ALL), PALABRA_OK);
        sound = palabra_session_read_audio(l->session, NULL, floats, PACKET * step);
        CHECK(sound >= 0);
        l->is_mixed[tick] = (sound & PALABRA_SOUND_SPEECH) != 0;
        for (i = 0; i < PACKET; i++)
            l->heard[tick * PACKET + i] =
                l->out_encoding == PALABRA_ENCODING_F32 ? floats[i * step] * 32768 : samples[i * step];
    }
    return NULL;
}

static lag_line line_of(const leg *l)
{
    lag_line line = {said, l->heard, l->is_mixed, 1};
    return line;
}

static void judge(const leg *l)
{
    static int lags[WINDOWS];
    lag_line line = line_of(l);
    int window, known = 0, spoken = 0, clear = 0, step = 0, said_step = lag_step(said, SECONDS * RATE), median, most, i, machine = (int)atomic_load(&l->late_ms);
    /* The first second is its begin. */
    for (window = 10; window < WINDOWS; window++) {
        int is_known = (lags[known] = lag_frames(&line, window * WINDOW)) >= 0, is_said = lag_is_spoken(&line, window * WINDOW, l->most_ms * RATE / 1000);
        known += is_known, spoken += is_said, clear += is_known && is_said;
    }
    REQUIRE(known > 0 && spoken > 20);
    qsort(lags, (size_t)known, sizeof *lags, lag_by_size);
    for (i = RATE; i < SECONDS * RATE; i++) {
        if (lag_is_mixed(&line, i - 1, 2))
            continue;
        int heard = (int)fabsf(l->heard[i] - l->heard[i - 1]);
        step = heard > step ? heard : step;
    }
    median = (int)ceil(lag_share(lags, known, 0.5)), most = (int)ceil(lag_share(lags, known, 1));
    printf("%-24s p50 %d ms, p99 %.0f ms, most %d ms; clear in %d of %d windows; largest step %d, in what was said "
           "%d; threads at most %d ms late\n",
           l->name, median, lag_share(lags, known, 0.99), most, clear, spoken, step, said_step, machine);
    if (machine > MOST_LATE_MS) {
        too_late = 1;
        return;
    }
    if (machine <= CLEAR_LATE_MS)
        CHECK_WITHIN(clear * 100 / spoken, l->clear_percent, 100);
    CHECK_WITHIN(median, 0, l->median_ms + machine);
    CHECK_WITHIN(most, 0, l->most_ms + 2 * machine);
    CHECK_WITHIN(step, 0, said_step * 3 / 2);
}

static void open_leg(palabra_client *client, leg *l)
{
    palabra_translation_config config = talk_config();
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.output.original.gain_percent = 100;
    config.output.original.duck_percent = 100;
    config.output.format.encoding = l->out_encoding;
    config.output.format.sample_rate = l->out_rate;
    config.input.format.encoding = l->in_encoding;
    config.input.format.sample_rate = RATE;
    config.input.chunk_ms = l->chunk_ms;
    config.flags |= PALABRA_SESSION_DROP_OLDEST;
    l->session = talk_open(client, &config);
    l->begun = clock_now_ms() + 100;
    REQUIRE(pthread_create(&l->sender, NULL, send_audio, l) == 0);
    REQUIRE(pthread_create(&l->reader, NULL, read_audio, l) == 0);
}

int main(void)
{
    palabra_client *client;
    int i;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    lag_say(said, SECONDS * RATE, 1);
    client = talk_client("dev");
    for (i = 0; i < LEGS; i++)
        open_leg(client, &legs[i]);
    for (i = 0; i < LEGS; i++) {
        pthread_join(legs[i].sender, NULL);
        pthread_join(legs[i].reader, NULL);
    }
    for (i = 0; i < LEGS; i++) {
        judge(&legs[i]);
        CHECK_STATUS(palabra_session_close(legs[i].session, 0), PALABRA_OK);
    }
    palabra_client_free(client);
    if (too_late)
        return check_skip("the machine is too busy: its threads were late");
    return check_result();
}
