#!/usr/bin/env python3
"""The demo: call_barge_in and the devserver translate a telephone call between a party that speaks English and one that speaks Spanish.

One interrupts the translation of the other, and one is put on hold. Two sentences of each language are in each other's
place, by chance, and expected there. Writes english.wav and spanish.wav (what each party heard on the right, what it said
on the left), call.png (who said and heard what when) and call.jsonl (the events), and measures: words that were
recognised, delays, the lag of the original voices, barge-in and hold. If the devserver cannot start with the requested
engine, prints the reason and uses the engine loopback.

usage: call.py --devserver PATH --program PATH --output FOLDER [--engine NAME] [--plotter PYTHON] [--seed N]
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from call_picture import picture  # noqa: E402
from call_report import PARTIES, judge  # noqa: E402
from conversation import Party, heard_places, phrases_of_leg, read_events  # noqa: E402
from devserver import Devserver, DevserverError, unwind_on_sigterm  # noqa: E402
from original import pieces  # noqa: E402
from outputs import plot, tell_files  # noqa: E402
from report import load, say  # noqa: E402
from speech import phrases as stretches_of  # noqa: E402
from stereo import write_stereo  # noqa: E402
from talk import HOLD_SECONDS, NoVoice, arranged  # noqa: E402
from telephone import RATE, decoded, encoded  # noqa: E402

# Longer than a slow machine needs; reached only by a hang.
TIMEOUT_SECONDS = 900
FALLBACK = "loopback"
# Relative to the folder where the devserver starts, as that looks for it.
WHISPER = pathlib.Path("build/tools/local/whisper/model.bin")
FILES = {
    "english.wav": "what the English party said on the left, what it heard on the right",
    "spanish.wav": "the same of the Spanish party",
    "call.png": "who said and heard what when",
    "call.jsonl": "the events",
}
MADE = (*FILES, "call.json")


def arguments():
    parser = argparse.ArgumentParser(description="Translates a telephone call and measures what both parties hear.")
    for name in ("devserver", "program", "output"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    parser.add_argument("--engine", default="local", help="engine of the devserver")
    parser.add_argument("--devserver-arg", action="append", default=[], help="one more argument for it")
    parser.add_argument("--plotter", type=pathlib.Path, help="a Python that has matplotlib")
    parser.add_argument("--seed", type=int, help="which sentences change places (default: by chance)")
    return parser.parse_args()


def lines_of(talk, folder):
    """What both lines send, and the files with it."""
    lines = talk.line(talk.english, music=True), talk.line(talk.spanish)
    for name, frames in zip(("english", "spanish"), lines):
        (folder / f"{name}_said.ul").write_bytes(encoded(frames))
    return lines


def hold_call(args, talk, engine, options=()):
    """Runs the program with a devserver; returns the problem, or None."""
    with Devserver(args.devserver, ["--engine", engine, *options]) as server:
        say(f"a devserver with the engine {engine} stands in for the service at {server.api_url}")
        files = [args.output / f"{name}_{what}.ul" for name in ("english", "spanish") for what in ("said", "heard")]
        hold = (f"{talk.hold_at:.2f}", f"{HOLD_SECONDS:.2f}")
        command = [args.program, *files[:2], "en", *files[2:], "es", *hold, args.output / "call.jsonl"]
        say(" ".join(map(str, command)))
        try:
            code = subprocess.run(command, env=server.environment(), timeout=TIMEOUT_SECONDS).returncode
        except subprocess.TimeoutExpired:
            return f"{args.program.name} was not done after {TIMEOUT_SECONDS} s"
    return f"{args.program.name} ended with code {code}" if code else None


def hold_call_somehow(args, talk):
    """Returns the engine that was used and the problem. Only an engine that is not there is replaced."""
    try:
        if args.engine == "local" and not args.devserver_arg and not WHISPER.exists():
            raise DevserverError(f"without {WHISPER} nobody understands Spanish (tools/install.sh local)")
        return args.engine, hold_call(args, talk, args.engine, args.devserver_arg)
    except DevserverError as error:
        if args.engine == FALLBACK or (args.output / "call.jsonl").exists():
            raise
        say(f"the engine {args.engine} is not to be had here: {error}")
        say("so the loopback engine answers: it numbers the phrases and speaks them back instead of translating")
        return FALLBACK, hold_call(args, talk, FALLBACK)


def parties_of(args, talk, lines, events):
    """What is known of each: what it says, how that was translated, and what it hears."""
    parties = []
    for leg, (name, sentences) in enumerate(((PARTIES[0], talk.english), (PARTIES[1], talk.spanish))):
        heard = decoded((args.output / f"{name.lower()}_heard.ul").read_bytes())
        stretches = stretches_of(lines[leg], RATE)
        phrases = phrases_of_leg(events, leg, [sentence.place() for sentence in sentences], stretches)
        parties.append(Party(name, sentences, phrases, lines[leg], heard, heard_places(events, leg)))
    for party, other in zip(parties, reversed(parties)):
        party.pieces = pieces(party.said, other.heard, RATE)
    return parties


def run(args):
    args.output.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        (args.output / name).unlink(missing_ok=True)
    seed = random.randrange(1000) if args.seed is None else args.seed
    talk = arranged(random.Random(seed))
    say(f"a call of {talk.end:.0f} s; English: LibriVox readers; Spanish: {talk.voice}")
    say(f"in each other's place (--seed {seed}): " + "; ".join(" <-> ".join(f'"{text[:28]}..."' for text in pair) for pair in talk.swapped))
    lines, begun = lines_of(talk, args.output), time.monotonic()
    engine, problem = hold_call_somehow(args, talk)
    if problem is None:
        events = read_events(args.output / "call.jsonl")
        parties = parties_of(args, talk, lines, events)
        for party in parties:
            write_stereo(args.output / f"{party.name.lower()}.wav", party.said, party.heard, RATE)
        say()
        problem = judge(parties, talk, events, has_texts=engine != FALLBACK)
        drawn = args.output / "call.json"
        drawn.write_text(json.dumps(picture(engine, parties, talk)) + "\n")
        plot(args.plotter, "draw_call.py", drawn, args.output / "call.png")
        say(f"the call took {time.monotonic() - begun:.0f} s, on a machine with {load()}")
    tell_files(args.output, FILES)
    return problem


def main():
    unwind_on_sigterm()
    args = arguments()
    try:
        problem = run(args)
    except (DevserverError, NoVoice, OSError, ValueError, EOFError) as error:
        problem = str(error)
    if problem:
        print(f"demo: FAILED: {problem}", file=sys.stderr)
        return 1
    say(f"with PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET set, {args.program} talks to the hosted service")
    return 0


if __name__ == "__main__":
    sys.exit(main())
