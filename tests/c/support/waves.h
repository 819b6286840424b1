/* Reference DSP of the golden tests, independent of the library's: mu-law, decimation by two, sine fits. */
#ifndef PALABRA_TESTS_WAVES_H
#define PALABRA_TESTS_WAVES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define WAVES_TURN 6.283185307179586

/* --- Mu-law (ITU-T G.711) --------------------------------------------------------------------------------------- */

static inline int16_t waves_from_mulaw(uint8_t byte)
{
    int inverted = 255 - byte;
    int magnitude = ((2 * (inverted % 16) + 33) << (inverted / 16 % 8)) - 33; /* on the recommendation's own scale */
    return (int16_t)(inverted >= 128 ? -4 * magnitude : 4 * magnitude);
}

/* The byte of the nearest value. */
static inline uint8_t waves_to_mulaw(int16_t sample)
{
    int byte, nearest = 0;
    for (byte = 1; byte < 256; byte++)
        if (abs(waves_from_mulaw((uint8_t)byte) - sample) < abs(waves_from_mulaw((uint8_t)nearest) - sample))
            nearest = byte;
    return (uint8_t)nearest;
}

/* --- Half the rate ---------------------------------------------------------------------------------------------- */

#define WAVES_TAPS 127 /* each side */

/* Low-pass with this share of the rate, decimated by two: a windowed sinc (Hann). */
static inline size_t waves_halve(const int16_t *in, size_t count, double band, int16_t *out)
{
    double taps[WAVES_TAPS + 1], sum = 0.0;
    size_t n;
    int k;

    for (k = 0; k <= WAVES_TAPS; k++) {
        double turn = WAVES_TURN * band * k;
        taps[k] = (k == 0 ? 1.0 : sin(turn) / turn) * (0.5 + 0.5 * cos(WAVES_TURN / 2 * k / (WAVES_TAPS + 1)));
        sum += k == 0 ? taps[k] : 2 * taps[k];
    }
    for (n = 0; n < count / 2; n++) {
        double value = taps[0] * in[2 * n];
        for (k = 1; k <= WAVES_TAPS; k++) {
            double before = 2 * n >= (size_t)k ? in[2 * n - (size_t)k] : 0;
            double after = 2 * n + (size_t)k < count ? in[2 * n + (size_t)k] : 0;
            value += taps[k] * (before + after);
        }
        out[n] = (int16_t)lrint(value / sum);
    }
    return count / 2;
}

/* --- Similarity ------------------------------------------------------------------------------------------------- */

static inline double waves_db(double signal, double noise)
{
    return 10.0 * log10((signal + 1e-20) / (noise + 1e-20));
}

static inline double waves_snr(const int16_t *heard, const int16_t *wanted, size_t count)
{
    double signal = 0.0, noise = 0.0;
    size_t n;
    for (n = 0; n < count; n++) {
        signal += (double)wanted[n] * wanted[n];
        noise += (double)(heard[n] - wanted[n]) * (heard[n] - wanted[n]);
    }
    return waves_db(signal, noise);
}

/* The offset in `whole` at which this begins, found with its first `probe` samples. */
static inline size_t waves_place(const int16_t *part, size_t part_count, const int16_t *whole, size_t count,
                                 size_t probe)
{
    size_t at, n, best = 0;
    double least = 1e30;

    for (at = 0; at + part_count <= count; at++) {
        double error = 0.0;
        for (n = 0; n < probe && n < part_count && error < least; n += 7)
            error += (double)(part[n] - whole[at + n]) * (part[n] - whole[at + n]);
        if (error < least) {
            least = error;
            best = at;
        }
    }
    return best;
}

/* --- Sines ------------------------------------------------------------------------------------------------------ */

/* Power of the residual after the best sine of this frequency (per sample) is removed; and that of the sine. */
static inline double waves_rest(const float *samples, size_t count, double frequency, double *power)
{
    double ss = 0, sc = 0, cc = 0, sx = 0, cx = 0, rest = 0, a, b, det;
    size_t n;

    for (n = 0; n < count; n++) {
        double s = sin(WAVES_TURN * frequency * (double)n), c = cos(WAVES_TURN * frequency * (double)n);
        ss += s * s;
        sc += s * c;
        cc += c * c;
        sx += s * samples[n];
        cx += c * samples[n];
    }
    det = ss * cc - sc * sc;
    a = (sx * cc - cx * sc) / det;
    b = (cx * ss - sx * sc) / det;
    for (n = 0; n < count; n++) {
        double sine = a * sin(WAVES_TURN * frequency * (double)n) + b * cos(WAVES_TURN * frequency * (double)n);
        rest += (samples[n] - sine) * (samples[n] - sine);
    }
    *power = (a * a + b * b) / 2 * (double)count;
    return rest;
}

/* Fits a sine near a frequency (per sample) and returns its exact frequency; `snr` receives the fit's SNR, in dB. */
static inline double waves_fit_sine(const float *samples, size_t count, double near, double *snr)
{
    double low = near * 0.998, high = near * 1.002, power, rest;
    int step;

    for (step = 0; step < 60; step++) {
        double left = low + (high - low) * 0.382, right = low + (high - low) * 0.618;
        if (waves_rest(samples, count, left, &power) < waves_rest(samples, count, right, &power))
            high = right;
        else
            low = left;
    }
    rest = waves_rest(samples, count, (low + high) / 2, &power);
    *snr = waves_db(power, rest);
    return (low + high) / 2;
}

#endif
