"""Assembles the Unity package, compiles it as Unity does, with a model of the engine, and runs its tests on Mono."""

import json
import pathlib
import re
import subprocess
import sys

from checks.shell import ROOT

from work import BUILD, examples, output

TESTS = ROOT / "tests/unity"
# Shared with the tests of the C# binding.
COMMON = [*sorted((ROOT / "tests/csharp/mono").glob("*.cs")), *(ROOT / "tests/csharp/support" / name for name in ("Check.cs", "Talk.cs"))]


class Compiler:
    """The SDK's compiler, called as Unity calls it: without a project, C# 9, .NET Standard 2.1."""

    def __init__(self, part):
        self.part = part
        # Tests.csproj writes where the compiler and the reference assemblies are.
        compiler, *references = (output("Tests", "netstandard2.1") / "compiler.txt").read_text(encoding="utf-8").splitlines()
        options = ["-langversion:9", "-warn:4", "-warnaserror", "-debug:portable", "-deterministic", "-nologo", "-nostdlib", "-noconfig"]
        self.command = [part.sdk.program, "exec", compiler, *options, *(f"-r:{path}" for path in references)]
        self.command += ["-define:UNITY_5_3_OR_NEWER;UNITY_2021_2_OR_NEWER"]

    def compiles(self, name, options, target, sources):
        command = [*self.command, *options, f"-out:{target}", *map(str, sources)]
        done = subprocess.run(command, env=self.part.sdk.environment, capture_output=True, text=True)
        self.part.tally.add(f"unity: compiled: {name}", done.returncode == 0, done.stdout + done.stderr)
        return done.returncode == 0


def on_unity(part):
    folder = BUILD / "unity"
    folder.mkdir(parents=True, exist_ok=True)
    plugin = f"linux={part.args.library / 'libpalabra.so'}"
    subprocess.run([sys.executable, ROOT / "tools/unity_package.py", "--output", folder, "--plugin", plugin], check=True, stdout=subprocess.DEVNULL)
    package = folder / "ai.palabra.unity"
    check_package(part.tally, package)
    check_model(part.tally)
    check_limits(part.tally, package)
    if compiles(part, package, folder):
        part.on_mono("unity", folder / "Tests.exe")
        without_library(part, folder / "NoLibrary.exe")


def without_library(part, program):
    name = "unity: without the native library"
    mono = part.mono(name)
    if mono is not None and part.args.filter in name:
        part.passes(name, [mono, "--debug", program], {"LD_LIBRARY_PATH": ""})


def compiles(part, package, folder):
    compiler = Compiler(part)
    library = ["-target:library"]
    engine, editor_engine, core = folder / "UnityEngine.dll", folder / "UnityEditor.dll", folder / "PalabraAI.dll"
    runtime, editor = folder / "PalabraAI.Unity.dll", folder / "PalabraAI.Unity.Editor.dll"
    using = [f"-r:{engine}", f"-r:{core}", f"-r:{runtime}"]
    support = [*sources(TESTS / "support"), *COMMON]
    example = folder / "Examples.cs"
    example.write_text(together(examples("bindings/unity/README.md")), encoding="utf-8")
    steps = [
        ("the model of the engine", library, engine, sorted((TESTS / "engine").glob("*.cs"))),
        ("the model of the editor", [*library, f"-r:{engine}"], editor_engine, sorted((TESTS / "editor").glob("*.cs"))),
        ("the binding for iOS", [*library, "-unsafe", "-define:UNITY_IOS"], folder / "iOS.dll", sources(package / "Core")),
        ("the binding", [*library, "-unsafe"], core, sources(package / "Core")),
        ("the components", [*library, *using[:2]], runtime, sources(package / "Runtime")),
        ("their part for the editor", [*library, *using, f"-r:{editor_engine}"], editor, sources(package / "Editor")),
        ("the sample", [*library, *using], folder / "Subtitles.dll", sources(package / "Samples~/Subtitles")),
        ("the README's examples", [*library, *using], folder / "Examples.dll", [example]),
        ("the tests", [*using, f"-r:{editor_engine}"], folder / "Tests.exe", [*sources(TESTS, "*.cs"), *support]),
        ("those without the library", [*using, f"-r:{editor_engine}"], folder / "NoLibrary.exe", [*sources(TESTS / "nolibrary"), *support]),
    ]
    return all([compiler.compiles(*step) for step in steps])


def sources(folder, pattern="**/*.cs"):
    return sorted(folder.glob(pattern))


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


def check_limits(tally, package):
    """What this compiler takes and Unity's, or IL2CPP, does not."""
    text = {path.name: path.read_text(encoding="utf-8") for path in sources(package) if "~" not in str(path)}
    banned = re.compile(r"delegate\*|UnmanagedCallersOnly|ModuleInitializer|\binit;")
    found = [f"{name}: {match[0]}" for name, source in text.items() for match in banned.finditer(source)]
    callbacks = sum(source.count("GetFunctionPointerForDelegate(") for source in text.values())
    marked = sum(source.count("[MonoPInvokeCallback(") for source in text.values())
    tally.add("unity: nothing that IL2CPP lacks", not found and callbacks == marked, f"{found} {callbacks} callbacks, {marked} marked")


def check_model(tally):
    """The table of what the model does names what there is in it."""
    rows = re.findall(r"\| `(\w+)(?:\.(\w+))?` \|$", (TESTS / "engine/README.md").read_text(encoding="utf-8"), re.MULTILINE)
    text = "\n".join(path.read_text(encoding="utf-8") for folder in ("engine", "editor") for path in sources(TESTS / folder))
    gone = [f"{kind}.{member}" for kind, member in rows if not re.search(rf"class {kind}\b", text) or not re.search(rf"\b{member}\b", text)]
    tally.add("unity: the table of the model is up to date", len(rows) > 10 and not gone, str(gone))


def together(sources):
    """Joins several files into one: the using directives come first, and once."""
    lines = [line for source in sources for line in source.splitlines()]
    used = sorted({line for line in lines if line.startswith("using ")})
    return "\n".join(used + [line for line in lines if not line.startswith("using ")]) + "\n"


def read_json(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
