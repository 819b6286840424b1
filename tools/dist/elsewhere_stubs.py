"""Libraries of systems that are not here, made of lists of their names: a linker can resolve names in them, and nothing more."""

import pathlib
import re

import elsewhere_faults as faults
from targets import ROOT, TOOLS

HERE = ROOT / "tools/dist"
ANDROID = faults.listed((HERE / "android-24.txt").read_text(encoding="utf-8"))
APPLE = faults.listed((HERE / "apple.txt").read_text(encoding="utf-8"))
# As Apple's linkers read them: of both processors.
TBD = """--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos, x86_64-macos ]
install-name: '{path}'
exports:
  - targets: [ arm64-macos, x86_64-macos ]
    symbols: [ {symbols} ]
...
"""


def of_apple(folder):
    """Beside zig's libSystem, which libc and libm are other names of; it lists kinds of arm64 that LLVM's linker does not know yet."""
    system = next(TOOLS.glob("lib/python*/site-packages/ziglang/lib/libc/darwin/libSystem.tbd"))
    text = re.sub(r"\barm64e(\.x1)?-", "arm64-", system.read_text(encoding="utf-8"))
    for name in ("libSystem", "libc", "libm"):
        (folder / f"{name}.tbd").write_text(text, encoding="utf-8")
    for path, names in APPLE.items():
        name = pathlib.PurePath(path).name
        # A framework is in a folder of its name; of a library the version is no part of the name that programs link.
        place = folder / (f"{name}.framework/{name}.tbd" if ".framework/" in path else f"{name.split('.')[0]}.tbd")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(TBD.format(path=path, symbols=", ".join(f"_{symbol}" for symbol in names)), encoding="utf-8")


def of_android(folder, compile_):
    """`compile_` takes the options of a C compiler."""
    # The unwinder is a part of the NDK, not of the system: its names stay open.
    (folder / "libunwind.a").write_text("!<arch>\n", encoding="utf-8")
    for library, names in ANDROID.items():
        source = folder / "names.s"
        source.write_text("".join(f".globl {name}\n.type {name},%function\n{name}:\n" for name in names), encoding="utf-8")
        compile_("-shared", "-nostdlib", f"-Wl,-soname,{library}", "-o", folder / library, source)
