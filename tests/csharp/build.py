#!/usr/bin/env python3
"""Builds the C# binding for all its targets, its tests, the conformance shim and the programs, in one go.

usage: build.py [--prove]    with the programs of the slower tier

Where nothing has changed since the last build the SDK is not even started: it takes 10 s to find that out.
"""

import hashlib
import html
import re
import subprocess
import sys
import pathlib
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from checks import dotnet  # noqa: E402

BUILD = ROOT / "build/csharp"
PROJECTS = (
    "bindings/csharp/PalabraAI.csproj", "tests/csharp/Tests.csproj", "tests/csharp/readme/Readme.csproj", "tests/conformance/shim.csproj",
)
# What is built, and a file there that says from what.
OUTPUT = ROOT / "build/dotnet"
BUILT = OUTPUT / "built.txt"
# All that decides what is built.
SOURCES = ("bindings/csharp", "docs/guides/dotnet-service.md", "tests/csharp", "tests/conformance", "Directory.Build.props",
           "Directory.Build.targets", "global.json", "tools/checks/dotnet.py")


class Case(NamedTuple):
    """A line of a cases.txt: a program that runs by itself beside a devserver."""

    project: pathlib.Path
    tier: str
    runtime: str
    arguments: list


def cases(prove):
    """Those of the quick tier, or all."""
    for file in sorted(ROOT.glob("tests/csharp/programs/*/cases.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] not in ("test", "prove") or words[1:2] not in (["dotnet"], ["mono"]):
                sys.exit(f"{file}: not `test|prove dotnet|mono ARGUMENTS...`: {line}")
            if prove or words[0] == "test":
                yield Case(next(file.parent.glob("*.csproj")), words[0], words[1], words[2:])


def examples(readme):
    """The C# code of a README."""
    return re.findall(r"^```csharp\n(.*?)^```$", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def documented():
    """The code in the documentation of members, each in a method whose parameters are what it takes for granted."""
    takes = "PalabraClient client, TranslationSession session, Func<ReadOnlyMemory<byte>, Task> SendAsync, CancellationToken cancellationToken"
    lines = ["using System;", "using System.Threading;", "using System.Threading.Tasks;", "using PalabraAI;", "", "internal static class Documented", "{"]
    number = 0
    for path in sorted(ROOT.glob("bindings/csharp/src/**/*.cs")):
        for text in re.findall(r"/// <code>\n(.*?)^ */// </code>", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
            number += 1
            code = html.unescape(re.sub(r"^ *///", "", text, flags=re.MULTILINE))
            lines += [f"    // {path.relative_to(ROOT)}", f"    internal static async Task Example{number}({takes})", "    {", code, "    }"]
    return "\n".join([*lines, "}", ""])


def write_examples():
    """The examples of the README, each a class with a Main, and those of members; they are compiled as they are printed. And the guide's
    program."""
    found = {re.search(r"class (\w+)", text)[1] + ".cs": text for text in examples("bindings/csharp/README.md")}
    found["Documented.cs"] = documented()
    write("readme", found)
    # Compiled with the program that has shapes of the engine.
    write("godot", {"Readme.cs": "\n".join(examples("bindings/csharp/samples/Godot/README.md"))})
    write("guide", {"Program.cs": examples("docs/guides/dotnet-service.md")[0]})


def write(name, found):
    """Writes what is not there yet, and deletes what is not found any more."""
    folder = BUILD / name
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.cs"):
        if path.name not in found:
            path.unlink()
    for file, text in found.items():
        if not (folder / file).exists() or (folder / file).read_text(encoding="utf-8") != text:
            (folder / file).write_text(text, encoding="utf-8")


def state(sdk):
    """Changes with every source and with the SDK."""
    told = hashlib.sha256(repr((sdk.program, pathlib.Path(sdk.program).resolve().stat().st_mtime_ns)).encode())
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                told.update(repr((str(file), hashlib.sha256(file.read_bytes()).hexdigest())).encode())
    return told.hexdigest()


def is_built(wanted, projects):
    """Whether the last build was of these sources and of at least these projects, and is still there."""
    known, *built = BUILT.read_text(encoding="utf-8").splitlines() if BUILT.exists() else [""]
    return known == wanted and {str(project) for project in projects} <= set(built) and all(
        (OUTPUT / "bin" / project.stem).is_dir() for project in projects)


def run(sdk, prove):
    """One call for all projects: they share restoring and the binding. Returns whether all is built, and what was said."""
    write_examples()
    projects = [*(ROOT / project for project in PROJECTS), *dict.fromkeys(case.project for case in cases(prove))]
    wanted = state(sdk)
    if is_built(wanted, projects):
        return True, "Nothing has changed since the last build.\n"
    BUILT.unlink(missing_ok=True)
    solution = BUILD / "all.slnx"
    lines = "".join(f'  <Project Path="{project}" />\n' for project in projects)
    solution.write_text(f"<Solution>\n{lines}</Solution>\n", encoding="utf-8")
    # The rules of the SDK take half of the time for the binding: the slower tier has them, for every target. The public surface is
    # compared with what PublicAPI lists in every build.
    command = sdk.build(solution, "-p:Configuration=Debug", "-p:EnableNETAnalyzers=false")
    done = subprocess.run(command, cwd=ROOT, env=sdk.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # Sources may have changed meanwhile.
    if done.returncode == 0 and state(sdk) == wanted:
        BUILT.write_text("\n".join([wanted, *map(str, projects)]), encoding="utf-8")
    return done.returncode == 0, done.stdout


def main():
    sdk = dotnet.find()
    if sdk is None:
        sys.exit(f"csharp: {dotnet.HOW}")
    is_good, said = run(sdk, "--prove" in sys.argv[1:])
    print(said, end="")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
