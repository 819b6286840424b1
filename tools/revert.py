#!/usr/bin/env python3
"""Brings faults back that were mended, one by one in a copy of the tree, and sees the named test of each fail.

usage: revert.py --library FOLDER --devserver PATH [--speech PATH] [--report PATH] [NAME]...

FOLDER is the installed library's lib, for parts that do not build the library; the speech is a file for programs in C. Without names all patches of
tests/prove/revert; the README there describes them.
"""

import argparse
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import NamedTuple

from checks import dotnet, sim
from checks.reports import write_junit
from checks.shell import ROOT
from devserver import unwind_on_sigterm

PATCHES = ROOT / "tests/prove/revert"
COPY = ROOT / "build/prove/revert/tree"
TARGET = ROOT / "build/prove/revert/target"
# A scenario that shows a fault has at most so many steps when it has been made small.
MOST_STEPS = 12
# After this time no further patch is begun; those that are left count as skipped.
WHOLE_SECONDS = float(os.environ.get("PALABRA_REVERT_SECONDS", "inf"))
# A test that does not end is not the failure that is expected.
SECONDS = float(os.environ.get("PALABRA_PROVE_SECONDS", "1800"))


class Wrong(Exception):
    """Why a patch does not show its fault."""


class Patch(NamedTuple):
    path: pathlib.Path
    fault: str
    part: str
    test: str
    times: int
    # After so many seconds the fault is that the test does not end; 0: it must end.
    hangs: float
    seeds: str
    steps: int


def read(path):
    head = path.read_text(encoding="utf-8").split("diff --git", 1)[0]
    lines = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    try:
        seeds = lines["Seeds"].strip() if lines["Part"] == "sim" else ""
        return Patch(path, lines["Fault"], lines["Part"], lines["Test"].strip(), int(lines.get("Times", 1)), float(lines.get("Hangs", 0)), seeds,
                     int(lines.get("Steps", MOST_STEPS)))
    except KeyError as error:
        sys.exit(f"revert: {path.name} does not say {error}")


