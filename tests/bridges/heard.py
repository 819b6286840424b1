#!/usr/bin/env python3
"""Says how much sound a WAV file has, and fails if that is less than a second.

usage: heard.py FILE.wav
"""

import pathlib
import sys
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "audiosocket"))

import sound  # noqa: E402

LOUD = 200


def seconds(path):
    with wave.open(path, "rb") as file:
        rate, channels = file.getframerate(), file.getnchannels()
        frames = file.readframes(file.getnframes())
    one = b"".join(frames[at:at + 2] for at in range(0, len(frames), 2 * channels))
    return sum(level > LOUD for level in sound.envelope(one, rate)) / 50


def main():
    path, = sys.argv[1:]
    found = seconds(path)
    print(f"{path}: {found:.1f} s of sound")
    return 1 if found < 1 else 0


if __name__ == "__main__":
    sys.exit(main())
