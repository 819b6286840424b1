"""The package and its tests, all compiled ahead of time by Mono: the nearest thing to IL2CPP here, which makes no code at run time
either. For the slower tier: the assemblies of Mono take two minutes, once."""

import os
import pathlib
import shutil
import subprocess

from checks.shell import ROOT

TESTS = ROOT / "tests/unity"
# All that the tests load.
MONO = ("mscorlib", "System", "System.Core", "System.Net.Http", "Mono.Security", "System.Xml", "System.Configuration", "System.Numerics",
        "System.Security", "Facades/netstandard")
OWN = ("UnityEngine.dll", "UnityEditor.dll", "PalabraAI.dll", "PalabraAI.Unity.dll", "PalabraAI.Unity.Editor.dll", "Tests.exe")
# Of the others one unloads an application domain, which such programs do not have.
PART_OF = {"UnloadTests": "UnloadTests.Everything"}


def runs(part, built):
    mono = part.mono("unity: ahead of time")
    if mono is None or not part.args.prove:
        return
    folder = built / "ahead"
    folder.mkdir(exist_ok=True)
    assemblies = pathlib.Path(mono).resolve().parents[1] / "lib/mono/4.5"
    files = [*(assemblies / f"{name}.dll" for name in MONO), *(built / name for name in OWN)]
    failed = [file.name for file in files if not compiled(mono, file, folder)]
    part.tally.add("unity: ahead of time: compiled", not failed, str(failed))
    for name in [] if failed else sorted(path.stem for path in TESTS.glob("*Tests.cs")):
        if part.args.filter in name:
            program = [mono, "--full-aot", folder / "Tests.exe", PART_OF.get(name, name), "quick"]
            part.passes(f"unity: ahead of time: {name}", program, {"MONO_PATH": str(folder)})


def compiled(mono, file, folder):
    """What was compiled stays until the assembly is a newer one."""
    copy = folder / file.name
    made = folder / f"{file.name}.so"
    if made.exists() and made.stat().st_mtime > file.stat().st_mtime and copy.read_bytes() == file.read_bytes():
        return True
    shutil.copyfile(file, copy)
    command = [mono, "--aot=full,nodebug", copy]
    done = subprocess.run(command, env={**os.environ, "MONO_PATH": str(folder)}, capture_output=True, text=True, check=False)
    return done.returncode == 0 and made.exists()
