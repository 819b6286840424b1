#!/usr/bin/env python3
"""Compiles the C# and Unity bindings with warnings as errors and runs their tests with a devserver.

usage: run.py --library FOLDER --devserver PATH [--filter NAME] [--report PATH]

On Mono always; on CoreCLR too, with what only newer runtimes have, where build/tools/coreclr holds one (`tools/install.sh
csharp`); and by the project files where there is a .NET SDK 10, in PATH or in build/tools/dotnet/sdk. Closes with one line: `csharp: 12 passed, 0 failed`.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from checks.reports import write_junit  # noqa: E402

BUILD = ROOT / "build" / "csharp"
SOURCE = sorted((ROOT / "bindings/csharp/src").rglob("*.cs"))
TESTS = sorted((ROOT / "tests/csharp").glob("*.cs"))
UNITY_TESTS = ROOT / "tests/unity"
# Shared by both test programs.
COMMON = [ROOT / "tests/csharp" / name for name in ("Runner.cs", "Talk.cs")]
# An old language version on purpose: every Unity accepts it. Only newer runtimes need the newer one, for spans.
MONO = ["mcs", "-langversion:6", "-unsafe", "-warn:4", "-warnaserror", "-debug"]
NEWER = ["mcs", "-langversion:7.2", "-unsafe", "-warn:4", "-warnaserror", "-nowarn:1702", "-nostdlib", "-noconfig"]
FRAMEWORK = "Microsoft.NETCore.App"
SDK = 10
# Without ICU libraries, and without telemetry.
QUIET = {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1"}
# Twenty times what a quiet machine needs.
SECONDS = 1200


def arguments():
    parser = argparse.ArgumentParser(description="Compiles and tests the C# and Unity bindings.")
    parser.add_argument("--library", required=True, type=pathlib.Path, help="folder of the shared library")
    parser.add_argument("--devserver", required=True, type=pathlib.Path)
    parser.add_argument("--filter", default="", help="only tests whose name holds this")
    parser.add_argument("--report", type=pathlib.Path, help="where to write what passed and failed, as JUnit does")
    return parser.parse_args()


class Tally:
    """Results of this runner and of the test programs: (name, reason of the failure or None)."""

    def __init__(self):
        self.cases = []

    def add(self, name, holds, why=""):
        print(f"{'ok     ' if holds else 'FAILED '} {name}{'' if holds else ': ' + why}", flush=True)
        self.cases.append((name, None if holds else why))

    def failed(self):
        return sum(1 for _, why in self.cases if why is not None)


def compiles(tally, name, command, output, *sources):
    done = subprocess.run([*command, f"-out:{output}", *map(str, sources)], capture_output=True, text=True)
    tally.add(f"compiled: {name}", done.returncode == 0, done.stdout + done.stderr)
    return done.returncode == 0


def beside_devserver(args, command, environment=None):
    """Runs a test program with a devserver of its own; prints and returns its output."""
    env = {**os.environ, "LD_LIBRARY_PATH": str(args.library.resolve()), "PALABRA_ROOT": str(ROOT), **(environment or {})}
    wrapper = [sys.executable, str(ROOT / "tests/c/support/with_devserver.py"), "--devserver", str(args.devserver.resolve())]
    wrapper += ["--devserver-arg=--no-rate-limits", "--timeout", str(SECONDS), "--", *map(str, command)]
    done = subprocess.run(wrapper, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="", flush=True)
    return done.returncode, done.stdout


def runs(tally, args, name, command, environment=None):
    """The test program writes its results and `end` to a file; a program that ends early has failed."""
    told = BUILD / name / "report.txt"
    told.unlink(missing_ok=True)
    environment = {**(environment or {}), "PALABRA_TEST_REPORT": str(told)}
    code, _ = beside_devserver(args, [*command, args.filter] if args.filter else command, environment)
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    cases = [line.split(" ", 1) for line in lines if " " in line]
    tally.cases += [(f"{name}: {case}", None if verdict == "pass" else "see the output") for verdict, case in cases]
    good = code == 0 or any(verdict == "fail" for verdict, _ in cases)
    if not good or lines[-1:] != ["end"]:
        tally.add(f"{name} ends well", False, f"it ended with {code}")


def on_mono(tally, args):
    folder = BUILD / "mono"
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "PalabraAI.dll"
    # With -doc a public member without a comment is a warning, hence an error.
    documented = [*MONO, "-target:library", f"-doc:{folder / 'PalabraAI.xml'}"]
    if not compiles(tally, "mono: the binding", documented, library, *SOURCE):
        return
    if compiles(tally, "mono: the tests", [*MONO, f"-r:{library}"], folder / "Tests.exe", *TESTS):
        runs(tally, args, "mono", ["mono", "--debug", folder / "Tests.exe"])
    readme_examples(tally, args, folder, library)


def readme_examples(tally, args, folder, library):
    printed = {"Example": "closed: PALABRA_OK", "Speak": "frames of speech", "Listen": "closed: PALABRA_OK"}
    found = {re.search(r"static class (\w+)", text)[1]: text for text in examples("bindings/csharp/README.md")}
    tally.add("README: the examples are all here", found.keys() == printed.keys(), str(list(found)))
    for name, text in found.items():
        source, program = folder / f"{name}.cs", folder / f"{name}.exe"
        source.write_text(text, encoding="utf-8")
        if compiles(tally, f"README: {name}", [*MONO, f"-r:{library}"], program, source):
            code, output = beside_devserver(args, ["mono", program])
            tally.add(f"README: {name} runs", code == 0 and printed[name] in output, f"it ended with {code}")


def examples(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(r"^```csharp\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


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
    other = r".*\.Native\.|System\.Runtime\.WindowsRuntime|System\.Private\.(?!CoreLib|Uri)"
    return re.match(rf"(?!{other})(System\.|Microsoft\.Win32\.Primitives)", path.name)


def on_dotnet(tally, args):
    """Builds with the project files, with the compiler and the runtime of a current SDK."""
    dotnet = current_sdk()
    if dotnet is None:
        print(f"csharp: no .NET SDK {SDK} in PATH or build/tools, so the project files were not built")
        return
    folder = BUILD / "dotnet"
    command = [dotnet, "build", ROOT / "tests/csharp/Tests.csproj", "--artifacts-path", folder, "--disable-build-servers"]
    done = subprocess.run([*command, "--nologo", "--verbosity", "quiet"], env={**os.environ, **QUIET}, capture_output=True, text=True)
    tally.add("compiled: dotnet: the binding and the tests", done.returncode == 0, done.stdout + done.stderr)
    if done.returncode == 0:
        runs(tally, args, "dotnet", [dotnet, folder / "bin/Tests/debug/Tests.dll"], QUIET)


def current_sdk():
    for found in (ROOT / "build/tools/dotnet/sdk/dotnet", shutil.which("dotnet")):
        if found is None or not pathlib.Path(found).exists():
            continue
        told = subprocess.run([found, "--version"], env={**os.environ, **QUIET}, capture_output=True, text=True).stdout
        if told.split(".")[0].isdigit() and int(told.split(".")[0]) >= SDK:
            return found
    return None


# --- Unity: the assembled package, with stubs of the engine -------------------------------------------------------


def on_unity(tally, args):
    folder = BUILD / "unity"
    folder.mkdir(parents=True, exist_ok=True)
    plugin = f"linux={args.library / 'libpalabra.so'}"
    subprocess.run([sys.executable, ROOT / "tools/unity_package.py", "--output", folder, "--plugin", plugin], check=True)
    package = folder / "ai.palabra.unity"
    check_package(tally, package)
    library = [*MONO, "-langversion:7", "-target:library"]
    engine, core = folder / "UnityEngine.dll", folder / "PalabraAI.dll"
    runtime, editor = folder / "PalabraAI.Unity.dll", folder / "PalabraAI.Unity.Editor.dll"
    using = [f"-r:{engine}", f"-r:{core}", f"-r:{runtime}"]
    example = folder / "Examples.cs"
    example.write_text(together(examples("bindings/unity/README.md")), encoding="utf-8")
    steps = [
        ("the stand-ins", library, engine, [UNITY_TESTS / "UnityStubs.cs"]),
        ("the binding for iOS", [*library, "-define:UNITY_IOS"], folder / "iOS.dll", (package / "Core").rglob("*.cs")),
        ("the binding", library, core, (package / "Core").rglob("*.cs")),
        ("the component", [*library, *using[:2]], runtime, (package / "Runtime").glob("*.cs")),
        ("its part for the editor", [*library, *using], editor, (package / "Editor").glob("*.cs")),
        ("the sample", [*library, *using], folder / "Subtitles.dll", (package / "Samples~/Subtitles").glob("*.cs")),
        ("the README's examples", [*library, *using], folder / "Examples.dll", [example]),
        ("the tests", [*MONO, *using, f"-r:{editor}"], folder / "Tests.exe", [*sorted(UNITY_TESTS.glob("*Tests.cs")), *COMMON]),
    ]
    if all([compiles(tally, f"unity: {name}", command, output, *sources) for name, command, output, sources in steps]):
        runs(tally, args, "unity", ["mono", "--debug", folder / "Tests.exe"])


def check_package(tally, package):
    """Problems that the editor would report at import."""
    files = [path for path in package.rglob("*") if not any(part.endswith("~") for part in path.relative_to(package).parts)]
    metas = {path for path in files if path.suffix == ".meta"}
    bare = [path.name for path in files if path not in metas and path.with_name(path.name + ".meta") not in metas]
    ids = [re.search(r"^guid: ([0-9a-f]{32})$", path.read_text(), re.MULTILINE)[1] for path in metas]
    tally.add("unity: a .meta for each file, each with an id of its own", not bare and len(set(ids)) == len(ids), str(bare))
    assemblies = {data["name"]: data for data in map(read_json, package.rglob("*.asmdef"))}
    unknown = [name for data in assemblies.values() for name in data["references"] if name not in assemblies]
    tally.add("unity: assemblies refer to each other", len(assemblies) == 3 and not unknown, str(unknown))
    told, version = read_json(package / "package.json"), re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    samples = [sample["path"] for sample in told["samples"] if not (package / sample["path"]).is_dir()]
    tally.add("unity: package.json is up to date", told["version"] == version and not samples, f"{told['version']} {samples}")


def together(sources):
    """Joins several files into one: the using directives come first, and once."""
    lines = [line for source in sources for line in source.splitlines()]
    used = sorted({line for line in lines if line.startswith("using ")})
    return "\n".join(used + [line for line in lines if not line.startswith("using ")]) + "\n"


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def main():
    args = arguments()
    tally = Tally()
    on_mono(tally, args)
    on_coreclr(tally, args)
    on_dotnet(tally, args)
    on_unity(tally, args)
    if args.report:
        write_junit(args.report, "csharp", tally.cases)
    failed = tally.failed()
    print(f"\ncsharp: {len(tally.cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