def run(*command, **options):
    """Returns the exit code and the output."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          check=False, **options)
    return done.returncode, done.stdout


def must(what, *command, **options):
    code, said = run(*command, **options)
    if code != 0:
        raise Wrong(f"{what}: {said}")
    return said


# --- The copy -------------------------------------------------------------------------------------------------------


def make_copy():
    """The tree as it is, uncommitted changes included; what an earlier run built in the copy is used again."""
    if not (COPY / ".git").exists():
        shutil.rmtree(COPY, ignore_errors=True)
        must("git", "git", "-C", ROOT, "worktree", "prune")
        must("git", "git", "-C", ROOT, "worktree", "add", "--detach", "--force", COPY, "HEAD")
    clean("HEAD")
    must("git", "git", "-C", COPY, "checkout", "--detach", "--force", revision())
    changes = subprocess.run(["git", "-C", ROOT, "diff", "HEAD", "--binary"], check=True, stdout=subprocess.PIPE).stdout
    if changes:
        subprocess.run(["git", "-C", COPY, "apply", "--index", "-"], input=changes, check=True)
        author = ("-c", "user.name=revert", "-c", "user.email=revert@localhost")
        must("git", "git", "-C", COPY, *author, "commit", "--quiet", "--no-verify", "-m", "as it is")
    # The tools of this tree serve the copy.
    (COPY / "build").mkdir(exist_ok=True)
    if not (COPY / "build/tools").exists() and (ROOT / "build/tools").exists():
        (COPY / "build/tools").symlink_to(ROOT / "build/tools")


def revision():
    return must("git", "git", "-C", ROOT, "rev-parse", "HEAD").strip()


def clean(state):
    must("git", "git", "-C", COPY, "reset", "--hard", "--quiet", state)
    must("git", "git", "-C", COPY, "clean", "-fdq")


# --- The parts: each returns what the test said when it failed, None when it passed ----------------------------------


def csharp(args, patch):
    sdk = dotnet.find()
    if sdk is None:
        raise Wrong(dotnet.HOW)
    name, *arguments = patch.test.split()
    project = COPY / f"tests/csharp/programs/{name}/{name}.csproj"
    if not is_case(project.parent / "cases.txt", arguments):
        raise Wrong(f"no such test: {patch.test}")
    must("it does not build", *sdk.build(project, "-p:TreatWarningsAsErrors=false"), env=sdk.environment, cwd=COPY)
    program = COPY / f"build/dotnet/bin/{name}/debug/{name}.dll"
    env = {**sdk.environment, "LD_LIBRARY_PATH": str(args.library.resolve()), "PALABRA_ROOT": str(COPY)}
    code, said = run(*with_devserver(args, "--no-rate-limits"), sdk.program, program, *arguments, env=env, cwd=COPY)
    if "with_devserver: not finished" in said:
        raise Wrong(said)
    return said if code != 0 else None


def is_case(cases, arguments):
    found = [line.split()[2:] for line in cases.read_text(encoding="utf-8").splitlines()] if cases.exists() else []
    return arguments in found


def cargo(*arguments):
    """With the environment: only what the patch touches is built again."""
    env = {**os.environ, "CARGO_TARGET_DIR": str(TARGET), "CARGO_INCREMENTAL": "1", "RUST_BACKTRACE": "0"}
    return ["cargo", *arguments[:1], "--locked", "-p", "palabra", *arguments[1:]], env


def rust(patch, *program):
    test, env = cargo("test", *program)
    must("it does not build", *test, "--no-run", env=env, cwd=COPY)
    code, said = test_run(patch, *test, "--", "--include-ignored", "--exact", patch.test, env=env, cwd=COPY)
    if f"test {patch.test}" not in said and "running 1 test" not in said:
        raise Wrong(f"no such test: {patch.test}")
    return said if code != 0 else None


def in_c(args, patch):
    """A program of tests/c, with a library that is built for speed only as far as its stack needs that."""
    found = list(COPY.glob(f"tests/c/*/{patch.test}.c"))
    if not found:
        raise Wrong(f"no such test: {patch.test}")
    build, env = cargo("rustc", "--lib", "--profile", "devserver", "--crate-type", "cdylib")
    must("it does not build", *build, env=env, cwd=COPY)
    folder, program = TARGET / "devserver", TARGET / patch.test
    name = re.search(r"SONAME.*\[(.*)\]", must("readelf", "readelf", "-d", folder / "libpalabra.so"))[1]
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to("libpalabra.so")
    must("the test does not build", "cc", "-std=gnu11", "-O1", "-I", COPY / "include", "-I", COPY / "tests/c/support", found[0], "-o", program,
         "-L", folder, "-lpalabra", "-lm", "-lpthread", f"-Wl,-rpath,{folder}")
    asked = re.search(r"devserver: (.*)", found[0].read_text(encoding="utf-8"))
    beside = with_devserver(args, *(asked[1].removesuffix("*/").split() if asked else []))
    env = {**os.environ, "PALABRA_LIBRARY": str(folder / "libpalabra.so"), "PALABRA_WAV": str(args.speech.resolve())}
    code, said = test_run(patch, *beside, program, env=env, cwd=TARGET)
    return said if code != 0 else None


def with_devserver(args, *arguments):
    return [sys.executable, COPY / "tests/c/support/with_devserver.py", "--devserver", args.devserver.resolve(),
            *(f"--devserver-arg={argument}" for argument in arguments), "--timeout", SECONDS, "--"]


def test_run(patch, *command, **options):
    """As `run`, within the time of the patch; all processes of the test end with it."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True, **options)
    try:
        said, _ = process.communicate(timeout=patch.hangs or SECONDS)
        return process.returncode, said
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        if not patch.hangs:
            raise Wrong(f"{patch.test} does not end") from None
        return 1, f"{said}\ndoes not end within {patch.hangs:.0f} s"
    finally:
        # Also when this tool is ended.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def simulation(_args, patch):
    """The test is the name of an oracle, which must fail in the seeds that the patch names; what it found becomes small."""
    said = judged(build_simulation(), patch, "--shrink", COPY / "build/found.json")
    if said is None:
        return None
    shrunk = re.search(r"\d+ steps became (\d+) in \d+ runs.*", said)
    if not shrunk or int(shrunk[1]) > patch.steps:
        raise Wrong(f"more than {patch.steps} steps are left: {shrunk[0] if shrunk else said}")
    return shrunk[0]


