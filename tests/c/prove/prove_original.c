/* How late the original voice is heard, and whether it clicks, by the clock: senders and readers on threads of their own,
 * before READY and after it, small and large chunks, a telephone and a studio at the two ends, bursts. What is said has
 * another sound at every place, so that a piece of what is heard tells when it was said.
 * devserver: --no-rate-limits --start-delay-ms 3000 */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "talk.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#define SECONDS 20
#define TICK_MS 20
#define TICKS (SECONDS * 1000 / TICK_MS)
#define RATE 8000
#define PACKET (RATE * TICK_MS / 1000)
#define MOST_OUT 48000
#define WINDOW_MS 100
#define MOST_LAG_MS 600
#define CYCLE 8000  /* of speech and a pause */
#define SPOKEN 6400
#define MOST_LATE_MS 40 /* a machine whose threads are later measures itself */
#define CLEAR_LATE_MS 5 /* with later threads the reader follows their jitter, which is a seam in many windows */
#define WINDOW (WINDOW_MS * RATE / 1000) /* in frames */
#define WINDOWS (SECONDS * 1000 / WINDOW_MS)

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

/* Syllables of low-pass filtered noise with pauses between them. */
static void say(void)
{
    unsigned random = 1;
    double low = 0;
    int i;
    for (i = 0; i < SECONDS * RATE; i++) {
        random = random * 1664525u + 1013904223u;
        low += 0.3 * ((int)(random >> 16) % 12000 - 6000 - low);
        said[i] = (int16_t)(i % CYCLE < SPOKEN ? low : 0);
    }
}

static uint8_t mulaw(int16_t sample)
{
    int magnitude = sample < 0 ? -sample : sample, exponent = 7, mask;
    magnitude = (magnitude > 32635 ? 32635 : magnitude) + 132;
    for (mask = 0x4000; exponent > 0 && (magnitude & mask) == 0; mask >>= 1)
        exponent--;
    return (uint8_t)~((sample < 0 ? 0x80 : 0) | exponent << 4 | ((magnitude >> (exponent + 3)) & 15));
}

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
                bytes[i] = mulaw(packet[i]);
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

static int is_mixed(const leg *l, int from, int frames)
{
    int tick;
    for (tick = from / PACKET; tick <= (from + frames - 1) / PACKET; tick++)
        if (l->is_mixed[tick])
            return 1;
    return 0;
}

/* How like what is heard there is to what was said so many frames before; 0: next to nothing is heard. */
static double likeness(const leg *l, int at, int lag)
{
    double both = 0, own = 1, other = 1;
    int i;
    for (i = 0; i < WINDOW; i++) {
        double a = said[at - lag + i], b = l->heard[at + i];
        both += a * b, own += a * a, other += b * b;
    }
    return own > 1e6 ? both / sqrt(own * other) : 0;
}

/* Of the lags from `first` to `last`, in steps, the one at which what is heard is most like what was said. */
static int likeliest(const leg *l, int at, int first, int last, int step)
{
    int lag, best = first;
    double most = 0;
    for (lag = first; lag <= last && lag <= at; lag += step) {
        double like = likeness(l, at, lag);
        if (like > most)
            most = like, best = lag;
    }
    return best;
}

/* When was that said? -1 where nothing, a seam, or speech of the service is heard. Two frames later the sound is another
 * one: the second search looks between the steps of the first. */
static int lag_ms(const leg *l, int window)
{
    int at = window * WINDOW, lag;
    if (is_mixed(l, at, WINDOW))
        return -1;
    lag = likeliest(l, at, 0, MOST_LAG_MS * RATE / 1000, 2);
    lag = likeliest(l, at, lag > 0 ? lag - 1 : 0, lag + 1, 1);
    return likeness(l, at, lag) > 0.8 ? lag * 1000 / RATE : -1;
}

/* Somebody speaks all the time that can be heard in this window, and nothing else is heard. */
static int is_spoken(const leg *l, int window)
{
    int at = window * WINDOW, i;
    for (i = at - l->most_ms * RATE / 1000; i < at + WINDOW; i++)
        if (i < 0 || i % CYCLE >= SPOKEN)
            return 0;
    return !is_mixed(l, at, WINDOW);
}

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void judge(const leg *l)
{
    static int lags[WINDOWS];
    int window, known = 0, spoken = 0, clear = 0, step = 0, said_step = 0, i, machine = (int)atomic_load(&l->late_ms);
    /* The first second is its begin. */
    for (window = 10; window < WINDOWS; window++) {
        int is_known = (lags[known] = lag_ms(l, window)) >= 0, is_said = is_spoken(l, window);
        known += is_known, spoken += is_said, clear += is_known && is_said;
    }
    REQUIRE(known > 0 && spoken > 20);
    qsort(lags, (size_t)known, sizeof *lags, by_size);
    for (i = RATE; i < SECONDS * RATE; i++) {
        if (is_mixed(l, i - 1, 2))
            continue;
        int heard = (int)fabsf(l->heard[i] - l->heard[i - 1]), own = abs(said[i] - said[i - 1]);
        step = heard > step ? heard : step;
        said_step = own > said_step ? own : said_step;
    }
    printf("%-24s p50 %d ms, p99 %d ms, most %d ms; clear in %d of %d windows; largest step %d, in what was said "
           "%d; threads at most %d ms late\n",
           l->name, lags[known / 2], lags[known * 99 / 100], lags[known - 1], clear, spoken, step, said_step, machine);
    if (machine > MOST_LATE_MS) {
        too_late = 1;
        return;
    }
    if (machine <= CLEAR_LATE_MS)
        CHECK_WITHIN(clear * 100 / spoken, l->clear_percent, 100);
    CHECK_WITHIN(lags[known / 2], 0, l->median_ms + machine);
    CHECK_WITHIN(lags[known - 1], 0, l->most_ms + 2 * machine);
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
    say();
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
