#!/usr/bin/env python3
"""Checks that a version can be released, and makes what is published.

usage: release.py [--build] [--tag]

Without options it checks: every file that says the version says the same, CHANGELOG.md has a section for it, the tree is committed, the
tags are free, and programs that were compiled with the version before still run (the API of the last tag of the same minor version).
  --build   also make dist, deb, nuget, go-module and upm, each of which tries what it made
  --tag     at the end, the tags vVERSION and bindings/go/vVERSION; nothing is pushed
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools/api"))
import baseline  # noqa: E402

# File, and the text before the version in it.
SAY = (
    ("Cargo.toml", r'^version = "'),
    ("api/palabra.json", r'^ "version": "'),
    ("bindings/go/palabra.h", r'^#define PALABRA_VERSION_STRING "'),
    ("bindings/csharp/PalabraAI.csproj", "<Version>"),
    ("bindings/csharp/Extensions/PalabraAI.Extensions.csproj", "<Version>"),
    ("bindings/csharp/Extensions.AI/PalabraAI.Extensions.AI.csproj", "<Version>"),
    ("bindings/csharp/Extensions.AI/PalabraAI.Extensions.AI.csproj", "<PackageVersion>"),
    ("bindings/unity/package.json", r'^  "version": "'),
)
TARGETS = ("dist", "deb", "nuget", "go-module", "upm")


def git(*command):
    return subprocess.run(["git", *command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def said(root, file, before):
    found = re.search(before + r"([0-9]+\.[0-9]+\.[0-9]+)", (root / file).read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else None


def versions(root=ROOT):
    """A sentence for each file that says another version than Cargo.toml."""
    wanted = said(root, *SAY[0])
    for file, before in SAY[1:]:
        if (is_said := said(root, file, before)) != wanted:
            yield f"{file} says {is_said}, Cargo.toml {wanted}"


def changelog(version, text):
    """What is wrong with the changelog of a release."""
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE):
        yield f"CHANGELOG.md has no section `## [{version}] - YEAR-MONTH-DAY`"
    unreleased = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    if unreleased and unreleased[1].strip():
        yield "CHANGELOG.md has changes that are unreleased"


def tags(version):
    return f"v{version}", f"bindings/go/v{version}"


def broken(version):
    """What a program that was compiled with the last release of the same minor version would miss."""
    minor = ".".join(version.split(".")[:2])
    earlier = [tag for tag in git("tag", "--list", f"v{minor}.*", "--sort=-version:refname").splitlines() if tag != f"v{version}"]
    if earlier:
        before = json.loads(git("show", f"{earlier[0]}:api/baseline.json"))
        now = json.loads((ROOT / "api/palabra.json").read_text(encoding="utf-8"))
        yield from (f"since {earlier[0]}: {problem}" for problem in baseline.problems(before, now))


def faults(version):
    yield from versions()
    yield from changelog(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if git("status", "--porcelain"):
        yield "the tree has changes that are not committed"
    known = set(git("tag", "--list").splitlines())
    yield from (f"the tag {tag} exists" for tag in tags(version) if tag in known)
    yield from broken(version)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--tag", action="store_true")
    options = parser.parse_args()
    version = said(ROOT, *SAY[0])
    found = list(faults(version))
    for fault in found:
        print(f"release: {fault}", file=sys.stderr)
    if found:
        return 1
    if options.build:
        subprocess.run(["make", *TARGETS], cwd=ROOT, check=True)
    if options.tag:
        for tag in tags(version):
            git("tag", "--annotate", tag, "--message", f"libpalabra {version}")
    print(f"release: {version} can be released{', ' + ' and '.join(tags(version)) + ' are set: git push --follow-tags' if options.tag else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
