#!/usr/bin/env python3
"""Translates speech from the microphone and plays the translation, with live_translate and the devserver.

Ctrl-C ends it. With --input a file takes the microphone's place, and the translation goes to a file.

usage: live.py --devserver PATH --program PATH --output WAV [--engine NAME] [--input WAV] [--source en] [--target es]
"""

import argparse
import pathlib
import shutil
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from devserver import Devserver, DevserverError, unwind_on_sigterm  # noqa: E402
from report import say  # noqa: E402

RAW = ("-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1")
INSTEAD = "take a file instead: make demo-live INPUT=my.wav"


class NoSound(Exception):
    """There is no program to record with."""


def arguments():
    parser = argparse.ArgumentParser(description="Translates what is said into the microphone.")
    for name in ("devserver", "program", "output"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    parser.add_argument("--engine", default="local", help="engine of the devserver")
    parser.add_argument("--devserver-arg", action="append", default=[], help="one more argument for it")
    parser.add_argument("--input", type=pathlib.Path, help="WAV file in place of the microphone")
    parser.add_argument("--source", default="en", help="language that is spoken")
    parser.add_argument("--target", default="es", help="language that is heard")
    return parser.parse_args()


def check_microphone():
    if not shutil.which("arecord") or not shutil.which("aplay"):
        raise NoSound(f"arecord and aplay are not here (package alsa-utils); {INSTEAD}")
    listed = subprocess.run(["arecord", "-l"], capture_output=True, text=True)
    if "card " not in listed.stdout:
        raise NoSound(f"arecord finds no microphone; {INSTEAD}")


def from_file(args, environment):
    command = [args.program, args.input, args.output, args.source, args.target]
    say(" ".join(map(str, command)))
    return subprocess.run(command, env=environment).returncode


def from_microphone(args, environment):
    """arecord | live_translate | aplay. Ctrl-C ends the recording; speech recorded before is still translated."""
    say(f"speak ({args.source}); Ctrl-C ends")
    record = subprocess.Popen(["arecord", *RAW], stdout=subprocess.PIPE)
    command = [args.program, "-", "-", args.source, args.target]
    translate = subprocess.Popen(command, stdin=record.stdout, stdout=subprocess.PIPE, env=environment)
    play = subprocess.Popen(["aplay", *RAW], stdin=translate.stdout, start_new_session=True)
    # Close this process's copies of the pipes, so that each program notices when its neighbor ends.
    record.stdout.close()
    translate.stdout.close()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = translate.wait()
        play.wait()
    finally:
        for process in (record, translate, play):
            if process.poll() is None:
                process.terminate()
            process.wait()
        signal.signal(signal.SIGINT, before)
    return code


def main():
    unwind_on_sigterm()
    args = arguments()
    try:
        if args.input is None:
            check_microphone()
        with Devserver(args.devserver, ["--engine", args.engine, *args.devserver_arg], own_session=True) as server:
            talk = from_microphone if args.input is None else from_file
            return talk(args, server.environment())
    except (NoSound, DevserverError, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
