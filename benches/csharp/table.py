#!/usr/bin/env python3
"""Measures the C# binding: its present version, C beside it, and on request an earlier version of the binding.

usage: table.py --library PREFIX --devserver PATH [--first COMMIT [--first-library PREFIX]] [--rounds N] [--only NAME,...]

PREFIX is where the library is installed (lib and include). --first COMMIT checks that commit out in build/bench-csharp and
measures its binding with the programs of benches/csharp/first; the library of that commit is built too, unless it is given.
The runs of a figure alternate between the versions. The table has the median of the rounds; all runs are in
build/bench-csharp/runs.json.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from devserver import Devserver, patient, unwind_on_sigterm  # noqa: E402

HERE = ROOT / "benches/csharp"
SAMPLES = ROOT / "bindings/csharp/samples"
BUILD = ROOT / "build/bench-csharp"
# A run that takes longer than this is stuck.
SECONDS = 900


def arguments():
    parser = argparse.ArgumentParser(description="Measures the C# binding.")
    parser.add_argument("--library", required=True, type=pathlib.Path, help="prefix of the installed library")
    parser.add_argument("--devserver", required=True, type=pathlib.Path)
    parser.add_argument("--first", help="a commit with the earlier binding")
    parser.add_argument("--first-library", type=pathlib.Path, help="prefix of the library of that commit")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only these figures: " + ", ".join(FIGURES))
    return parser.parse_args()


# --- Building -------------------------------------------------------------------------------------------------------


def run(*command, **options):
    subprocess.run([str(word) for word in command], check=True, **options)


def dotnet(project, *properties):
    """Builds a project; returns the path of its program."""
    out = BUILD / "dotnet"
    run("dotnet", "msbuild", project, "-restore", "-p:Configuration=Release", "-nodeReuse:false", "-p:UseSharedCompilation=false",
        f"-p:ArtifactsPath={out}", "-verbosity:quiet", "-nologo", *properties, stdout=sys.stderr)
    return next(out.glob(f"bin/{project.stem}/release*/{project.stem}.dll"))


def earlier(args):
    """The programs of the earlier binding, and the folder of its library."""
    tree = BUILD / "first"
    if not tree.exists():
        run("git", "-C", ROOT, "worktree", "prune")
        run("git", "-C", ROOT, "worktree", "add", "--detach", "--force", tree, args.first, stdout=sys.stderr)
    prefix = args.first_library or tree / "build/prefix"
    if not args.first_library:
        run("cmake", "-S", tree, "-B", tree / "build/cmake", "-DCMAKE_INSTALL_LIBDIR=lib", stdout=sys.stderr)
        run("cmake", "--build", tree / "build/cmake", stdout=sys.stderr)
        run("cmake", "--install", tree / "build/cmake", "--prefix", prefix, stdout=sys.stderr)
    # Beside the checkout: the settings of this tree do not apply to the earlier binding.
    program = dotnet(HERE / "first/First.csproj", f"-p:Binding={tree}/bindings/csharp")
    return {"program": program, "service": [program, "service"], "library": prefix / "lib"}


def build(args):
    compiler = os.environ.get("CC", "cc")
    run(compiler, "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", HERE / "events.c", f"-I{args.library}/include",
        f"-L{args.library}/lib", "-lpalabra", "-o", BUILD / "events")
    versions = {}
    if args.first:
        versions["first"] = earlier(args)
    versions["now"] = {"program": dotnet(HERE / "now/Now.csproj"), "service": [dotnet(SAMPLES / "Telephone/Telephone.csproj")],
                       "library": args.library / "lib"}
    return versions, dotnet(SAMPLES / "TelephoneCallers/TelephoneCallers.csproj")


# --- Measuring ------------------------------------------------------------------------------------------------------


class Bench:
    def __init__(self, args):
        self.args = args
        self.versions, self.callers = build(args)

    def program(self, version, *words):
        """Runs a program of a version; returns the figures in its last line."""
        env = self.environment(version)
        done = subprocess.run(["dotnet", str(self.versions[version]["program"]), *map(str, words)], env=env, timeout=SECONDS,
                              stdout=subprocess.PIPE, check=True, text=True)
        return json.loads(done.stdout.splitlines()[-1])

    def c(self, *words):
        env = self.environment("now")
        done = subprocess.run([str(BUILD / "events"), *map(str, words)], env=env, timeout=SECONDS, stdout=subprocess.PIPE, check=True, text=True)
        return json.loads(done.stdout)

    def service(self, version, calls, seconds, *words):
        """Starts the telephone service, calls it, ends it; returns what the callers measured."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{free.getsockname()[1]}"
        env = {**self.environment(version), "ASPNETCORE_URLS": address, "Logging__LogLevel__Default": "Warning"}
        command = ["dotnet", *self.versions[version]["service"], *words]
        process = subprocess.Popen([str(word) for word in command], env=env, stdout=sys.stderr)
        try:
            answers(address)
            done = subprocess.run(["dotnet", str(self.callers), address, str(calls), str(seconds)], timeout=SECONDS,
                                  stdout=subprocess.PIPE, text=True)
            return json.loads(done.stdout.splitlines()[-1])
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def environment(self, version):
        return {**self.server.environment(), "LD_LIBRARY_PATH": str(self.versions[version]["library"]), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}


