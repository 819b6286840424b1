"""The parts of run.py: the tests on .NET and on Mono, programs of their own, the examples of the README."""

import subprocess
import xml.etree.ElementTree

import build
from checks.shell import ROOT
from work import BUILD, output

TRX = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
# Class of the example: what it prints.
PRINTED = {
    "Example": "closed: Ok", "WithTokens": "ready to open sessions", "Speak": "frames of speech", "Listen": "closed: Ok", "TwoParties": "closed: Ok",
}

# How an application may be published; Publish.csproj has their properties.
PUBLISHED = ("framework", "single", "trimmed", "aot")


def on_dotnet(part):
    """xunit."""
    told = BUILD / "dotnet.trx"
    told.unlink(missing_ok=True)
    filters = ([] if part.args.prove else ["tier!=prove"]) + ([f"FullyQualifiedName~{part.args.filter}"] if part.args.filter else [])
    command = [part.sdk.program, "test", output("Tests", "net10.0") / "Tests.dll", "--logger", f"trx;LogFileName={told}"]
    command += ["--logger", "console;verbosity=normal", *(["--filter", "&".join(filters)] if filters else [])]
    code, _ = part.beside_devserver(command)
    ends = list(xml.etree.ElementTree.parse(told).iter(f"{TRX}UnitTestResult")) if told.exists() else []
    results = [(end.get("testName").replace("PalabraAI.Tests.", ""), end.get("outcome")) for end in ends]
    part.tally.cases += [(f"dotnet: {name}", None if outcome == "Passed" else "see the output")
                         for name, outcome in results if outcome != "NotExecuted"]
    part.tally.skipped += [f"dotnet: {name}" for name, outcome in results if outcome == "NotExecuted"]
    # A filter may leave nothing; a process that crashed has failed.
    if not (code == 0 and (results or part.args.filter)) and all(outcome != "Failed" for _, outcome in results):
        part.tally.add("dotnet ends well", False, f"it ended with {code}")


def on_mono(part):
    part.on_mono("mono", output("Tests", "netstandard2.1") / "Tests.dll")


def programs(part):
    for case in build.cases(part.args.prove):
        name = f"program: {case.project.stem} {' '.join(case.arguments)} ({case.runtime})"
        if part.args.filter not in name:
            continue
        runtime = part.sdk.program if case.runtime == "dotnet" else part.mono(name)
        if runtime is not None:
            part.passes(name, command(case, runtime), {"PALABRA_DOTNET": runtime, "PALABRA_PROGRAM": str(program(case))})


def command(case, runtime):
    """A first argument `./x.py` is a script that runs the program itself."""
    if case.arguments and case.arguments[0].startswith("./"):
        return ["python3", case.project.parent / case.arguments[0], *case.arguments[1:]]
    return [runtime, program(case), *case.arguments]


def program(case):
    """Where the project was built; only those that Mono runs have several frameworks."""
    name = case.project.stem
    several = "<TargetFrameworks>" in case.project.read_text(encoding="utf-8")
    framework = ("net10.0" if case.runtime == "dotnet" else "netstandard2.1") if several else ""
    return output(name, framework) / f"{name}.dll"


def readme(part):
    # The others have no Main: they are compiled, no more.
    found = {path.stem for path in (BUILD / "readme").glob("*.cs")} - {"Documented"}
    part.tally.add("README: the examples are all here", found == PRINTED.keys(), str(found))
    for name in sorted(found & PRINTED.keys()):
        if part.args.filter in f"README: {name}":
            code, text = part.beside_devserver([part.sdk.program, output("Readme") / "Readme.dll", name])
            part.tally.add(f"README: {name}", code == 0 and PRINTED[name] in text, f"it ended with {code}")


def published(part):
    for kind in PUBLISHED if part.args.prove else ():
        name = f"published: {kind}"
        if part.args.filter not in name:
            continue
        folder = BUILD / "publish" / kind
        options = ("-t:Publish", "-p:_IsPublishing=true", "-p:Configuration=Release", f"-p:ArtifactsPath={BUILD / 'published'}", f"-p:Kind={kind}", f"-p:PublishDir={folder}/")
        command = part.sdk.build(ROOT / "tests/csharp/publish/Publish.csproj", *options)
        done = subprocess.run(command, cwd=ROOT, env=part.sdk.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        part.tally.add(name, done.returncode == 0, done.stdout)
        if done.returncode == 0:
            part.passes(f"{name}, it runs", [folder / "Publish"])


def analysed(part):
    """Every rule for every target, and nothing of the public surface that PublicAPI does not list; and the tests."""
    if part.args.prove and part.args.filter in "analysed":
        for project in ("bindings/csharp/PalabraAI.csproj", "tests/csharp/Tests.csproj"):
            options = ("-t:Rebuild", "-p:PalabraAnalysis=true", f"-p:ArtifactsPath={BUILD / 'analysis'}")
            command = part.sdk.build(ROOT / project, *options)
            done = subprocess.run(command, cwd=ROOT, env=part.sdk.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            part.tally.add(f"analysed: {project}", done.returncode == 0, done.stdout)
