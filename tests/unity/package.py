"""Assembles the Unity package, compiles it as Unity does, with a model of the engine, and runs its tests on Mono."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

from checks import dotnet
from checks.shell import ROOT

import ahead
from work import BUILD, examples, output

TESTS = ROOT / "tests/unity"
PACKAGE = "ai.palabra.unity"
# Shared with the tests of the C# binding.
COMMON = [*sorted((ROOT / "tests/csharp/mono").glob("*.cs")), *(ROOT / "tests/csharp/support" / name for name in ("Check.cs", "Talk.cs"))]


class Compiler:
    """The SDK's compiler, called as Unity calls it: without a project, C# 9, .NET Standard 2.1."""

    def __init__(self, part, defined="", profile=None):
        self.part = part
        # Tests.csproj writes where the compiler and the reference assemblies are.
        compiler, *references = (output("Tests", "netstandard2.1") / "compiler.txt").read_text(encoding="utf-8").splitlines()
        references = profile or references
        options = ["-langversion:9", "-warn:4", "-warnaserror", "-debug:portable", "-deterministic", "-nologo", "-nostdlib", "-noconfig"]
        self.command = [part.sdk.program, "exec", compiler, *options, *(f"-r:{path}" for path in references)]
        self.command += [f"-define:UNITY_5_3_OR_NEWER;UNITY_2021_2_OR_NEWER;{defined}"]

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
    check_scenes(part.tally, package)
    check_archive(part.tally, package)
    check_repository(part.tally)
    if compiles(part, package, folder):
        part.on_mono("unity", folder / "Tests.exe")
        without_library(part, "unity: without the native library", folder / "NoLibrary.exe")
        ahead.runs(part, folder)
    compiles_for_framework(part, package, folder / "framework")
    if compiles_for_webgl(part, package, folder / "webgl"):
        without_library(part, "unity: in a player for WebGL", folder / "webgl/WebGl.exe")


def without_library(part, name, program):
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


def compiles_for_webgl(part, package, folder):
    """Scripts of a game compile there too, as the types exist; the engine has no class for microphones."""
    folder.mkdir(exist_ok=True)
    compiler = Compiler(part, "UNITY_WEBGL")
    library = ["-target:library"]
    engine, core, runtime = folder / "UnityEngine.dll", folder / "PalabraAI.dll", folder / "PalabraAI.Unity.dll"
    using = [f"-r:{engine}", f"-r:{core}", f"-r:{runtime}"]
    steps = [
        ("the model of the engine for WebGL", library, engine, sorted((TESTS / "engine").glob("*.cs"))),
        ("the binding for WebGL", [*library, "-unsafe"], core, sources(package / "Core")),
        ("the components for WebGL", [*library, *using[:2]], runtime, sources(package / "Runtime")),
        ("the README's examples for WebGL", [*library, *using], folder / "Examples.dll", [folder.parent / "Examples.cs"]),
        ("the tests for WebGL", using, folder / "WebGl.exe", [*sources(TESTS / "webgl"), *sources(TESTS / "support"), *COMMON]),
    ]
    return all([compiler.compiles(*step) for step in steps])


