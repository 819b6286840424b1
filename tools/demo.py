#!/usr/bin/env python3
"""The demo: a human voice goes through translate_file and the devserver, and comes back as speech in a WAV file.

usage: demo.py --devserver PATH --program PATH --recording WAV --output WAV
"""

import argparse
import json
import pathlib
import subprocess
import sys

from devserver import Devserver, DevserverError, unwind_on_sigterm
from speech import read_mono, speech_seconds

TIMEOUT_SECONDS = 180
TOLERANCE = 0.10
LANGUAGES = ("en", "es")


def translate(args, environment):
    command = [args.program, args.recording, args.output, *LANGUAGES]
    print(f"demo: {' '.join(command)}", flush=True)
    try:
        code = subprocess.run(command, env=environment, timeout=TIMEOUT_SECONDS).returncode
    except subprocess.TimeoutExpired:
        return f"translate_file was not done after {TIMEOUT_SECONDS} s"
    return f"translate_file ended with code {code}" if code else None


def tell_recording(path):
    about = json.loads(pathlib.Path(path).with_suffix(".json").read_text())
    print(f"demo: {path} holds {about['seconds']:.1f} s of a LibriVox reading:")
    for sentence in about["sentences"]:
        print(f"demo:   {sentence['start']:5.1f} s  {sentence['text']}")


def check_length(recording, output):
    """The devserver speaks each phrase back, so as much speech must come out as went in."""
    spoken, answered = speech_seconds(recording), speech_seconds(output)
    rate, frames = read_mono(output)
    print(f"demo: speech in {spoken:.1f} s, speech out {answered:.1f} s, file {len(frames) / rate:.1f} s")
    for what, seconds in (("speech", answered), ("file", len(frames) / rate)):
        if abs(seconds - spoken) > TOLERANCE * spoken:
            return f"the {what} in {output} is not within {TOLERANCE:.0%} of the speech in {recording}"
    return None


def run(args):
    tell_recording(args.recording)
    pathlib.Path(args.output).unlink(missing_ok=True)
    with Devserver(args.devserver) as server:
        print(f"demo: a devserver stands in for the service at {server.api_url}", flush=True)
        problem = translate(args, server.environment())
    return problem or check_length(args.recording, args.output)


def main():
    parser = argparse.ArgumentParser(description="Translates a recording and checks what comes out.")
    for name in ("devserver", "program", "recording", "output"):
        parser.add_argument(f"--{name}", required=True)
    unwind_on_sigterm()
    args = parser.parse_args()
    try:
        problem = run(args)
    except (DevserverError, OSError, ValueError, EOFError) as error:
        problem = str(error)
    if problem:
        print(f"demo: FAILED: {problem}", file=sys.stderr)
        return 1
    print(f"demo: with PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET set, {args.program} talks to the hosted service")
    print(f"demo: the translated speech is in {args.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
