#!/usr/bin/env python3
"""Compiles the C# and Unity bindings with warnings as errors and runs their tests beside a devserver.

usage: run.py --library FOLDER --devserver PATH [--filter NAME]

On Mono always; on CoreCLR too, with what only newer runtimes have, where build/tools/coreclr holds one (`tools/install.sh
csharp`). Closes with one line: `csharp: 12 passed, 0 failed`.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "csharp"
SOURCE = sorted((ROOT / "bindings/csharp/src").glob("*.cs"))
TESTS = sorted((ROOT / "tests/csharp").glob("*.cs"))
# Old on purpose: what it takes, every Unity takes. Only newer runtimes need the newer one, for spans.
MONO = ["mcs", "-langversion:6", "-unsafe", "-warn:4", "-warnaserror", "-debug"]
NEWER = ["mcs", "-langversion:7.2", "-unsafe", "-warn:4", "-warnaserror", "-nowarn:1702", "-nostdlib", "-noconfig"]
FRAMEWORK = "Microsoft.NETCore.App"
SECONDS = 300


def arguments():
    parser = argparse.ArgumentParser(description="Compiles and tests the C# and Unity bindings.")
    parser.add_argument("--library", required=True, type=pathlib.Path, help="folder of the shared library")
    parser.add_argument("--devserver", required=True, type=pathlib.Path)
    parser.add_argument("--filter", default="", help="only tests whose name holds this")
    return parser.parse_args()


class Tally:
    passed = 0
    failed = 0

    def add(self, name, holds, why=""):
        print(f"{'ok     ' if holds else 'FAILED '} {name}{'' if holds else ': ' + why}", flush=True)
        self.passed += holds
        self.failed += not holds


def compiles(tally, name, command, output, *sources):
    done = subprocess.run([*command, f"-out:{output}", *map(str, sources)], capture_output=True, text=True)
    tally.add(f"{name} compiles", done.returncode == 0, done.stdout + done.stderr)
    return done.returncode == 0


def beside_devserver(args, command, environment=None):
    """A program of its own with a devserver of its own; its output is shown and returned."""
    env = {**os.environ, "LD_LIBRARY_PATH": str(args.library.resolve()), "PALABRA_ROOT": str(ROOT), **(environment or {})}
    wrapper = [sys.executable, str(ROOT / "tests/c/with_devserver.py"), "--devserver", str(args.devserver.resolve())]
    wrapper += ["--devserver-arg=--no-rate-limits", "--timeout", str(SECONDS), "--", *map(str, command)]
    done = subprocess.run(wrapper, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="", flush=True)
    return done.returncode, done.stdout


def runs(tally, args, name, command, environment=None):
    """The test program counts by itself; one that ends early has failed."""
    code, output = beside_devserver(args, [*command, args.filter] if args.filter else command, environment)
    counts = re.search(r"^csharp: (\d+) passed, (\d+) failed$", output, re.MULTILINE)
    if counts:
        tally.passed += int(counts[1])
        tally.failed += int(counts[2])
    if not counts or (code != 0 and counts[2] == "0"):
        tally.add(f"{name} ends well", False, f"it ended with {code}")


def on_mono(tally, args):
    folder = BUILD / "mono"
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "PalabraAI.dll"
    if not compiles(tally, "mono: the binding", [*MONO, "-target:library"], library, *SOURCE):
        return
    if compiles(tally, "mono: the tests", [*MONO, f"-r:{library}"], folder / "Tests.exe", *TESTS):
        runs(tally, args, "mono", ["mono", "--debug", folder / "Tests.exe"])
    readme_example(tally, args, folder, library)


def readme_example(tally, args, folder, library):
    text = (ROOT / "bindings/csharp/README.md").read_text(encoding="utf-8")
    example = folder / "Example.cs"
    example.write_text(re.search(r"^```csharp\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[1], encoding="utf-8")
    if compiles(tally, "README: the example", [*MONO, f"-r:{library}"], folder / "Example.exe", example):
        code, output = beside_devserver(args, ["mono", folder / "Example.exe"])
        tally.add("README: the example runs", code == 0 and "closed: PALABRA_OK" in output, f"it ended with {code}")


def on_coreclr(tally, args):
    found = list((ROOT / "build/tools/coreclr").glob(f"lib/python*/site-packages/dotnetcore2/bin/shared/{FRAMEWORK}/*"))
    if not found:
        print("csharp: no CoreCLR in build/tools (tools/install.sh csharp), so only Mono was tested")
        return
    folder = BUILD / "coreclr"
    folder.mkdir(parents=True, exist_ok=True)
    framework = found[0]
    references = [f"-r:{path}" for path in framework.glob("*.dll") if is_reference(path)]
    library = folder / "PalabraAI.dll"
    newer = [*NEWER, "-define:NETCOREAPP", *references]
    if not compiles(tally, "coreclr: the binding", [*newer, "-target:library"], library, *SOURCE):
        return
    if compiles(tally, "coreclr: the tests", [*newer, f"-r:{library}"], folder / "Tests.dll", *TESTS):
        options = {"framework": {"name": FRAMEWORK, "version": framework.name}}
        (folder / "Tests.runtimeconfig.json").write_text(json.dumps({"runtimeOptions": options}), encoding="utf-8")
        program = [framework.parents[2] / "dotnet", "exec", folder / "Tests.dll"]
        runs(tally, args, "coreclr", program, {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})


def is_reference(path):
    """The managed assemblies that define or forward what the tests use."""
    return re.match(r"(System\.(?!WindowsRuntime|Runtime\.WindowsRuntime|Private\.(?!CoreLib))|Microsoft\.Win32\.Primitives)", path.name) and ".Native." not in path.name


def main():
    args = arguments()
    tally = Tally()
    on_mono(tally, args)
    on_coreclr(tally, args)
    print(f"\ncsharp: {tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
