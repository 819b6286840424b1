#!/usr/bin/env python3
"""Makes archives twice, where all differs that must not matter, and compares every byte of dist/; no builder's folder may be in them.

usage: twice.py [TARGET]...    without targets all

What differs: the folder and its depth, that of the tools, the home folder, cargo's, the user's name, dates of the sources, time zone,
language, permissions of new files, the number of jobs, and the time of day.
"""

import filecmp
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

from symbols import in_a_name
from targets import ALL, ROOT, named

FOLDER = ROOT / "build/dist-twice"
# Of different length and depth.
PLACES = {
    "one": {"USER": "one", "LOGNAME": "one", "TZ": "UTC", "LC_ALL": "C.UTF-8", "CARGO_BUILD_JOBS": "1", "umask": 0o022, "date": "2001-02-03"},
    "a-longer-name/of/another": {"USER": "another", "LOGNAME": "another", "TZ": "Asia/Tokyo", "LC_ALL": "POSIX", "CARGO_BUILD_JOBS": "3",
                                 "umask": 0o077, "date": "2020-03-02"},
}


def real(variable, name):
    return pathlib.Path(os.environ.get(variable) or pathlib.Path.home() / name)


def build(place, differs, tree, targets):
    """`make dist` of a copy of the tree, with the tools and crates of this machine; returns its dist/ and how long it took."""
    differs = dict(differs)
    umask, date = differs.pop("umask"), differs.pop("date")
    shutil.rmtree(place, ignore_errors=True)
    sources, home = place / "sources", place / "home"
    sources.mkdir(parents=True)
    (home / ".cargo").mkdir(parents=True)
    (home / ".cargo/registry").symlink_to(real("CARGO_HOME", ".cargo") / "registry")
    content = subprocess.run(["git", "-C", ROOT, "archive", tree], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", sources], input=content, check=True)
    subprocess.run(["find", sources, "-type", "f", "-exec", "touch", "-d", date, "{}", "+"], check=True)
    take_tools(ROOT / "build/tools", sources / "build/tools")
    left_out = ("RUSTFLAGS", "CFLAGS", "CARGO_TARGET_DIR", "CARGO_HOME", "SOURCE_DATE_EPOCH")
    env = {key: value for key, value in os.environ.items() if key not in left_out}
    env |= {**differs, "HOME": str(home), "RUSTUP_HOME": str(real("RUSTUP_HOME", ".rustup")), "GIT_DIR": str(ROOT / ".git")}
    begun = time.monotonic()
    command = [sys.executable, "tools/dist", "--no-trial", *targets]
    subprocess.run(command, check=True, cwd=sources, env=env, umask=umask)
    # Of the rest nothing is needed, and it is large.
    for rest in ("target", "build/tools"):
        shutil.rmtree(sources / rest, ignore_errors=True)
    return sources / "dist", time.monotonic() - begun


def take_tools(theirs, place):
    """Those that archives are made with stand in another folder too, without what they remember."""
    place.mkdir(parents=True)
    for tool in theirs.iterdir():
        if tool.name == "dist":
            shutil.copytree(tool, place / tool.name, symlinks=True, copy_function=os.link, ignore=shutil.ignore_patterns("cache"))
        elif tool.name != "roots":
            # Without a repository cargo reads all files, and those are whole systems.
            (place / tool.name).symlink_to(tool)


def members(path):
    """Names and bytes of the files in an archive; of another file its own."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as opened:
            yield from ((name, opened.read(name)) for name in opened.namelist())
    elif path.name.endswith(".tar.xz"):
        with tarfile.open(path) as opened:
            yield from ((entry.name, opened.extractfile(entry).read()) for entry in opened if entry.isfile())
    else:
        yield path.name, path.read_bytes()


def compare(first, second):
    """A sentence for each difference."""
    names = sorted({path.name for folder in (first, second) for path in folder.iterdir()})
    for name in names:
        one, other = first / name, second / name
        if not (one.exists() and other.exists()):
            yield f"{name} is missing in one of them"
        elif not filecmp.cmp(one, other, shallow=False):
            there = dict(members(other))
            differ = [inner for inner, content in members(one) if there.get(inner) != content]
            yield f"{name} differs: {', '.join(differ[:10]) or 'in the archive itself'}"


def unpacked(debug, archive):
    """A file of symbols with its sections as they are read, by the tool for its processor."""
    binutils = next(target.binutils for target in ALL if archive.name.endswith(f"-{target.name}-debug.tar.xz"))
    with tempfile.NamedTemporaryFile() as file, tempfile.NamedTemporaryFile() as read:
        file.write(debug)
        file.flush()
        # That of one processor takes what is for another.
        subprocess.run([f"{binutils}objcopy", "--decompress-debug-sections", file.name, read.name], check=True)
        return read.read()


def folders_in(output, folders):
    """Also as names of symbols spell them."""
    for path in sorted(output.iterdir()):
        for name, content in members(path):
            if name.endswith(".debug") and content.startswith(b"\x7fELF"):
                content = unpacked(content, path)
            for folder in folders:
                if any(os.fsencode(spelled) in content for spelled in (str(folder), in_a_name(folder))):
                    yield f"{path.name}: {name} names {folder}"


def main():
    targets = [target.name for target in named(sys.argv[1:])]
    tree = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    outputs, faults = [], []
    for name, differs in PLACES.items():
        output, seconds = build(FOLDER / name, differs, tree, targets)
        outputs.append(output)
        print(f"twice: {name}: {', '.join(targets)} in {seconds:.0f} s", flush=True)
        # The user's folder is in documentation too, if it is /root.
        faults += folders_in(output, (FOLDER, real("CARGO_HOME", ".cargo"), real("RUSTUP_HOME", ".rustup")))
    faults += compare(*outputs)
    for fault in faults:
        print(f"twice: {fault}", file=sys.stderr)
    files = len(list(outputs[0].iterdir()))
    print(f"twice: {files} files, {'all the same, and none names a folder of the builder' if not faults else f'{len(faults)} faults'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
