#!/usr/bin/env python3
"""Writes the audio of a 16-bit WAV file to a command's stdin and checks that its stdout holds as much speech.

usage: pipe.py WAV -- COMMAND [ARG]...
"""

import array
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools"))
from speech import phrases, read_mono  # noqa: E402

TOLERANCE = 0.1


def main():
    path, separator, *command = sys.argv[1:]
    if separator != "--" or not command:
        sys.exit(__doc__)
    rate, spoken = read_mono(path)
    ended = subprocess.run(command, input=spoken.tobytes(), stdout=subprocess.PIPE)
    heard = array.array("h", ended.stdout)
    wanted, found = (sum(end - start for start, end in phrases(frames, rate)) for frames in (spoken, heard))
    print(f"pipe: {wanted:.1f} s of speech in, {found:.1f} s out of {len(heard) / rate:.1f} s")
    if ended.returncode != 0:
        sys.exit(f"pipe: it ended with {ended.returncode}")
    if abs(found - wanted) > TOLERANCE * wanted or len(heard) < len(spoken):
        sys.exit("pipe: what came out is not what went in, spoken once more")


if __name__ == "__main__":
    main()