def answers(address):
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address + "/ping", timeout=10):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


# Each figure: how often it runs at most, and what a run gives, as {column: figures}. `versions` are those that are measured.


def service(bench):
    found = {version: bench.service(version, 100, 30) for version in bench.versions}
    if "first" in found:
        found["first, queue"] = bench.service("first", 100, 30, "queue")
    return found


def idle(bench):
    return {version: bench.program(version, "idle", 1000, 10) for version in bench.versions}


def cancel(bench):
    return {version: bench.program(version, "cancel", 200) for version in bench.versions}


def events(bench):
    found = {"C": bench.c(1000, 60)}
    ways = {"first": ("loan", "objects"), "now": ("reader", "objects", "await")}
    for version in bench.versions:
        for way in ways[version]:
            found[f"{version}, {way}"] = bench.program(version, "events", way, 1000, 60)
    return found


def opening(bench):
    return {version: bench.program(version, "open") for version in bench.versions}


def allocation(bench):
    return {"now": bench.program("now", "allocation", 10000)}


FIGURES = {
    "service": (1, service, {"gapMaxMs": "longest stall of audio, ms", "pingMaxMs": "GET /ping at most, ms", "threads": "threads at most",
                             "cpuMs": "processor time, ms", "failed": "failed calls"}),
    "idle": (1, idle, {"managedPercent": "1,000 idle loops: % of a core, managed threads", "corePercent": "the process", "threads": "threads"}),
    "cancel": (3, cancel, {"medianMs": "cancel noticed, median, ms"}),
    "events": (5, events, {"eventUs": "an event, us of handling threads", "processUs": "of the process", "bytesPerEvent": "bytes allocated",
                           "sleeps": "how often the reading thread slept", "methods": "methods compiled on it"}),
    "open": (5, opening, {"openMs": "first open, ms in the call", "openCpuMs": "of it on the processor, ms",
                         "openJitMs": "of it compiling, ms", "methods": "methods compiled", "readyMs": "ms until ready"}),
    "allocation": (1, allocation, {"readerBytes": "10,000 mixed events by a reader: bytes", "playoutBytes": "10,000 blocks sent and played: bytes",
                                   "frameBytes": "10,000 frames of a game: bytes"}),
}


def measure(bench, names):
    runs = {}
    for name in names:
        rounds, work, _ = FIGURES[name]
        for number in range(min(rounds, bench.args.rounds)):
            print(f"{name}, round {number + 1}", file=sys.stderr, flush=True)
            # A server of its own for each round: what an earlier one left behind does not count.
            with Devserver(bench.args.devserver, patient(["--no-rate-limits"])) as bench.server:
                for column, figures in work(bench).items():
                    if "most" in figures:
                        figures["threads"] = figures["most"]["threads"]
                    runs.setdefault(name, {}).setdefault(column, []).append(figures)
    return runs


def table(runs):
    for name, columns in runs.items():
        print(f"\n| {name} | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
        for key, title in FIGURES[name][2].items():
            cells = [[float(one[key]) for one in rounds if one.get(key) is not None] for rounds in columns.values()]
            print(f"| {title} | {' | '.join(f'{statistics.median(cell):.4g}' if cell else '' for cell in cells)} |")


def main():
    args = arguments()
    unwind_on_sigterm()
    if not shutil.which("dotnet"):
        sys.exit("table: no dotnet in PATH")
    BUILD.mkdir(parents=True, exist_ok=True)
    bench = Bench(args)
    runs = measure(bench, args.only.split(",") if args.only else list(FIGURES))
    (BUILD / "runs.json").write_text(json.dumps(runs, indent=1), encoding="utf-8")
    table(runs)


if __name__ == "__main__":
    main()
