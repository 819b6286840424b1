#!/usr/bin/env python3
"""Builds the C# binding for all its targets, its tests, the conformance shim and the programs, in one go.

usage: build.py [--prove]    with the programs of the slower tier
"""

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
    "tests/csharp/publish/Publish.csproj",
)


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


def write_examples():
    """The examples of the README, each a class with a Main; they are compiled as they are printed."""
    folder = BUILD / "readme"
    folder.mkdir(parents=True, exist_ok=True)
    found = {re.search(r"class (\w+)", text)[1] + ".cs": text for text in examples("bindings/csharp/README.md")}
    for path in folder.glob("*.cs"):
        if path.name not in found:
            path.unlink()
    for name, text in found.items():
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text:
            (folder / name).write_text(text, encoding="utf-8")


def run(sdk, prove):
    """One call for all projects: they share restoring and the binding."""
    write_examples()
    projects = [*(ROOT / project for project in PROJECTS), *dict.fromkeys(case.project for case in cases(prove))]
    solution = BUILD / "all.slnx"
    lines = "".join(f'  <Project Path="{project}" />\n' for project in projects)
    solution.write_text(f"<Solution>\n{lines}</Solution>\n", encoding="utf-8")
    command = sdk.build(solution, "--configuration", "Debug")
    return subprocess.run(command, cwd=ROOT, env=sdk.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main():
    sdk = dotnet.find()
    if sdk is None:
        sys.exit(f"csharp: {dotnet.HOW}")
    done = run(sdk, "--prove" in sys.argv[1:])
    print(done.stdout, end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
