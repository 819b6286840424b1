/* How late a voice is heard, and whether it clicks. What is said has another sound at every place, so a piece of what is
 * heard tells when it was said. */
#ifndef PALABRA_TESTS_LAG_H
#define PALABRA_TESTS_LAG_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define LAG_RATE 8000
#define LAG_TICK_MS 20
#define LAG_PACKET (LAG_RATE * LAG_TICK_MS / 1000)
#define LAG_MOST_MS 600
#define LAG_WINDOW_MS 100
#define LAG_WINDOW (LAG_WINDOW_MS * LAG_RATE / 1000) /* in frames */
#define LAG_NEAR (LAG_RATE * 2 / 1000)
/* Of speech and a pause. */
#define LAG_CYCLE 8000
#define LAG_SPOKEN 6400
#define LAG_EDGE 80

typedef struct {
    const int16_t *said;  /* by the speaker's clock */
    const float *heard;   /* by the listener's clock, as loud as what was said */
    const char *is_mixed; /* for each tick whether something else is heard too; NULL: never */
    double speed;         /* of the listener's clock; the speaker's is 1 */
} lag_line;

/* Syllables of low-pass filtered noise with pauses between them, so smooth that a seam is a larger step than any in it. */
static inline void lag_say(int16_t *said, int frames, unsigned random)
{
    double first = 0, low = 0;
    int i;
    for (i = 0; i < frames; i++) {
        int at = i % LAG_CYCLE, edge = at < LAG_SPOKEN / 2 ? at : LAG_SPOKEN - at;
        random = random * 1664525u + 1013904223u;
        first += 0.1 * ((int)(random >> 16) - 32768 - first);
        low += 0.1 * (1.6 * first - low);
        said[i] = (int16_t)(edge <= 0 ? 0 : low * (edge < LAG_EDGE ? edge : LAG_EDGE) / LAG_EDGE);
    }
}

static inline int lag_is_mixed(const lag_line *line, int from, int frames)
{
    int tick;
    for (tick = from / LAG_PACKET; line->is_mixed != NULL && tick <= (from + frames - 1) / LAG_PACKET; tick++)
        if (line->is_mixed[tick])
            return 1;
    return 0;
}

/* Somebody speaks all the time from so many frames before this one until the end of the window. */
static inline int lag_is_spoken(const lag_line *line, int at, int before)
{
    int from = (int)(at / line->speed) - before;
    return from >= 0 && from % LAG_CYCLE > LAG_EDGE &&
           from % LAG_CYCLE + before + LAG_WINDOW < LAG_SPOKEN - LAG_EDGE && !lag_is_mixed(line, at, LAG_WINDOW);
}

/* The largest step between two samples. */
static inline int lag_step(const int16_t *said, int frames)
{
    int i, most = 0;
    for (i = 1; i < frames; i++)
        most = abs(said[i] - said[i - 1]) > most ? abs(said[i] - said[i - 1]) : most;
    return most;
}

static inline uint8_t lag_mulaw(int16_t sample)
{
    int magnitude = sample < 0 ? -sample : sample, exponent = 7, mask;
    magnitude = (magnitude > 32635 ? 32635 : magnitude) + 132;
    for (mask = 0x4000; exponent > 0 && (magnitude & mask) == 0; mask >>= 1)
        exponent--;
    return (uint8_t)~((sample < 0 ? 0x80 : 0) | exponent << 4 | ((magnitude >> (exponent + 3)) & 15));
}

static inline int16_t lag_linear(uint8_t byte)
{
    int magnitude = ((((~byte & 15) << 3) + 132) << ((~byte >> 4) & 7)) - 132;
    return (int16_t)(byte & 0x80 ? magnitude : -magnitude);
}

/* How like what is heard there is to what was said so many frames before; 0: next to nothing is heard. */
static inline double lag_likeness(const lag_line *line, int at, int lag)
{
    double both = 0, own = 1, other = 1;
    int i, now = (int)(at / line->speed);
    for (i = 0; i < LAG_WINDOW; i++) {
        double a = line->said[now - lag + i], b = line->heard[at + i];
        both += a * b, own += a * a, other += b * b;
    }
    return own > 1e6 ? both / sqrt(own * other) : 0;
}

/* Of the lags from `first` to `last`, in steps, the one at which what is heard is most like what was said. */
static inline int lag_likeliest(const lag_line *line, int at, int first, int last, int step)
{
    int lag, best = first, most_back = (int)(at / line->speed);
    double most = 0;
    for (lag = first; lag <= last && lag <= most_back; lag += step) {
        double like = lag_likeness(line, at, lag);
        if (like > most)
            most = like, best = lag;
    }
    return best;
}

static inline int lag_is_silent(const lag_line *line, int at)
{
    double own = 0;
    int i;
    for (i = 0; i < LAG_WINDOW; i++)
        own += line->heard[at + i] * line->heard[at + i];
    return own < 1e6;
}

/* When was what is heard there said? -1 where nothing, a seam, or something else is heard. Two frames later the sound is
 * another one: the second search looks between the steps of the first. */
static inline int lag_frames(const lag_line *line, int at)
{
    int lag;
    if (lag_is_silent(line, at) || lag_is_mixed(line, at, LAG_WINDOW))
        return -1;
    lag = lag_likeliest(line, at, 0, LAG_MOST_MS * LAG_RATE / 1000, 2);
    lag = lag_likeliest(line, at, lag > 0 ? lag - 1 : 0, lag + 1, 1);
    return lag_likeness(line, at, lag) > 0.8 ? lag : -1;
}

/* The same, which is found soon if it is near one that is known. */
static inline int lag_near(const lag_line *line, int at, int known)
{
    int lag, first = known > LAG_NEAR ? known - LAG_NEAR : 0;
    if (known < 0 || lag_is_silent(line, at) || lag_is_mixed(line, at, LAG_WINDOW))
        return lag_frames(line, at);
    lag = lag_likeliest(line, at, first, known + LAG_NEAR, 1);
    return lag_likeness(line, at, lag) > 0.8 ? lag : lag_frames(line, at);
}

static inline int lag_by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Of lags in their order, in ms. */
static inline double lag_share(const int *lags, int count, double share)
{
    return lags[(int)(share * (count - 1))] * 1000.0 / LAG_RATE;
}

#endif
