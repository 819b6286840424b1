#!/usr/bin/env python3
"""Makes the NuGet packages in dist/, with the libraries of the archives there, and tries them as their user would.

usage: nuget.py [--no-trial]

bindings/csharp/package/Natives.props lists the systems whose library the package must have; make dist makes them. The packages are tried
from an empty folder, with no source of packages but them and those that the SDK's archive brings.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml
import zipfile

import archive
from nuget_trial import NugetTrial
from targets import ROOT, named

sys.path.insert(0, str(ROOT / "tools"))
from checks import dotnet  # noqa: E402

BUILD = ROOT / "build/nuget"
OUTPUT = ROOT / "dist"
BINDING = ROOT / "bindings/csharp"
PROJECTS = (BINDING / "PalabraAI.csproj", BINDING / "Extensions/PalabraAI.Extensions.csproj", BINDING / "Extensions.AI/PalabraAI.Extensions.AI.csproj")


def natives():
    """(system, name of its library, archive) for each library that the package has."""
    for item in xml.parse(BINDING / "package/Natives.props").iter("PalabraNative"):
        yield item.get("Include"), item.get("Library"), item.get("Archive")


def unpack():
    """The libraries, each in a folder of its system. What is missing is left to the project, which refuses to pack."""
    shutil.rmtree(BUILD, ignore_errors=True)
    for system, library, name in natives():
        target = named([name])[0]
        found = sorted(OUTPUT.glob(f"libpalabra-*-{name}{target.archive}"))
        if not found:
            continue
        folder = BUILD / "natives" / system
        folder.mkdir(parents=True)
        (folder / library).write_bytes(archive.member(found[-1], library))


def pack(sdk, folder):
    for project in PROJECTS:
        options = ("-t:Pack", "-p:Configuration=Release", f"-p:PackageOutputPath={folder}/", f"-p:ArtifactsPath={BUILD / 'build'}",
                   "-p:EnableNETAnalyzers=false", f"-p:PathMap={ROOT}=/palabra", f"-p:PalabraNatives={BUILD / 'natives'}/")
        subprocess.run(sdk.build(project, *options), cwd=ROOT, env=sdk.environment, check=True)
    for path in folder.iterdir():
        _normal(path)


def _normal(path):
    """Without the dates, so that the same contents are the same bytes."""
    with zipfile.ZipFile(path) as opened:
        entries = [(name, opened.read(name)) for name in opened.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, archive.DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            written.writestr(entry, content)


def sizes(path):
    """What each system adds to the package."""
    with zipfile.ZipFile(path) as opened:
        parts = {entry.filename.split("/")[1]: entry.compress_size for entry in opened.infolist()
                 if entry.filename.startswith("runtimes/") and entry.file_size}
    print(f"nuget: {path.name} has {path.stat().st_size / 1e6:.2f} MB: " + ", ".join(f"{name} {size / 1e6:.2f}" for name, size in parts.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-trial", action="store_true")
    options = parser.parse_args()
    subprocess.run(["tools/install.sh", "csharp"], cwd=ROOT, check=True)
    sdk = dotnet.find()
    if sdk is None:
        sys.exit(f"nuget: {dotnet.HOW}")
    unpack()
    for place in ("packages", "again"):
        (BUILD / place).mkdir(parents=True, exist_ok=True)
        pack(sdk, BUILD / place)
        shutil.rmtree(BUILD / "build")
    packages = sorted((BUILD / "packages").iterdir())
    differ = [path.name for path in packages if path.read_bytes() != (BUILD / "again" / path.name).read_bytes()]
    if differ:
        sys.exit(f"nuget: packed twice, these differ: {', '.join(differ)}")
    failures = [] if options.no_trial else NugetTrial(sdk, BUILD / "packages", BUILD / "natives").all()
    for failure in failures:
        print(f"nuget: {failure}", file=sys.stderr)
    for path in packages:
        shutil.copy(path, OUTPUT)
        sizes(path)
    archive.sums(OUTPUT)
    print(f"nuget: {len(packages)} packages, {len(failures)} failures{', not tried' if options.no_trial else ''}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
