#!/usr/bin/env python3
"""The shared library exports exactly the functions of the header, and carries the right SONAME."""

import argparse
import re
import subprocess
import sys


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def exported(library):
    lines = output_of("nm", "-D", "--defined-only", library).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def declared(header):
    text = re.sub(r"/\*.*?\*/", " ", open(header, encoding="utf-8").read(), flags=re.DOTALL)
    text = re.sub(r"^\s*#.*(?:\\\n.*)*$", " ", text, flags=re.MULTILINE)
    return set(re.findall(r"PALABRA_API\b[^;(]*?\b(\w+)\s*\(", text))


def soname(library):
    found = re.search(r"\(SONAME\).*\[(.*)\]", output_of("readelf", "-d", library))
    return found[1] if found else None


def main():
    parser = argparse.ArgumentParser(description="Compares the exported names with the header.")
    parser.add_argument("--library", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--soname", required=True)
    args = parser.parse_args()
    problems = []
    names, functions = exported(args.library), declared(args.header)
    if not functions:
        problems.append("no function found in the header")
    problems += [f"exported but not in the header: {name}" for name in sorted(names - functions)]
    problems += [f"in the header but not exported: {name}" for name in sorted(functions - names)]
    problems += [f"not our prefix: {name}" for name in sorted(names) if not name.startswith("palabra_")]
    if soname(args.library) != args.soname:
        problems.append(f"SONAME is {soname(args.library)}, expected {args.soname}")
    for problem in problems:
        print(f"abi_symbols: {problem}", file=sys.stderr)
    print(f"{len(functions)} functions, SONAME {args.soname}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
