"""docs/platforms.md, of what runs have seen."""

import json
import re

from targets import ALL, ROOT

PAGE = ROOT / "docs/platforms.md"
HEAD = """# Platforms

Written by `make dist`. Each archive was unpacked elsewhere; programs were built with what is in it and run beside a devserver: `hello`
with the shared library and with the static one alone, on Linux also programs of `tests/c`, and on this machine `hello` in a root that
holds the program and what its loader maps, and nothing else: for musl no glibc, with the static library the program alone.

| Target | Shared library | Archive | Needs | Run by | Programs that passed | Commit |
|---|---|---|---|---|---|---|
"""
REST = """
macOS, iOS, Android and Microsoft's compiler: neither built nor run.

The library for Linux on x86-64 is linked by way of zig for glibc 2.17. Those for arm need the glibc of the compiler that built them, that
of Debian 12. The one for musl (Alpine Linux) needs musl alone. A program with its static library is linked with `-static`; gcc adds the unwinder
of libgcc itself, while clang and zig want `-lunwind`. `life_float` of `tests/c` was left out there: musl has no floating point traps.
"""


def write(results):
    """`results` has a file for each target that was tried."""
    lines, failures = [HEAD], []
    earlier = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    for target in ALL:
        result = results / f"{target.name}.json"
        if not result.exists():
            # Another machine may have tried it.
            row = re.search(rf"^\| {target.name} \|.*\n", earlier, re.MULTILINE)
            lines.append(row[0] if row else f"| {target.name} | | | | not run | | |\n")
            continue
        seen = json.loads(result.read_text(encoding="utf-8"))
        by = target.emulator[0] if target.emulator else "this machine"
        outcome = f"{seen['passed']} of {seen['passed'] + len(seen['failures'])}"
        lines.append(f"| {target.name} | {seen['library_bytes'] / 1e6:.2f} MB | {seen['archive_bytes'] / 1e6:.1f} MB | {seen['needs']} | {by} | {outcome} | {seen['commit']} |\n")
        failures += [f"\n{target.name}: {failure}.\n" for failure in seen["failures"]]
    PAGE.write_text("".join([*lines, *failures]) + REST, encoding="utf-8")
