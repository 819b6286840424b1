#!/usr/bin/env python3
"""Plays the sample for SDL without a loudspeaker (SDL's driver "dummy", which keeps time), and judges what it prints.

usage: sdl.py SECONDS    so long without translation, and so long with it
"""

import array
import ctypes.util
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import wave

RATE = 24000
# Microseconds on a quiet machine: a frame has 16,700, the callback 10,667.
WORK_US, CALLBACK_US = 2000, 1000
# The buffer, a tick of the device, and what the library waits for before it begins.
LATENCY_MS = 400
PROGRAM = pathlib.Path(os.environ["PALABRA_PROGRAM"])


def recording(path):
    """Three seconds of a voice-like tone, and as long a silence."""
    tone = [int(8000 * math.sin(2 * math.pi * 440 * n / RATE)) for n in range(3 * RATE)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", tone + [0] * len(tone)).tobytes())


def figures(text, what):
    found = re.search(rf"^{what}: median ([\d.]+) us, p99 ([\d.]+) us, max ([\d.]+) us, of (\d+)$", text, re.MULTILINE)
    return [float(number) for number in found.groups()] if found else sys.exit(f"sdl: no figures of {what}")


def check(is_right, what):
    if not is_right:
        sys.exit(f"sdl: {what}")


def main():
    if ctypes.util.find_library("SDL2-2.0") is None:
        print("sdl: left out, there is no SDL 2")
        return
    seconds = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "voice.wav")
        recording(path)
        program = PROGRAM.parents[2] / "Sdl" / PROGRAM.parent.name / "Sdl.dll"
        done = subprocess.run(
            [os.environ["PALABRA_DOTNET"], program, path, str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "SDL_AUDIODRIVER": "dummy"}, timeout=20 * seconds + 60,
        )
    print(done.stdout, end="")
    check(done.returncode == 0, f"it ended with {done.returncode}")
    frames = figures(done.stdout, "with: work of a frame")
    callbacks = figures(done.stdout, "with: callback")
    check(frames[1] <= WORK_US and callbacks[1] <= CALLBACK_US, "a frame or a callback takes too long")
    check(frames[3] > 50 * seconds and callbacks[3] > 80 * seconds, "frames or callbacks are missing")
    check(re.search(r"^with: 0 bytes in [1-9]\d* frames without a text$", done.stdout, re.MULTILINE), "frames allocate")
    late = re.search(r"^with: from text to loudspeaker, with its buffer: median (\d+) ms, max (\d+) ms, of (\d+)$", done.stdout, re.MULTILINE)
    check(late and int(late[3]) >= seconds // 10, "no speech is heard")
    check(int(late[2]) <= LATENCY_MS, "speech is late")


main()
