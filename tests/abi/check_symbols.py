#!/usr/bin/env python3
"""Every public name of the header is in symbols-in-versions.txt and the other way round, with a version that exists;
every constant and every field has its number asserted in layout.c."""

import argparse
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# What the header needs for itself: its guard and how names are exported.
PRIVATE = {"PALABRA_H", "PALABRA_API", "PALABRA_SHARED"}


def code_of(header):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", header.read_text(encoding="utf-8"), flags=re.DOTALL)


def constants(code):
    return set(re.findall(r"^#define (\w+) -?\d+\s*$", code, re.MULTILINE))


def fields(code):
    """Pairs of struct and field."""
    found = set()
    for struct, body in re.findall(r"typedef struct (\w+) \{(.*?)\}", code, re.DOTALL):
        found |= {(struct, field) for field in re.findall(r"(\w+)(?:\[\d+\])?\s*;", body)}
    return found


def public_names(code):
    macros = set(re.findall(r"^#define (\w+)", code, re.MULTILINE))
    types = set(re.findall(r"typedef [^;{]*?(?:\{[^}]*\} )?(\w+);", code))
    functions = set(re.findall(r"\b(palabra_\w+)\s*\(", code))
    return (macros | types | functions) - PRIVATE


def listed(path):
    """Name to version, and what is wrong with the list itself."""
    versions, problems = {}, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or not re.fullmatch(r"\d+\.\d+", words[1]):
            problems.append(f"{path.name}:{number}: expected NAME VERSION")
        elif words[0] in versions:
            problems.append(f"{path.name}:{number}: {words[0]} again")
        else:
            versions[words[0]] = tuple(map(int, words[1].split(".")))
    return versions, problems


def current_version():
    found = re.search(r'^version = "(\d+)\.(\d+)', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]), int(found[2])


def main():
    parser = argparse.ArgumentParser(description="Compares the names of the header with the lists in tests/abi.")
    parser.add_argument("--header", type=pathlib.Path, default=ROOT / "include" / "palabra.h")
    args = parser.parse_args()
    code = code_of(args.header)
    names = public_names(code)
    versions, problems = listed(HERE / "symbols-in-versions.txt")
    layout = (HERE / "layout.c").read_text(encoding="utf-8")
    problems += [f"{name} is not in symbols-in-versions.txt" for name in sorted(names - versions.keys())]
    problems += [f"{name} is gone from the header" for name in sorted(versions.keys() - names)]
    problems += [f"{name} does not begin with palabra_ or PALABRA_" for name in sorted(names)
                 if not re.match(r"(palabra|PALABRA)_", name)]
    problems += [f"{name} is said to come with a later version" for name, version in sorted(versions.items())
                 if version > current_version()]
    problems += [f"{name} has no VALUE in layout.c" for name in sorted(constants(code)) if f"VALUE({name}, " not in layout]
    problems += [f"{struct}.{field} has no FIELD in layout.c" for struct, field in sorted(fields(code))
                 if f"FIELD({struct}, {field}, " not in layout]
    for problem in problems:
        print(f"check_symbols: {problem}", file=sys.stderr)
    if not names:
        print("check_symbols: the header has no names", file=sys.stderr)
    return 1 if problems or not names else 0


if __name__ == "__main__":
    sys.exit(main())
