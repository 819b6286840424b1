#!/usr/bin/env python3
"""Joins LibriVox sentences of Debian's pocketsphinx-testdata into one recording with pauses between them.

Writes OUTPUT.wav (16 kHz mono) and OUTPUT.json with the start, the end and the words of each sentence.
The recordings are in the public domain.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import wave

PACKAGE = "pocketsphinx-testdata"
RATE = 16000
LEAD_SECONDS = 0.5
# Longer than any silence threshold of a task, so that each sentence is a phrase of its own.
PAUSE_SECONDS = 1.5


def librivox_folder():
    listing = subprocess.run(["dpkg", "-L", PACKAGE], capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        if line.endswith("/librivox/transcription"):
            return pathlib.Path(line).parent
    sys.exit(f"recording: {PACKAGE} is not installed (tools/install.sh recording)")


def sentences(folder):
    """(name, words) of each sentence, in the order of the book."""
    for line in (folder / "transcription").read_text().splitlines():
        found = re.fullmatch(r"<s> (.*) </s> \((.*)\)", line.strip())
        if found:
            yield found[2], found[1]


def frames_of(folder, name):
    """16-bit little-endian frames; older versions of the package hold raw files."""
    path = folder / f"{name}.wav"
    if not path.exists():
        return (folder / f"{name}.raw").read_bytes()
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            sys.exit(f"recording: {path} is not 16 kHz mono 16-bit")
        return file.readframes(file.getnframes())


def silence(seconds):
    return bytes(2 * int(RATE * seconds))


def join(folder, count):
    audio, places = bytearray(silence(LEAD_SECONDS)), []
    for name, words in list(sentences(folder))[:count]:
        start = len(audio) // 2
        audio += frames_of(folder, name)
        places.append({"name": name, "start": start / RATE, "end": len(audio) / 2 / RATE, "text": words})
        audio += silence(PAUSE_SECONDS)
    return bytes(audio), places


def main():
    parser = argparse.ArgumentParser(description="Joins LibriVox sentences into one recording.")
    parser.add_argument("output", nargs="?", default="build/recording.wav", type=pathlib.Path)
    parser.add_argument("--sentences", type=int, default=5, help="how many of the five (default: all)")
    args = parser.parse_args()
    audio, places = join(librivox_folder(), args.sentences)
    if not places:
        sys.exit(f"recording: {PACKAGE} holds no sentence")
    args.output.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(args.output), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(audio)
    seconds = len(audio) / 2 / RATE
    description = {"sample_rate": RATE, "seconds": seconds, "sentences": places}
    args.output.with_suffix(".json").write_text(json.dumps(description, indent=2) + "\n")
    print(f"{args.output}: {seconds:.1f} s, {len(places)} sentences")


if __name__ == "__main__":
    main()
