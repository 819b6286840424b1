#!/usr/bin/env python3
"""Converts a 16 kHz mono WAV file to the telephone format: raw mu-law at 8 kHz.

usage: telephone.py INPUT.wav OUTPUT.ul
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools"))
from speech import read_mono  # noqa: E402
from telephone import RATE, encoded, halve  # noqa: E402


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    rate, samples = read_mono(sys.argv[1])
    if rate != 2 * RATE:
        sys.exit(f"telephone: {sys.argv[1]} does not have 16 kHz")
    with open(sys.argv[2], "wb") as file:
        file.write(encoded(halve(samples)))


if __name__ == "__main__":
    main()
