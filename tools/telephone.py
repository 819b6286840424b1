"""The format of telephone lines, mu-law at 8 kHz, and back. Standard library only."""

import array
import math

RATE = 8000
BAND_HZ = 3400
TAPS = 31


def halve(samples, rate=2 * RATE):
    """Every second sample, below BAND_HZ: a windowed sinc (Hann)."""

    def tap(n):
        turn = 2 * math.pi * BAND_HZ / rate * n
        return (math.sin(turn) / turn if n else 1.0) * (0.5 + 0.5 * math.cos(math.pi * n / (TAPS + 1)))

    taps = [tap(n) for n in range(-TAPS, TAPS + 1)]
    scale = 1.0 / sum(taps)
    padded = [0.0] * TAPS + [float(sample) for sample in samples] + [0.0] * TAPS
    for at in range(0, len(samples), 2):
        yield scale * sum(map(float.__mul__, taps, padded[at : at + len(taps)]))


def mulaw(sample):
    """ITU-T G.711."""
    magnitude = min(int(abs(sample)), 32635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = magnitude >> (exponent + 3) & 15
    return 255 - ((128 if sample < 0 else 0) | exponent << 4 | mantissa)


def linear(byte):
    """The sample that a byte of mu-law stands for."""
    code = 255 - byte
    magnitude = ((code & 15) * 2 + 33 << (code >> 4 & 7) + 2) - 132
    return -magnitude if code & 128 else magnitude


LINEAR = [linear(byte) for byte in range(256)]


def encoded(samples):
    return bytes(map(mulaw, samples))


def decoded(data):
    return array.array("h", map(LINEAR.__getitem__, data))
