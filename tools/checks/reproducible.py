"""The library has the same bytes wherever it is built, and no folder of the machine that built it."""

import filecmp
import os
import pathlib
import re
import shutil
import subprocess

from . import reports
from .places import ROOT
from .shell import Shell

FOLDER = ROOT / "build/prove/reproducible"
# Of different length and depth.
PLACES = ("one", "a-longer-name/of/another")
INSTALLED = ("libpalabra.so", "libpalabra.a", "pkgconfig/palabra.pc", "cmake/palabra/palabraTargets.cmake")


def foreign_folders(library, *folders):
    """The paths in a library that begin with a folder of this machine; without these, the same build is one elsewhere."""
    folders = folders or (cargo_home(), ROOT)
    content = library.read_bytes()
    # Not in the middle of a longer path: a tree at /src is no part of every library.
    begins = lambda folder: rb"(?<![\w.+/-])" + re.escape(os.fsencode(str(folder))) + b"/"  # noqa: E731
    return sorted({str(folder) for folder in folders if re.search(begins(folder), content)})


def cargo_home():
    return pathlib.Path(os.environ.get("CARGO_HOME") or pathlib.Path.home() / ".cargo")


def run(limited):
    """Builds twice, each time the release with all optimisation: some minutes each."""
    # How long this takes depends on the machine alone.
    shell = Shell(limited.say)
    # Once: it may change meanwhile.
    tree = _tree()
    libraries = [_build(shell, FOLDER / place, tree) for place in PLACES]
    cases = []
    for name in INSTALLED:
        first, second = (library / name for library in libraries)
        cases.append((f"the same bytes: {name}", None if filecmp.cmp(first, second, shallow=False) else "they differ"))
    for library, place in zip(libraries, PLACES):
        for name in INSTALLED[:2]:
            found = foreign_folders(library / name, cargo_home(), FOLDER / place)
            cases.append((f"no folder of the builder: {name} of {place}", f"it has {', '.join(found)}" if found else None))
    for name, why in cases:
        shell.say(f"{'FAILED' if why else 'ok'} {name}{': ' + why if why else ''}\n")
    failed = sum(1 for _, why in cases if why)
    return reports.Count(len(cases) - failed, failed)


def _build(shell, place, tree):
    """Of the committed tree, with a home of cargo that has another name; the crates in it are those of this machine."""
    shutil.rmtree(place, ignore_errors=True)
    sources, home = place / "sources", place / "home"
    sources.mkdir(parents=True)
    home.mkdir()
    (home / "registry").symlink_to(cargo_home() / "registry")
    archive = subprocess.run(["git", "-C", ROOT, "archive", tree], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", sources], input=archive, check=True)
    env = {key: value for key, value in os.environ.items() if key not in ("RUSTFLAGS", "CFLAGS", "CARGO_TARGET_DIR")}
    env["CARGO_HOME"] = str(home)
    shell.run("cmake", "-S", sources, "-B", place / "build", "-DPALABRA_BUILD_TESTS=OFF", "-DCMAKE_INSTALL_LIBDIR=lib", env=env)
    shell.run("cmake", "--build", place / "build", env=env)
    shell.run("cmake", "--install", place / "build", "--prefix", place / "prefix", env=env)
    # Of the rest nothing is needed, and it is large.
    shutil.rmtree(sources / "target", ignore_errors=True)
    return place / "prefix/lib"


def _tree():
    """The tree as it is, with changes that are not committed, without files that git does not track."""
    # A commit needs a name, also one that nobody sees.
    author = ("-c", "user.name=bytes", "-c", "user.email=bytes@localhost")
    stash = subprocess.run(["git", "-C", ROOT, *author, "stash", "create"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    return stash or subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