def compiles_for_framework(part, package, folder):
    """The other profile of Unity's players, .NET Framework, is that of Mono's own assemblies."""
    mono = dotnet.mono()
    if mono is None:
        return part.tally.skip("unity: compiled: with .NET Framework's profile", "there is no Mono")
    folder.mkdir(exist_ok=True)
    assemblies = pathlib.Path(mono).resolve().parents[1] / "lib/mono/4.5"
    names = [assemblies / f"{name}.dll" for name in ("mscorlib", "System", "System.Core", "System.Net.Http")]
    compiler = Compiler(part, profile=[*names, *sorted((assemblies / "Facades").glob("*.dll"))])
    library = ["-target:library"]
    core, runtime = folder / "PalabraAI.dll", folder / "PalabraAI.Unity.dll"
    using = [f"-r:{folder.parent / 'UnityEngine.dll'}", f"-r:{core}", f"-r:{runtime}"]
    return all([compiler.compiles(*step) for step in (
        ("the binding with .NET Framework's profile", [*library, "-unsafe"], core, sources(package / "Core")),
        ("the components with .NET Framework's profile", [*library, *using[:2]], runtime, sources(package / "Runtime")),
        ("the README's examples with .NET Framework's profile", [*library, *using], folder / "Examples.dll", [folder.parent / "Examples.cs"]),
    )])


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
    kept = dict(line.split(" ", 1)[::-1] for line in (ROOT / "tools/unity_ids.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    ids = {path.relative_to(package).as_posix()[:-5]: re.search(r"^guid: (.*)$", path.read_text(), re.MULTILINE)[1] for path in package.rglob("*.meta")}
    moved = [path for path, kept_id in kept.items() if ids.get(path, kept_id) != kept_id or (path not in ids and not path.startswith("Plugins"))]
    missing = [path for path in ids if path not in kept and is_referred_to(package / path)]
    tally.add("unity: what scenes refer to has the id that it always had", len(kept) > 20 and not moved and not missing, f"{moved} {missing}")
    told, version = read_json(package / "package.json"), re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    samples = [sample["path"] for sample in told["samples"] if not (package / sample["path"]).is_dir()]
    tally.add("unity: package.json is up to date", told["version"] == version and not samples, f"{told['version']} {samples}")


def check_scenes(tally, package):
    """Scenes refer to objects and scripts that there are, and to fields that those serialize."""
    scripts = {re.search(r"^guid: (.*)$", path.read_text(), re.MULTILINE)[1]: path.with_suffix("") for path in package.rglob("*.cs.meta")}
    scenes, wrong = sorted(package.glob("Samples~/**/*.unity")), []
    for scene in scenes:
        text = scene.read_text(encoding="utf-8")
        objects = dict(re.findall(r"^--- !u!\d+ &(\d+)\n(.*?)(?=^---|\Z)", text, re.DOTALL | re.MULTILINE))
        wrong += [f"{scene.name}: no object {name}" for name in re.findall(r"\{fileID: (\d+)\}", text) if name not in ("0", *objects)]
        wrong += [f"{scene.name}: {name} is not of its object" for owner, listed in listed_components(objects) for name in listed
                  if f"m_GameObject: {{fileID: {owner}}}" not in objects.get(name, "")]
        for body in objects.values():
            if found := re.search(r"m_Script: \{fileID: 11500000, guid: (\w+), type: 3\}", body):
                source = scripts[found[1]].read_text(encoding="utf-8") if found[1] in scripts else ""
                fields = re.findall(r"^  ([a-z]\w+): ", body, re.MULTILINE)
                wrong += [f"{scene.name}: no script {found[1]}"] * (not source)
                wrong += [f"{scene.name}: no field {name}" for name in fields
                          if not name.startswith("m_") and not re.search(rf"\[SerializeField[^\]]*\]\s+private \S+ {name}\b", source)]
    tally.add("unity: scenes refer to what there is", bool(scenes) and not wrong, "; ".join(wrong))


def listed_components(objects):
    for name, body in objects.items():
        if body.startswith("GameObject:"):
            yield name, re.findall(r"component: \{fileID: (\d+)\}", body)


def is_referred_to(path):
    """Components by scenes and prefabs, assemblies by other assemblies."""
    return path.suffix == ".asmdef" or (path.suffix == ".cs" and path.parent.name == "Runtime" and re.search(
        r"public (abstract |sealed )*class \w+ : (MonoBehaviour|ScriptableObject|Palabra\w+)\b", path.read_text(encoding="utf-8")) is not None)


def check_archive(tally, package):
    """What the package manager takes: a gzipped tar with everything under `package`."""
    archive = package.parent / f"{package.name}-{read_json(package / 'package.json')['version']}.tgz"
    with tarfile.open(archive) as held:
        found = {name.removeprefix("package/") for name in held.getnames() if "/" in name}
    wanted = {path.relative_to(package).as_posix() for path in package.rglob("*")}
    said = {"CHANGELOG.md", "LICENSE.md", "README.md", "Third Party Notices.md", "package.json"}
    tally.add("unity: the archive holds the package, with its licences and notices", found == wanted and said <= found, str(found ^ wanted))


def check_repository(tally):
    """A clone of a version is the package, as it was exported; a version is exported once."""
    with tempfile.TemporaryDirectory() as empty:
        repository, clone, package = (pathlib.Path(empty, name) for name in ("repository", "clone", PACKAGE))
        command = [sys.executable, ROOT / "tools/unity_package.py", "--output", empty, "--git", repository]
        who = {f"GIT_{role}_{what}": "tests@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        codes = [subprocess.run(command, env={**os.environ, **who}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode for _ in range(2)]
        version = read_json(package / "package.json")["version"]
        subprocess.run(["git", "clone", "--quiet", "--branch", f"v{version}", repository, clone], check=True, stderr=subprocess.DEVNULL)
        found, wanted = contents(clone), contents(package)
        differ = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    tally.add("unity: a clone of an exported version is the package", codes == [0, 1] and len(wanted) > 100 and not differ, f"{codes} {differ}")


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts}


def check_limits(tally, package):
    """What this compiler takes and Unity's, or IL2CPP, does not."""
    text = {path.name: path.read_text(encoding="utf-8") for path in sources(package) if "~" not in str(path)}
    banned = re.compile(r"delegate\*|UnmanagedCallersOnly|ModuleInitializer|\binit;")
    found = [f"{name}: {match[0]}" for name, source in text.items() for match in banned.finditer(source)]
    callbacks = sum(source.count("GetFunctionPointerForDelegate(") for source in text.values())
    marked = sum(source.count("[MonoPInvokeCallback(") for source in text.values())
    tally.add("unity: nothing that IL2CPP lacks", not found and callbacks == marked, f"{found} {callbacks} callbacks, {marked} marked")


def check_model(tally):
    """The table of what the model does says where the engine's own texts say so, and names what there is in the model and tests of it."""
    table = re.findall(r"^\| (.*) \|$", (TESTS / "engine/README.md").read_text(encoding="utf-8"), re.MULTILINE)[1:]
    cells = [line.split(" | ") for line in table]
    rows = [re.fullmatch(r"`(\w+)(?:\.(\w+))?`", row[2]).groups() for row in cells]
    text = "\n".join(path.read_text(encoding="utf-8") for folder in ("engine", "editor") for path in sources(TESTS / folder))
    gone = [f"{kind}.{member}" for kind, member in rows if not re.search(rf"class {kind}\b", text) or not re.search(rf"\b{member}\b", text)]
    gone += [row[0] for row in cells if len(row) != 4 or not re.match(r"(manual|reference|other packages): \w", row[1])]
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sources(TESTS))
    kept = [re.search(r"`(\w+)\.(\w+)`$", row[-1]) for row in cells]
    gone += [str(test and test[0]) for test in kept if not test or not re.search(rf"class {test[1]}\b.*?public \w+ {test[2]}\(", tests, re.DOTALL)]
    tally.add("unity: the table of the model is up to date", len(rows) > 10 and not gone, str(gone))


def together(sources):
    """Joins several files into one: the using directives come first, and once."""
    lines = [line for source in sources for line in source.splitlines()]
    used = sorted({line for line in lines if line.startswith("using ")})
    return "\n".join(used + [line for line in lines if not line.startswith("using ")]) + "\n"


def read_json(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
