/* Audio that a phrase detector treats as speech: tone bursts that rise and fall like syllables. */
#ifndef PALABRA_TESTS_TONES_H
#define PALABRA_TESTS_TONES_H

#include <stdint.h>
#include <string.h>

#define TONES_RATE 24000u

/* A triangle wave needs no libm. */
static inline int16_t tones_wave(uint32_t frame, uint32_t period)
{
    int32_t phase = (int32_t)(frame % period);
    int32_t half = (int32_t)(period / 2);
    int32_t rise = phase < half ? phase : (int32_t)period - phase;
    return (int16_t)(rise * 12000 / half - 6000);
}

/* Fills `pcm` with `speech_ms` of syllables after `lead_ms` of silence and returns the frames written. */
static inline uint32_t tones_phrase(int16_t *pcm, uint32_t lead_ms, uint32_t speech_ms)
{
    uint32_t lead = TONES_RATE / 1000u * lead_ms;
    uint32_t speech = TONES_RATE / 1000u * speech_ms;
    uint32_t syllable = TONES_RATE / 5u;
    uint32_t n;

    memset(pcm, 0, lead * sizeof *pcm);
    for (n = 0; n < speech; n++) {
        uint32_t place = n % syllable;
        uint32_t loudness = place < syllable / 2 ? place : syllable - place;
        int32_t wave = tones_wave(n, 90u + 20u * (n / syllable % 4u));
        pcm[lead + n] = (int16_t)(wave / 4 + wave * (int32_t)loudness / (int32_t)syllable);
    }
    return lead + speech;
}

#endif
