#!/usr/bin/env python3
"""Writes the public surface of the C# binding into bindings/csharp/PublicAPI, where a change of it is seen.

usage: csharp_surface.py    after a change of the surface that is meant; the build refuses one that is not listed

What all targets have lies in PublicAPI.Unshipped.txt, what only some have in a folder of the target.
"""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from checks import dotnet  # noqa: E402

FOLDER = ROOT / "bindings/csharp/PublicAPI"
PROJECT = ROOT / "bindings/csharp/PalabraAI.csproj"
HEAD = "#nullable enable\n"
NEW = re.compile(r"RS0016: Symbol '(.*?)' is not part of the declared public API.*\[.*?TargetFramework=([\w.]+)\]")


def main():
    sdk = dotnet.find()
    if sdk is None:
        sys.exit(f"csharp_surface: {dotnet.HOW}")
    for path in FOLDER.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.write_text(HEAD, encoding="utf-8")
    options = ("-p:PalabraStrict=true", "-p:PalabraAnalysis=true", "-p:PalabraWarn=true", "-p:ArtifactsPath=" + str(ROOT / "build/csharp/surface"))
    command = sdk.build(PROJECT, "-t:Rebuild", *options)
    done = subprocess.run(command, cwd=ROOT, env=sdk.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = {}
    for symbol, target in NEW.findall(done.stdout):
        found.setdefault(target, set()).add(symbol)
    if done.returncode or len(found) != 3:
        sys.exit(f"{done.stdout}\ncsharp_surface: the binding was not built for three targets: {sorted(found)}")
    common = set.intersection(*found.values())
    write(FOLDER, common)
    for target, symbols in found.items():
        if symbols - common:
            write(FOLDER / target, symbols - common)
    print(f"csharp_surface: {len(common)} members everywhere", *(f"{len(symbols - common)} in {target} alone" for target, symbols in found.items()), sep=", ")
    return 0


def write(folder, symbols):
    folder.mkdir(exist_ok=True)
    (folder / "PublicAPI.Unshipped.txt").write_text(HEAD + "".join(f"{symbol}\n" for symbol in sorted(symbols)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