def build_simulation():
    env = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
    return sim.program_in(must("it does not build", *sim.BUILD, "--message-format=json-render-diagnostics", env=env, cwd=COPY))


def judged(program, patch, *options):
    """What the simulation said if the oracle failed. What others say is no proof; without talk before, a seed stays what it was."""
    env = {**os.environ, "RUST_BACKTRACE": "0"}
    which = ("--seeds", "0", "--scenario", COPY / patch.seeds) if patch.seeds.endswith(".json") else ("--seeds", patch.seeds, "--length", "0")
    _, said = test_run(patch, program, *which, "--oracle", patch.test, *options, env=env, cwd=COPY)
    if " seeds, " not in said:
        raise Wrong(f"the simulation did not end: {said}")
    return said if f'"{patch.test}: ' in said else None


@functools.cache
def simulation_without_faults():
    """A copy of the program, which the next build replaces."""
    return shutil.copy2(build_simulation(), TARGET / "sim-without-faults")


PARTS = {
    "csharp": csharp,
    "lib": lambda _, patch: rust(patch, "--lib"),
    "rust": lambda _, patch: rust(patch, "--test", "rust"),
    "c": in_c,
    "sim": simulation,
}


def shows(args, patch):
    """What the test said about the fault."""
    clean("HEAD")
    # The other tests run in `make test` as they do here.
    if (patch.part == "c" or patch.hangs) and (said := PARTS[patch.part](args, patch)) is not None:
        raise Wrong(f"{patch.test} fails without the fault too: {said}")
    if patch.part == "sim" and judged(simulation_without_faults(), patch) is not None:
        raise Wrong(f"{patch.test} fails without the fault too")
    must("it does not apply", "git", "-C", COPY, "apply", "--index", patch.path.resolve())
    for _ in range(patch.times):
        said = PARTS[patch.part](args, patch)
        if said is not None:
            return said
    raise Wrong(f"{patch.test} passes though the fault is back")


def main():
    parser = argparse.ArgumentParser(description="Sees the tests of mended faults fail when the faults are back.")
    parser.add_argument("--library", required=True, type=pathlib.Path)
    parser.add_argument("--devserver", required=True, type=pathlib.Path)
    parser.add_argument("--speech", type=pathlib.Path, default=ROOT / "build/cmake/outputs/speech.wav")
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()
    unwind_on_sigterm()
    patches = [read(path) for path in sorted(PATCHES.glob("*.patch")) if not args.names or path.stem in args.names]
    make_copy()
    cases, skipped, end = [], [], time.monotonic() + WHOLE_SECONDS
    # Those of one part follow each other, so that each builds on the one before.
    for patch in sorted(patches, key=lambda patch: (patch.part, patch.path)):
        begin = time.monotonic()
        if begin > end:
            print(f"skipped {patch.path.stem}: the time is over", flush=True)
            skipped.append(patch.path.stem)
            continue
        try:
            said, why = shows(args, patch), None
            print(f"ok      {patch.path.stem} ({time.monotonic() - begin:.0f} s): {patch.fault}\n        {patch.test}: {said.strip().splitlines()[-1] if said.strip() else 'fails'}", flush=True)
        except Wrong as error:
            why = str(error)
            print(f"FAILED  {patch.path.stem}: {why}", flush=True)
        cases.append((patch.path.stem, why))
    clean("HEAD")
    if args.report:
        write_junit(args.report, "revert", cases, skipped)
    failed = sum(1 for _, why in cases if why is not None)
    print(f"\nrevert: {len(cases) - failed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
