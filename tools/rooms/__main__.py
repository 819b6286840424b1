#!/usr/bin/env python3
"""Checks the dependencies between the source files, and prints metrics of the source tree.

usage: rooms [--report FILE] [--figures] [--shrink]

tools/rooms/known.txt lists the known violations: it may only get shorter. --shrink removes those that are fixed.
"""

import argparse
import collections
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWN = pathlib.Path(__file__).with_name("known.txt")
sys.path.insert(0, str(ROOT / "tools"))

import examples  # noqa: E402
import rules  # noqa: E402
import table  # noqa: E402
from checks import reports  # noqa: E402
from graph import circles  # noqa: E402
from rust_imports import Crate  # noqa: E402
from rust_text import functions  # noqa: E402


def texts(folder, *endings):
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
            for ending in endings for path in sorted((ROOT / folder).rglob(f"*{ending}"))}


def crates():
    for folder, name in table.CRATES.items():
        files = texts(folder, ".rs")
        yield folder, files, Crate(files, f"{folder}/lib.rs", name)


def findings(built):
    """{rule: [(subject, reason)]}"""
    found = collections.defaultdict(list)
    for folder, files, crate in built:
        order = {name: levels for name, levels in table.ORDER.items() if f"{name}/".startswith(f"{folder}/")}
        found[f"{folder}: no circle of files"] += rules.file_circles(crate)
        found[f"{folder}: no circle of folders"] += rules.folder_circles(crate, folder)
        found[f"{folder}: no arrow up"] += rules.arrows_up(crate, order)
        found[f"{folder}: mod.rs only declares"] += rules.more_than_declarations(crate)
        reasons = {file: why for file, why in table.LONG.items() if file.startswith(f"{folder}/")}
        found[f"{folder}: no long file without a reason"] += rules.long_files(files, table.LONGEST, reasons)
    headers = {path: text for folder in table.HEADERS for path, text in texts(folder, ".h", ".hpp").items()}
    found["headers: no circle of #include"] += rules.include_circles(headers, table.HEADERS)
    for folder in table.PROGRAMS:
        found[f"{folder}: no circle of files"] += rules.source_circles(texts(folder, ".c", ".h"))
    return found


def known_lines():
    return [line for line in KNOWN.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")] if KNOWN.exists() else []


def judged(found):
    """(rule, reason of the failure or None): only unknown violations count, and known ones must still exist."""
    known = set(known_lines())
    for rule, faults in found.items():
        new = [f"{what}: {why}" for what, why in faults if what not in known]
        yield rule, "\n".join(new) or None
    stale = sorted(known - {what for faults in found.values() for what, _ in faults})
    more = "\n".join(["mended, so take it out of tools/rooms/known.txt (tools/rooms --shrink):", *stale])
    yield "what is known to be wrong is still wrong", more if stale else None


def shrink(found):
    wrong = {what for faults in found.values() for what, _ in faults}
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    KNOWN.write_text("".join(f"{line}\n" for line in lines if not line or line.startswith("#") or line in wrong), encoding="utf-8")


def figures(built):
    for folder, files, crate in built:
        edges = crate.edges
        lines = collections.Counter()
        for file, text in files.items():
            lines[rules.room_of(file, folder)] += text.count("\n")
        arrows = collections.Counter((room, other) for room, other, *_ in rules.between_rooms(edges, folder))
        bodies = [size for text in crate.files.values() for *_, size in functions(text)]
        long = [size for size in bodies if size > table.LONG_FUNCTION]
        print(f"{folder}: {len(files)} files, {sum(lines.values())} lines; {sum(map(len, edges.values()))} arrows between files, "
              f"{sum(arrows.values())} between rooms; {sum(map(len, circles(edges)))} files in circles; "
              f"{len(bodies)} functions, {len(long)} over {table.LONG_FUNCTION} lines, {sum(size > 40 for size in long)} over 40")
        print("  lines of rooms:", ", ".join(f"{room} {count}" for room, count in lines.most_common()))
        print("  arrows:", ", ".join(f"{room} > {other} {count}" for (room, other), count in sorted(arrows.items())))


def main():
    parser = argparse.ArgumentParser(description="Checks how the files of the house hang together.")
    parser.add_argument("--report", type=pathlib.Path, help="where to leave a report in JUnit's form")
    parser.add_argument("--figures", action="store_true", help="print lines, arrows and long functions of all rooms")
    parser.add_argument("--shrink", action="store_true", help="take what is mended out of known.txt")
    args = parser.parse_args()
    built = list(crates())
    found = findings(built)
    if args.shrink:
        shrink(found)
    if args.figures:
        figures(built)
    cases = [*examples.cases(), *judged(found)]
    for name, why in cases:
        print(f"{'ok' if why is None else 'FAILED'} {name}{'' if why is None else ':' + chr(10) + why}")
    print(f"{len(known_lines())} faults are known")
    if args.report:
        reports.write_junit(args.report, "rooms", cases)
    return 1 if any(why for _, why in cases) else 0


if __name__ == "__main__":
    sys.exit(main())
