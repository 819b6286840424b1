"""docs/platforms.md, of what runs have seen."""

import json
import re

from targets import ALL, ROOT

PAGE = ROOT / "docs/platforms.md"
HEAD = """# Platforms

Written by `make dist`. Each archive was unpacked elsewhere; programs were built with what is in it and run beside a devserver: `hello`
with the shared library and with the static one alone, `palabra-doctor` with a recording whose name has two scripts, on Linux also programs of `tests/c`, and on this machine `hello` in a root that
holds the program and what its loader maps, and nothing else: for musl no glibc, with the static library the program alone. The examples
were built by their CMakeLists.txt, but for musl; on Windows one translated a file with such a name.
On Windows also programs that wait for the event object and record to a file whose name has four scripts; unload the DLL after
`palabra_shutdown`, and while it runs; trust a private authority by file and by the system's store, and no other; see servers that are not there,
break or fall silent; write to a console; have the static library beside another one in Rust; and are compiled for Microsoft's ABI and
linked by lld-link with `palabra.lib`.
Conformance: the scenarios of `tests/conformance`, by its program in C, and where the table says so by those in C++ and in Go.

| Target | Shared library | Archive | Needs | Run by | Programs that passed | Conformance | Commit |
|---|---|---|---|---|---|---|---|
"""
REST = """
macOS, iOS, Android, and a build by Microsoft's compiler: neither built nor run.

The libraries for Linux on x86-64 and arm64 are linked by way of zig for glibc 2.17. That for armv7 needs the glibc of the compiler that
built it, that of Debian 12. The one for musl (Alpine Linux) needs musl alone. A program with its static library is linked with `-static`; gcc adds the unwinder
of libgcc itself, while clang and zig want `-lunwind`. `life_float` of `tests/c` was left out there: musl has no floating point traps.
"""


# Of a row of the table, with what is before and after it.
CELLS = 10


def write(results):
    """`results` has a file for each target that was tried."""
    lines, failures = [HEAD], []
    earlier = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    for target in ALL:
        result = results / f"{target.name}.json"
        if not result.exists():
            # Another machine may have tried it.
            row = re.search(rf"^\| {target.name} \|.*\n", earlier, re.MULTILINE)
            cells = row[0].split("|") if row else f"| {target.name} | | | | not run | | | |\n".split("|")
            if len(cells) == CELLS - 1:
                # From before there was a column for conformance.
                cells.insert(-2, " ")
            lines.append("|".join(cells))
            continue
        seen = json.loads(result.read_text(encoding="utf-8"))
        by = target.emulator[0] if target.emulator else "this machine"
        outcome = f"{seen['passed']} of {seen['passed'] + len(seen['failures'])}"
        lines.append(f"| {target.name} | {seen['library_bytes'] / 1e6:.2f} MB | {seen['archive_bytes'] / 1e6:.1f} MB | {seen['needs']} | {by} | {outcome} | {seen.get('conforms', '')} | {seen['commit']} |\n")
        failures += [f"\n{target.name}: {failure}.\n" for failure in seen["failures"]]
    PAGE.write_text("".join([*lines, *failures]) + REST, encoding="utf-8")
