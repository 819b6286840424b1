#!/usr/bin/env python3
"""Converts a 16 kHz mono WAV file to the telephone format: raw mu-law at 8 kHz.

usage: telephone.py INPUT.wav OUTPUT.ul
"""

import array
import math
import sys
import wave

RATE = 16000
BAND_HZ = 3400
TAPS = 31


def read(path):
    with wave.open(path, "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            sys.exit(f"telephone: {path} is not 16 kHz mono 16-bit")
        samples = array.array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def halve(samples):
    """A windowed sinc (Hann), evaluated at every second sample."""
    def tap(n):
        turn = 2 * math.pi * BAND_HZ / RATE * n
        return (math.sin(turn) / turn if n else 1.0) * (0.5 + 0.5 * math.cos(math.pi * n / (TAPS + 1)))

    taps = [tap(n) for n in range(-TAPS, TAPS + 1)]
    scale = 1.0 / sum(taps)
    padded = [0] * TAPS + samples.tolist() + [0] * TAPS
    for at in range(0, len(samples), 2):
        yield scale * sum(map(float.__mul__, taps, map(float, padded[at : at + len(taps)])))


def mulaw(sample):
    """ITU-T G.711."""
    magnitude = min(int(abs(sample)), 32635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = magnitude >> (exponent + 3) & 15
    return 255 - ((128 if sample < 0 else 0) | exponent << 4 | mantissa)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[2], "wb") as file:
        file.write(bytes(map(mulaw, halve(read(sys.argv[1])))))


if __name__ == "__main__":
    main()
