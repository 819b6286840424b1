#!/usr/bin/env python3
"""Runs the slower tier: what needs a quiet machine, real time or long work, and so is no part of tools/test.py.

usage: prove.py [PART]...    without arguments all parts that have not passed yet on this very tree, so that a run that
was stopped goes on where it was; a part that is named runs in any case

Parts:
  rust    tests marked `#[ignore = "prove: why"]`
  c       the ctest cases with the label `prove`: programs tests/c/prove_*.c, and promises in milliseconds

PALABRA_PROVE_SECONDS (900) bounds each part. Programs find it in their environment too, and may work as long as that.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

from checks import reports
from checks.shell import ROOT, Failed, Shell

SECONDS = float(os.environ.setdefault("PALABRA_PROVE_SECONDS", "900"))
STATE = ROOT / "build/prove/passed.json"
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
CMAKE_DIR = "build/cmake"


def rust(shell):
    command = ("nextest", "run", "--workspace", "--locked", "--features", "palabra/decoders", "--no-fail-fast")
    shell.passes("cargo", *command, "--profile", "prove", "--run-ignored", "only")
    return reports.junit(TARGET / "nextest/prove/junit.xml")


def c(shell):
    report = ROOT / "build/prove/c.xml"
    report.unlink(missing_ok=True)
    shell.run("cargo", "build", "--locked", "-p", "palabra-devserver")
    devserver = TARGET / "debug/palabra-devserver"
    shell.run("cmake", "-S", ".", "-B", CMAKE_DIR, "-DCMAKE_INSTALL_LIBDIR=lib", "-DPALABRA_BUILD_TESTS=ON",
              f"-DPALABRA_DEVSERVER={devserver}")
    shell.run("cmake", "--build", CMAKE_DIR)
    shell.passes("ctest", "--test-dir", CMAKE_DIR, "--output-on-failure", "-L", "^prove$", "--output-junit", report)
    return reports.junit(report)


PARTS = {"rust": rust, "c": c}


def tree():
    """Names this very state of the tree; None when it cannot be told."""
    try:
        git = ("git", "-C", str(ROOT))
        commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, check=True).stdout
        changes = subprocess.run([*git, "diff", "HEAD"], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return hashlib.sha256(commit + changes).hexdigest()


def load(state):
    """The parts that have passed on this tree, as {part: [passed, seconds]}."""
    try:
        kept = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["parts"] if state and kept["tree"] == state else {}


def run_part(name):
    begin = time.monotonic()
    try:
        count = PARTS[name](Shell(lambda text: print(text, end="", flush=True), SECONDS))
    except (Failed, reports.Missing, OSError) as error:
        print(f"prove: {name}: {error}", file=sys.stderr)
        count = reports.Count(0, 1)
    return count, time.monotonic() - begin


def main():
    asked = sys.argv[1:]
    unknown = [name for name in asked if name not in PARTS]
    if unknown:
        sys.exit(f"prove: no such part: {', '.join(unknown)} (there are: {', '.join(PARTS)})")
    STATE.parent.mkdir(parents=True, exist_ok=True)
    state = tree()
    done = load(state)
    rows = []
    for name in asked or PARTS:
        if not asked and name in done:
            rows.append((name, reports.Count(done[name][0], 0), done[name][1], "earlier"))
            continue
        count, seconds = run_part(name)
        rows.append((name, count, seconds, ""))
        done.pop(name, None)
        if not count.failed:
            done[name] = [count.passed, seconds]
        STATE.write_text(json.dumps({"tree": state, "parts": done}), encoding="utf-8")
    print(f"\n{'part':<12}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for name, count, seconds, note in rows:
        print(f"{name:<12}{count.passed:>8}{count.failed:>8}{seconds:>9.1f}  {note}".rstrip())
    total = sum((row[1] for row in rows), reports.NOTHING)
    print(f"\n{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
