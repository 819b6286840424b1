"""docs/platforms.md, of what runs have seen."""

import json
import re

import elsewhere
from targets import ALL, ROOT

PAGE = ROOT / "docs/platforms.md"
HEAD = """# Platforms

Written by `make dist`. Each archive was unpacked elsewhere; programs were built with what is in it and run beside a devserver: `hello`
with the shared library and with the static one alone, `palabra-doctor` with a recording whose name has two scripts, on Linux also programs
of `tests/c`, and on this machine `hello` in a root that holds the program and what its loader maps, and nothing else: for musl no glibc,
with the static library the program alone. The examples were built by their CMakeLists.txt, but for musl; on Windows one translated a file
with such a name.
On Windows also programs that wait for the event object and record to a file whose name has four scripts; unload the DLL after
`palabra_shutdown`, and while it runs; trust a private authority by file and by the system's store, and no other; see servers that are not there,
break or fall silent; write to a console; have the static library beside another one in Rust; and are compiled for Microsoft's ABI and
linked by lld-link with `palabra.lib`.
Conformance: the scenarios of `tests/conformance`, by its program in C, and where the table says so by those in C++ and in Go.

New roots: as root, `hello` also ran with either library in new Debians without a compiler, in which the archive was unpacked; for Windows
the root has Wine.

| Target | Shared library | Archive | Needs | Run by | Programs that passed | Conformance | New roots | Commit |
|---|---|---|---|---|---|---|---|---|
"""
REST = """
The libraries for Linux on x86-64 and arm64 are linked by way of zig for glibc 2.17. That for armv7 needs the glibc of the compiler that
built it, that of Debian 12. The one for musl (Alpine Linux) needs musl alone. A program with its static library is linked with `-static`; gcc adds the unwinder
of libgcc itself, while clang and zig want `-lunwind`. `life_float` of `tests/c` was left out there: musl has no floating point traps.
"""
ELSEWHERE = """
## Not run

Nothing of this table has run: there is neither a machine nor an SDK for these targets. The library was built as far as headers and linkers
allow, and its files were read.

- macOS: LLVM's linker links the shared library with zig's libSystem and with lists of the names that are needed of the frameworks.
- Android: LLVM's linker links the shared library with lists of the names that bionic has at API level 24. C code of crates is compiled with
  musl's headers for the same processor. Names of the unwinder stay open: the NDK's `libunwind.a` has them.
- iOS: the static library alone. C code of crates is compiled with the headers of macOS.
- Microsoft's compiler: Rust checks the library and makes no code. C code of crates is compiled with mingw's headers.

Each shared library must offer the names of the API and no other, and must not name a folder of the builder. The static library for
Android must offer no other names either. That for macOS and iOS must have these names; others remain visible in it.

| Target | Compiled | Linked | Checked | Run | Commit |
|---|---|---|---|---|---|
"""


def _earlier(name, earlier, empty):
    """Another machine may have tried it; a row with other columns is of an older page."""
    empty = f"| {name} {empty}\n"
    row = re.search(rf"^\| {name} \|.*\n", earlier, re.MULTILINE)
    return row[0] if row and row[0].count("|") == empty.count("|") else empty


def _tried(target, seen):
    by = target.emulator[0] if target.emulator else "this machine"
    outcome = f"{seen['passed']} of {seen['passed'] + len(seen['failures'])}"
    cells = (target.name, f"{seen['library_bytes'] / 1e6:.2f} MB", f"{seen['archive_bytes'] / 1e6:.1f} MB", seen["needs"], by, outcome,
             seen.get("conforms", ""), seen.get("roots", ""), seen["commit"])
    return f"| {' | '.join(cells)} |\n"


def _checked(target, seen):
    return f"| {target.name} | {seen['compiled']} | {seen['linked']} | {seen['checked']} | not run | {seen['commit']} |\n"


def _table(targets, results, earlier, row, empty):
    """The rows, and what failed."""
    rows, failures = [], []
    for target in targets:
        result = results / f"{target.name}.json"
        if not result.exists():
            rows.append(_earlier(target.name, earlier, empty))
            continue
        seen = json.loads(result.read_text(encoding="utf-8"))
        rows.append(row(target, seen))
        failures += [f"\n{target.name}: {failure}.\n" for failure in seen["failures"]]
    return "".join([*rows, *failures])


def write(results, page=PAGE):
    """`results` has a file for each target that was tried."""
    earlier = page.read_text(encoding="utf-8") if page.exists() else ""
    tried = _table(ALL, results, earlier, _tried, "| | | | not run | | | | |")
    checked = _table(elsewhere.ALL, results, earlier, _checked, "| | | | not run | |")
    page.write_text(HEAD + tried + REST + ELSEWHERE + checked, encoding="utf-8")
