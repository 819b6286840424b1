"""Platforms whose programs cannot run here: the library is built for them as far as headers and linkers here go, and its file is looked at.
Makes no archive. zig has headers and libraries of macOS, and those of the processors that Android and iOS run on."""

import dataclasses
import json
import pathlib
import re
import shutil
import sys
import time

import elsewhere_faults as faults
import elsewhere_stubs as stubs
import macho
from elsewhere_build import build, run
from targets import ROOT
from version import abi


@dataclasses.dataclass(frozen=True)
class Elsewhere:
    name: str
    # Rust's name of it, and zig's of it or of what is nearest to it.
    triple: str
    zig: str
    # CMake's name of the system; None: there is no compiler here that CMake would take.
    system: str = None
    # What the names of nm and objcopy begin with.
    binutils: str = None


ALL = (
    Elsewhere("macos-arm64", "aarch64-apple-darwin", "aarch64-macos.11.0", "Darwin"),
    Elsewhere("macos-x64", "x86_64-apple-darwin", "x86_64-macos.10.12", "Darwin"),
    Elsewhere("ios-arm64", "aarch64-apple-ios", "aarch64-macos.11.0", "iOS"),
    Elsewhere("android-arm64", "aarch64-linux-android", "aarch64-linux-musl", "Android", "aarch64-linux-gnu-"),
    Elsewhere("android-armv7", "armv7-linux-androideabi", "arm-linux-musleabi", "Android", "arm-linux-gnueabihf-"),
    Elsewhere("windows-x64-msvc", "x86_64-pc-windows-msvc", "x86_64-windows-gnu"),
)
NAMES = {target.name: target for target in ALL}


def judge(target, lib, functions, abi):
    """What was seen of the installed libraries, in a few words, and what is wrong with them."""
    shared, static = [path for path in lib.iterdir() if path.is_file() and not path.is_symlink() and path.suffix != ".a"], lib / "libpalabra.a"
    found = [f"{path.name} names {folder}" for path in [*shared, static] for folder in (ROOT, pathlib.Path.home() / ".cargo")
             if str(folder).encode() in path.read_bytes()]
    found += faults.of_flags((lib / "pkgconfig/palabra.pc").read_text(encoding="utf-8"))
    if target.system == "Android":
        about = faults.of_elf(run("readelf", "-dlW", "--dyn-syms", shared[0]))
        offered = {name for name in run(f"{target.binutils}nm", "-gj", "--defined-only", static).split() if not name.endswith(":")}
        found += faults.of_android(about, functions, stubs.ANDROID) + faults.of_names(offered, functions)
        found += [f"installs {path.name}, which an APK does not take" for path in lib.glob("libpalabra.so?*")]
        known = len(about["missing"] & set().union(*stubs.ANDROID.values()))
        return f"SONAME {about['name']}; pages of {about['pages'] // 1024} kB; needs {', '.join(about['needs'])}, {known} names of API 24", found
    found += [f"{static.name} does not define {name}" for name in sorted(functions - macho.names_in_archive(static.read_bytes()))]
    if target.system == "iOS":
        return f"{len(functions)} names are there", found
    about = macho.read(shared[0].read_bytes())
    found += faults.of_macos(about, functions, f"@rpath/libpalabra.{abi}.dylib", target.zig.partition("macos.")[2])
    needs = ", ".join(pathlib.PurePath(path).name for path in about["needs"])
    return f"install name {about['name']}; for macOS {about['oldest']} or later; needs {needs}", found


def functions():
    pages = json.loads((ROOT / "api/palabra.json").read_text(encoding="utf-8"))["pages"]
    return {function["name"] for page in pages for function in page["functions"]}


def _check(target, folder, abi):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    seen = {"compiled": "no", "linked": "no", "checked": "", "failures": []}
    try:
        said = build(target, folder)
    except RuntimeError as failed:
        return seen | {"failures": [str(failed)]}
    warnings = re.findall(r"^warning: (.*)\n +--> ((?:src/|build).*)$", said, re.MULTILINE)
    seen["failures"] = [f"the compiler warns: {text} ({place})" for text, place in warnings]
    if not target.system:
        return seen | {"compiled": "`cargo check`", "checked": "" if warnings else "no warnings"}
    lib = folder / "prefix/lib"
    checked, found = judge(target, lib, functions(), abi)
    seen["failures"] += found
    shared = [path.name for path in lib.glob("libpalabra*") if path.suffix != ".a" and not path.is_symlink()]
    return seen | {"compiled": "libpalabra.a", "linked": ", ".join(shared) or "no", "checked": checked}


def check(targets, results, commit):
    """Leaves a file of each target in `results`; returns the names of those that failed."""
    failed = []
    for target in targets:
        begun = time.monotonic()
        seen = _check(target, results / "elsewhere" / target.name, abi()) | {"commit": commit}
        seen["seconds"] = round(time.monotonic() - begun)
        (results / f"{target.name}.json").write_text(json.dumps(seen, indent=1), encoding="utf-8")
        for failure in seen["failures"]:
            print(f"dist: {target.name}: {failure}", file=sys.stderr)
        print(f"dist: {target.name}: {seen['checked']}, {len(seen['failures'])} faults, {seen['seconds']} s", flush=True)
        failed += [target.name] if seen["failures"] else []
    return failed
