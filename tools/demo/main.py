#!/usr/bin/env python3
"""make demo-file: live_translate and the devserver translate a recording of a human voice.

Shows each sentence next to its translation while it is spoken, then measures: words recognised, delays, and whether
the result is a voice of its own. Writes translated.wav, demo.wav (original left, translation right) and demo.png.
If the devserver cannot start with the requested engine, prints the reason and uses the engine loopback.

usage: main.py --devserver PATH --program PATH --recording WAV --output FOLDER [--engine NAME] [--plotter PYTHON]
"""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from devserver import Devserver, DevserverError, unwind_on_sigterm  # noqa: E402
from outputs import plot, tell_files  # noqa: E402
from report import check_delays, check_length, check_translated, check_voice, check_words, say  # noqa: E402
from speech import phrases as stretches_of  # noqa: E402
from speech import read_mono  # noqa: E402
from stereo import write_stereo  # noqa: E402
from timeline import end_with_sentences, median, phrases_of, picture, read_events  # noqa: E402
from voice import measure  # noqa: E402

# Longer than a slow machine needs; reached only by a hang.
TIMEOUT_SECONDS = 1800
LANGUAGES = ("en", "es")
FALLBACK = "loopback"
FILES = {
    "translated.wav": "the translated speech",
    "demo.wav": "the original on the left, the translation on the right",
    "demo.png": "what was said and heard when",
    "demo.jsonl": "the events",
}


def arguments():
    parser = argparse.ArgumentParser(description="Translates a recording and measures what comes out.")
    for name in ("devserver", "program", "recording", "output"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    parser.add_argument("--engine", default="local", help="engine of the devserver")
    parser.add_argument("--devserver-arg", action="append", default=[], help="one more argument for it")
    parser.add_argument("--plotter", type=pathlib.Path, help="a Python that has matplotlib")
    return parser.parse_args()


def translate(args, engine, options=()):
    """Runs the program with a devserver; returns the problem, or None."""
    with Devserver(args.devserver, ["--engine", engine, *options]) as server:
        say(f"a devserver with the engine {engine} stands in for the service at {server.api_url}")
        command = [args.program, args.recording, args.output / "translated.wav", *LANGUAGES, events_file(args)]
        say(" ".join(map(str, command)))
        try:
            code = subprocess.run(command, env=server.environment(), timeout=TIMEOUT_SECONDS).returncode
        except subprocess.TimeoutExpired:
            return f"{args.program.name} was not done after {TIMEOUT_SECONDS} s"
    return f"{args.program.name} ended with code {code}" if code else None


def translate_somehow(args):
    """Returns the engine that was used and the problem. Only an engine that does not start is replaced."""
    try:
        return args.engine, translate(args, args.engine, args.devserver_arg)
    except DevserverError as error:
        if args.engine == FALLBACK or events_file(args).exists():
            raise
        say(f"the engine {args.engine} is not to be had here: {error}")
        say("so the loopback engine answers: it numbers the phrases and speaks them back instead of translating")
        return FALLBACK, translate(args, FALLBACK)


def judge(args, engine):
    """Measures the result and writes the files; returns the problem, or None."""
    about = json.loads(args.recording.with_suffix(".json").read_text())
    rate, original = read_mono(args.recording)
    translated_rate, translated = read_mono(args.output / "translated.wav")
    if translated_rate != rate:
        return "the output does not have the rate of the input"
    phrases = phrases_of(read_events(events_file(args)))
    stretches = stretches_of(original, rate)
    end_with_sentences(phrases, about["sentences"], stretches)
    write_stereo(args.output / "demo.wav", original, translated, rate)
    say()
    if engine == FALLBACK:
        spoken, answered = (sum(end - start for start, end in found) for found in (stretches, stretches_of(translated, rate)))
        problems = [check_length(spoken, answered, len(translated) / rate), check_delays(phrases)]
    else:
        problems = [check_words(phrases, about), check_translated(phrases), check_delays(phrases)]
        problems.append(check_voice(measure(original, translated, rate)))
    data = picture(title(engine, phrases), phrases, stretches, original, translated, rate)
    (args.output / "demo.json").write_text(json.dumps(data) + "\n")
    plot(args.plotter, "draw.py", args.output / "demo.json", args.output / "demo.png")
    return next((problem for problem in problems if problem), None)


def title(engine, phrases):
    middle = median(phrase.delay("voice_at") for phrase in phrases)
    told = "" if middle is None else f": speech {middle:.1f} s after the end of a sentence (median)"
    return f"Live translation by live_translate and the devserver's engine {engine}{told}"


def events_file(args):
    return args.output / "demo.jsonl"


def run(args):
    for name in FILES:
        (args.output / name).unlink(missing_ok=True)
    engine, problem = translate_somehow(args)
    problem = problem or judge(args, engine)
    tell_files(args.output, FILES)
    return problem


def main():
    unwind_on_sigterm()
    args = arguments()
    try:
        problem = run(args)
    except (DevserverError, OSError, ValueError, EOFError) as error:
        problem = str(error)
    if problem:
        print(f"demo: FAILED: {problem}", file=sys.stderr)
        return 1
    say(f"with PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET set, {args.program} talks to the hosted service")
    return 0


if __name__ == "__main__":
    sys.exit(main())
