"""Conversations in simulated time (tests/sim): many seeds with figures added up, and equal courses however they are run."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from . import reports
from .places import ROOT, WORKSPACE, new_report, processors
from .shell import Failed, Shell

SEEDS = os.environ.get("SEEDS", "0..2000")
# Seeds whose course is compared, each alone and among others.
COMPARED = int(os.environ.get("PALABRA_SIM_COMPARED", "100"))
# How many times as long as usual the talk is that goes before, or how many minutes each scenario is said and called again.
LENGTH = os.environ.get("PALABRA_SIM_LENGTH", "")
MINUTES = os.environ.get("PALABRA_SIM_MINUTES", "")
BUSY_LOOPS = 4
# How long one call goes on.
HOURS = os.environ.get("PALABRA_SIM_HOURS", "24")
FOLDER = ROOT / "build/prove"
SMALLEST = FOLDER / "sim-failure.json"


def command(profile):
    return ("cargo", "test", "--config", ROOT / "tests/sim" / profile, *WORKSPACE, "--features", "palabra/sim", "--test", "sim", "--no-run")


# What lies below the library is built as for the other tests, so it is built once.
BUILD = command("profile.toml")
# Where many hours are computed, that pays for another build of everything.
FAST = command("fast.toml")


def fixed(shell, seeds):
    """What `make test` runs."""
    report = new_report("sim.xml")
    # Few, so that in each process many seeds follow others.
    shell.passes(build(shell), "--seeds", seeds, "--processes", str(min(4, processors())), "--report", report)
    return reports.junit(report)


def many(tree):
    """The work of the part, for a tree that is named."""
    def run(limited):
        # Its time is what the seeds need.
        shell = Shell(limited.say)
        FOLDER.mkdir(parents=True, exist_ok=True)
        program = build(shell, FAST)
        state, longer = kind()
        passed = shell.passes(program, "--seeds", SEEDS, *longer, "--processes", str(processors()),
                              "--state", state, "--tree", tree or "", "--shrink", SMALLEST)
        figures = json.loads(state.read_text(encoding="utf-8")) if state.exists() else None
        if figures:
            shell.say(summary(figures))
        if not passed or not figures:
            failures = figures["failures"] if figures else []
            raise Failed(f"{failures[0]}: see {SMALLEST} and its trace" if failures else "it ended without a result")
        return reports.Count(figures["seeds"]) + courses(shell, program) + day(shell, program)
    return run


def day(shell, program):
    """A call of many hours: nothing grows, and no hour differs from another."""
    shell.run(program, "--day", HOURS)
    return reports.Count(1)


def kind():
    """Where figures of this kind of run are kept, and its options."""
    if MINUTES:
        return FOLDER / f"sim.minutes-{MINUTES}.json", ("--minutes", MINUTES)
    if LENGTH:
        return FOLDER / f"sim.length-{LENGTH}.json", ("--length", LENGTH)
    return FOLDER / "sim.json", ()


def known():
    """{name of a kind: figures} of all that have run."""
    names = {path: path.name.removeprefix("sim.").removesuffix("json").removesuffix(".").replace("-", " ") for path in sorted(FOLDER.glob("sim*.json"))}
    return {name or "usual": json.loads(path.read_text(encoding="utf-8")) for path, name in names.items() if path != SMALLEST}


def total(kinds):
    """The figures of several kinds of runs as those of one."""
    whole = {name: sum(figures[name] for figures in kinds) for name in ("seeds", "simulated_ms", "took_ms")}
    for table in ("met", "cells"):
        names = [name for figures in kinds for name in figures[table]]
        whole[table] = {name: sum(figures[table].get(name, 0) for figures in kinds) for name in names}
    return whole


def build(shell, what=BUILD):
    """Builds the program and returns its path."""
    messages = new_report("sim-build.json")
    shell.run(*what, "--message-format=json-render-diagnostics", to=messages)
    return program_in(messages.read_text(encoding="utf-8", errors="replace"))


def program_in(messages):
    """The program that cargo names in its messages."""
    for line in messages.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("executable") and message["target"]["name"] == "sim":
            return pathlib.Path(message["executable"])
    raise Failed("cargo names no program of the simulation")


def summary(figures):
    never = sorted(name for name, count in figures["met"].items() if not count)
    simulated, took = figures["simulated_ms"] / 1000, max(figures["took_ms"], 1) / 1000
    reached = sum(1 for count in figures["cells"].values() if count)
    return (f"{figures['seeds']} seeds, {simulated / 3600:.1f} hours, {simulated / took:.0f} times real time; "
            f"{reached} of {len(figures['cells'])} cells of state, fault and command; never met: {', '.join(never) or 'none'}\n")


# --- Equal courses ----------------------------------------------------------------------------------------------------


def courses(shell, program):
    """Each seed has one course: alone, among others, backwards, at other addresses, and on a busy machine."""
    seeds = range(COMPARED)
    usual = complete("in order", hashes(program, f"0..{COMPARED}"))
    ways = {
        "backwards": lambda: hashes(program, f"0..{COMPARED}", "--reversed"),
        "each alone": lambda: {seed: hashes(program, str(seed))[seed] for seed in seeds},
        "on a busy machine": lambda: busy(lambda: hashes(program, f"0..{COMPARED}")),
    }
    for name, way in ways.items():
        other = complete(name, way())
        different = [seed for seed in seeds if usual.get(seed) != other.get(seed)]
        if different:
            raise Failed(f"seed {different[0]} has another course {name}:\n{parting(program, different[0])}")
        shell.say(f"{COMPARED} seeds have the same course {name}\n")
    return reports.Count(len(ways))


def complete(way, found):
    if len(found) != COMPARED:
        raise Failed(f"{len(found)} of {COMPARED} seeds have a course {way}")
    return found


def hashes(program, seeds, *options):
    said = subprocess.run([program, "--seeds", seeds, "--hashes", *options], stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT).stdout
    rows = (line.split() for line in said.splitlines())
    return {int(row[0]): row[1] for row in rows if len(row) == 3 and row[0].isdigit() and len(row[1]) == 16}


def busy(work):
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY_LOOPS)]
    try:
        return work()
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def parting(program, seed):
    """Where the traces of a seed part: alone, and after others."""
    alone, after = trace(program, str(seed), seed), trace(program, f"{max(0, seed - 5)}..{seed + 1}", seed)
    for number, (one, other) in enumerate(zip(alone, after)):
        if one != other:
            before = "\n".join(f"  {line}" for line in alone[max(0, number - 5):number])
            return f"{before}\nalone: {one}\nafter: {other}"
    return f"the traces of both ways are equal here ({len(alone)} and {len(after)} lines)"


def trace(program, seeds, seed):
    with tempfile.TemporaryFile("w+", errors="replace") as file:
        subprocess.run([program, "--seeds", seeds, "--trace"], stdout=file, check=False, cwd=ROOT)
        file.seek(0)
        lines = file.read().splitlines()
    marks = [number for number, line in enumerate(lines) if line == f"seed {seed}:"]
    return lines[marks[0]:] if marks else lines
