#!/usr/bin/env python3
"""Runs every shim over every scenario with a devserver and compares its output with the expected one.

usage: run.py --devserver PATH --shim NAME=COMMAND... [--featured] [--only SCENARIO] [--record NAME] [--report PATH]

Prints a table, scenario by language, and exits with 1 unless all outputs are equal. `--record` writes the output of
that shim as the expected one: review the difference before you commit it. `--report` writes a file in JUnit format.
`--featured` is for shims whose library has what is off by default: it adds scenarios/featured, and leaves out the scenario
that expects a library without."""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tools"))
from checks.reports import write_junit  # noqa: E402
from devserver import Devserver, patient, unwind_on_sigterm  # noqa: E402

SCENARIOS = HERE / "scenarios"
# What a library without optional features refuses.
PLAIN = "not_built"
# Twenty times what the slowest scenario needs; long enough not to mistake a slow machine for a hang.
SECONDS = 600


def arguments():
    parser = argparse.ArgumentParser(description="Runs every shim over every scenario.")
    parser.add_argument("--devserver", required=True, help="path of palabra-devserver")
    parser.add_argument("--shim", action="append", required=True, metavar="NAME=COMMAND")
    parser.add_argument("--featured", action="store_true", help="the library has what is off by default")
    parser.add_argument("--only", help="one scenario")
    parser.add_argument("--record", metavar="NAME", help="take what this shim prints for expected")
    parser.add_argument("--report", type=pathlib.Path, help="where to write what passed and failed, as JUnit does")
    return parser.parse_args()


def run(command, scenario, environment):
    """The shim's output; a crash or a hang becomes part of it."""
    try:
        ended = subprocess.run(
            shlex.split(command), input=scenario.read_bytes(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **environment}, timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as late:
        return f"{(late.stdout or b'').decode()}hangs\n"
    printed = ended.stdout.decode()
    return printed if ended.returncode == 0 else f"{printed}exit {ended.returncode}\n{ended.stderr.decode()}"


def all_scenarios(is_featured):
    if not is_featured:
        return sorted(SCENARIOS.glob("*.txt"))
    return [path for path in sorted([*SCENARIOS.glob("*.txt"), *SCENARIOS.glob("featured/*.txt")]) if path.stem != PLAIN]


def table(shims, scenarios, same):
    width = max(len(scenario.stem) for scenario in scenarios)
    print("".ljust(width), *shims)
    for scenario in scenarios:
        marks = (("same" if same[name, scenario] else "DIFF").ljust(len(name)) for name in shims)
        print(scenario.stem.ljust(width), *marks)


def main():
    args = arguments()
    unwind_on_sigterm()
    shims = dict(shim.split("=", 1) for shim in args.shim)
    scenarios = [path for path in all_scenarios(args.featured) if args.only in (None, path.stem)]
    jobs = [(name, scenario) for scenario in scenarios for name in shims]
    with Devserver(args.devserver, patient(["--no-rate-limits"])) as server:
        environment = server.environment()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            printed = dict(zip(jobs, pool.map(lambda job: run(shims[job[0]], job[1], environment), jobs)))
    if args.record:
        for scenario in scenarios:
            scenario.with_suffix(".expected").write_text(printed[args.record, scenario], encoding="utf-8")
    same = {}
    for name, scenario in jobs:
        expected = scenario.with_suffix(".expected").read_text(encoding="utf-8")
        got = printed[name, scenario]
        same[name, scenario] = got == expected
        if got != expected:
            sides = (expected.splitlines(), got.splitlines(), "expected", f"{scenario.stem}: {name}")
            print("\n".join(difflib.unified_diff(*sides, lineterm="")))
    table(list(shims), scenarios, same)
    if args.report:
        cases = [(f"{scenario.stem}: {name}", None if same[name, scenario] else "differs") for name, scenario in jobs]
        write_junit(args.report, "conformance", cases)
    passed = sum(same.values())
    print(f"{passed} passed, {len(same) - passed} failed")
    return 0 if passed == len(same) else 1


if __name__ == "__main__":
    sys.exit(main())
