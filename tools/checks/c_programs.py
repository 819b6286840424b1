"""C programs with a library that was built for one purpose: those of tests/c, and sessions whose servers say what they should not."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

from . import reports
from .places import CMAKE, DEVSERVER, ROOT

BESIDE = ROOT / "tests/c/support/with_devserver.py"
HOSTILE = ROOT / "tests/prove"
# Where ctest has put recordings and certificates, and runs the programs.
OUTPUTS = CMAKE / "outputs"
# How long the sessions with each hostile server go on, and how many there are.
SECONDS = int(os.environ.get("PALABRA_HOSTILE_SECONDS", "60"))
SESSIONS = 40
SEEDS = ("1", "2")
# More than there are processors: most programs wait for audio in real time.
JOBS = 6
FLAGS = ("-std=gnu11", "-O1", "-g", "-D_GNU_SOURCE", "-fno-omit-frame-pointer")
# What a program that skips itself returns.
SKIPPED = 77


class Case(NamedTuple):
    name: str
    source: pathlib.Path
    # The devserver's arguments, what runs the program, and the program's arguments.
    devserver: tuple = ()
    before: tuple = ()
    arguments: tuple = ()


def cases(excluded=(), kinds="api|int|user"):
    """The programs that need no more than a devserver."""
    found = []
    for source in sorted(ROOT.glob("tests/c/*/*.c")):
        if re.match(f"({kinds})_", source.stem) and source.stem not in excluded:
            asked = re.search(r"devserver: (.*)", source.read_text(encoding="utf-8"))
            found.append(Case(source.stem, source, tuple(asked[1].removesuffix("*/").split()) if asked else ()))
    return found


def hostile_cases():
    source, found = HOSTILE / "mixed.c", []
    for seed in SEEDS:
        servers = {"plain": (), "mutated": (sys.executable, HOSTILE / "mutating_proxy.py", seed, "0.05"),
                   "flooded": (sys.executable, HOSTILE / "flood.py", seed)}
        found += [Case(f"{name}_{seed}", source, ("--no-rate-limits",), before, (str(SESSIONS), str(SECONDS), seed)) for name, before in servers.items()]
    return found


def environment(library):
    # Limits in milliseconds are for the library as it is shipped.
    others = {name: value for name, value in os.environ.items() if name != "PALABRA_PROVE_CLOCK"}
    return {**others, "PALABRA_WAV": str(OUTPUTS / "speech.wav"), "PALABRA_LIBRARY": str(library / "libpalabra.so")}


def link_soname(folder):
    """The name by which a program finds the library that cargo put there."""
    head = subprocess.run(["readelf", "-d", folder / "libpalabra.so"], stdout=subprocess.PIPE, text=True, check=True).stdout
    link = folder / re.search(r"SONAME.*\[(.*)\]", head)[1]
    link.unlink(missing_ok=True)
    link.symlink_to("libpalabra.so")


def build(chosen, folder, library, compiler=("cc",)):
    """Builds the programs of the cases; returns {source: why not}."""
    folder.mkdir(parents=True, exist_ok=True)

    def one(source):
        command = [*compiler, *FLAGS, "-I", ROOT / "include", "-I", ROOT / "tests/c/support", source, "-o", folder / source.stem, "-L", library,
                   "-lpalabra", "-lm", "-lpthread", "-ldl", f"-Wl,-rpath,{library}"]
        code, said = _run(command, os.environ, 120)
        return f"it does not build: {said}" if code else None

    sources = sorted({case.source for case in chosen})
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return {source: why for source, why in zip(sources, pool.map(one, sources)) if why}


def command(case, folder):
    """Runs the program of a case with a devserver of its own."""
    return [sys.executable, BESIDE, "--devserver", DEVSERVER, *(f"--devserver-arg={argument}" for argument in case.devserver),
            "--timeout", str(SECONDS + 300), "--", *case.before, folder / case.source.stem, *case.arguments]


def run(shell, name, library, compiler, options, chosen):
    """Builds these programs with this library and runs them."""
    folder = ROOT / "build/prove" / name
    env, skipped = {**environment(library), **options}, []

    def one(case):
        code, said = _run(command(case, folder), env, SECONDS + 400)
        (folder / f"{case.name}.txt").write_text(said, encoding="utf-8")
        if code == SKIPPED:
            skipped.append(case.name)
            shell.say(f"skipped {case.name}: {_telling(said)}\n")
        return case.name, None if code in (0, SKIPPED) else f"ended with {code}:\n{_telling(said)}"

    broken = build(chosen, folder, library, compiler)
    results = [(source.stem, why) for source, why in broken.items()]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results += pool.map(one, [case for case in chosen if case.source not in broken])
    results = [(label, why) for label, why in results if label not in skipped]
    for label, why in results:
        shell.say(f"{'FAILED' if why else 'ok'} {label}{': ' + why if why else ''}\n")
    reports.write_junit(ROOT / f"build/reports/{name}.xml", name, results, skipped)
    failed = sum(1 for _, why in results if why)
    return reports.Count(len(results) - failed, failed, len(skipped))


def _run(command, env, seconds):
    try:
        done = subprocess.run([str(word) for word in command], env=env, cwd=OUTPUTS, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        return 1, f"{(late.stdout or b'').decode(errors='replace')}\nnot finished after {seconds} s"
    return done.returncode, done.stdout


def _telling(said):
    """From the sanitizer's first line on."""
    lines = said.splitlines()
    begin = next((n for n, line in enumerate(lines) if re.search("ERROR: |WARNING: ThreadSanitizer|runtime error: ", line)), max(0, len(lines) - 15))
    return "\n".join(lines[begin:begin + 25])
