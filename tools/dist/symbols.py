"""Symbols for debuggers in a file of their own, which the library names and a debugger finds beside it."""

import os
import re
import subprocess

from targets import ROOT

# What the release has not: names of functions, and lines; no variables.
ENVIRONMENT = {"CARGO_PROFILE_RELEASE_STRIP": "none", "CARGO_PROFILE_RELEASE_DEBUG": "line-tables-only"}
# A function of the API, and where it must be found.
KNOWN = ("palabra_client_new", "src/ffi/")


def split(target, prefix, folder):
    """Moves the symbols of the installed libraries into `folder`; returns its file."""
    library = (prefix / ("bin/palabra.dll" if target.kind == "pe" else "lib/libpalabra.so")).resolve()
    file = folder / f"{library.name}.debug"
    folder.mkdir(parents=True)
    objcopy = f"{target.binutils}objcopy"
    if target.kind == "pe":
        # Nobody looks for them, and the linker's order is that of their names.
        _with_imports(target, library, "--strip-symbols", "{old}")
    _run(objcopy, "--only-keep-debug", *([] if target.kind == "pe" else ["--compress-debug-sections"]), library, file)
    _run(objcopy, "--strip-all", f"--add-gnu-debuglink={file}", library)
    if target.kind == "pe":
        _with_imports(target, prefix / "lib/libpalabra.a", "--redefine-syms", "{old} {new}")
    return file


def _with_imports(target, file, option, line):
    names = file.with_suffix(".names")
    names.write_text("".join(line.format(old=old, new=new) + "\n" for old, new in _names_of_imports(target, file).items()), encoding="utf-8")
    _run(f"{target.binutils}objcopy", f"{option}={names}", "--enable-deterministic-archives", file)
    names.unlink()


def in_a_name(folder):
    """As dlltool spells it in the name of a symbol."""
    return re.sub("[^A-Za-z0-9]", "_", str(folder))


def _names_of_imports(target, file):
    """rustc has dlltool name what it makes for a crate and a DLL after a passing folder beside what it builds: the crate's number in its place."""
    said = subprocess.run([f"{target.binutils}nm", "-p", "-j", file], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    ours = re.compile(rf"^(_head_|__)?{in_a_name(ROOT)}_\w*_rustc(\w{{6}})_(\w+)$", re.MULTILINE)
    found = list(ours.finditer(said))
    crates = list(dict.fromkeys(name[2] for name in found))
    return {name[0]: f"{name[1] or ''}palabra_{crates.index(name[2])}_{name[3]}" for name in found}


def faults(target, file):
    """A sentence if the symbols do not lead to the source."""
    name, place = KNOWN
    names = subprocess.run([f"{target.binutils}nm", file], stdout=subprocess.PIPE, text=True, check=True).stdout
    address = re.search(rf"^([0-9a-f]+) [Tt] {name}$", names, re.MULTILINE)
    if not address:
        return [f"{file.name} does not know {name}"]
    line = subprocess.run([f"{target.binutils}addr2line", "-e", file, f"0x{address[1]}"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [] if place in line else [f"{file.name}: {name} is at {line.strip()}, not in {place}"]


def _run(*command):
    """Says what the tool said only if it fails: with a plug-in of another LLVM it complains of every member."""
    # objcopy would write the present time into a DLL.
    env = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
    done = subprocess.run([str(part) for part in command], env=env, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode:
        raise SystemExit(f"dist: {command[0]}: {done.stderr[-500:]}")
