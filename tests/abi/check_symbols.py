#!/usr/bin/env python3
"""Every public name is in symbols-in-versions.txt and vice versa, with an existing version.

usage: check_symbols.py [--write]

`--write` adds new names, after a deliberate change; names already listed keep the version that added them."""

import argparse
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
API = ROOT / "api" / "palabra.json"
LIST = HERE / "symbols-in-versions.txt"
# Macros that are not numbers and belong to no struct.
MACROS = ["PALABRA_VERSION_MAJOR", "PALABRA_VERSION_MINOR", "PALABRA_VERSION_PATCH", "PALABRA_VERSION_STRING",
          "PALABRA_CALL", "PALABRA_STRUCT_INIT"]


def names_of(page):
    """Group and name of everything public in a page."""
    for enum in page["enums"]:
        yield "types", enum["name"]
        yield from (("constants", value["name"]) for value in enum["values"])
    yield from (("constants", item["name"]) for item in page["flags"] + page["limits"])
    for struct in page["structs"]:
        yield "types", struct["name"]
        if struct["sized"]:
            yield "start values", f"{struct['name'].upper()}_INIT"
    yield from (("types", item["name"]) for item in page["handles"] + page["callbacks"])
    yield from (("functions", item["name"]) for item in page["functions"])


def public_names():
    groups = {"macros": list(MACROS), "constants": [], "start values": [], "types": [], "functions": []}
    for page in json.loads(API.read_text(encoding="utf-8"))["pages"]:
        for group, name in names_of(page):
            groups[group].append(name)
    return groups


def listed():
    """The version of each name, and the errors of the list itself."""
    versions, problems = {}, []
    for number, line in enumerate(LIST.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or not re.fullmatch(r"\d+\.\d+", words[1]):
            problems.append(f"{LIST.name}:{number}: expected NAME VERSION")
        elif words[0] in versions:
            problems.append(f"{LIST.name}:{number}: {words[0]} again")
        else:
            versions[words[0]] = tuple(map(int, words[1].split(".")))
    return versions, problems


def current_version():
    found = re.search(r'^version = "(\d+)\.(\d+)', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]), int(found[2])


def write(groups, versions):
    lines = [LIST.read_text(encoding="utf-8").splitlines()[0]]
    for group, members in groups.items():
        lines += ["", f"# {group}"]
        lines += ["{:<40} {}.{}".format(name, *versions.get(name, current_version())) for name in members]
    LIST.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Compares the public names with the list of names and versions.")
    parser.add_argument("--write", action="store_true", help="add what is missing from the list")
    args = parser.parse_args()
    groups = public_names()
    names = {name for members in groups.values() for name in members}
    versions, problems = listed()
    if args.write:
        write(groups, versions)
        versions, problems = listed()
    problems += [f"{name} is not in {LIST.name}" for name in sorted(names - versions.keys())]
    problems += [f"{name} is gone" for name in sorted(versions.keys() - names)]
    problems += [f"{name} does not begin with palabra_ or PALABRA_" for name in sorted(names)
                 if not re.match(r"(palabra|PALABRA)_", name)]
    problems += [f"{name} is said to come with a later version" for name, version in sorted(versions.items())
                 if version > current_version()]
    for problem in problems:
        print(f"check_symbols: {problem}", file=sys.stderr)
    if not groups["functions"]:
        print("check_symbols: there are no names", file=sys.stderr)
    return 1 if problems or not groups["functions"] else 0


if __name__ == "__main__":
    sys.exit(main())
