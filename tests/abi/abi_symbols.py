#!/usr/bin/env python3
"""The shared library exports exactly the functions of the headers, and carries the right SONAME."""

import argparse
import pathlib
import re
import subprocess
import sys


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def exported(library):
    lines = output_of("nm", "-D", "--defined-only", library).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def declared(folder):
    headers = [folder / "palabra.h", *sorted((folder / "palabra").glob("*.h"))]
    text = "\n".join(header.read_text(encoding="utf-8") for header in headers)
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*#.*(?:\\\n.*)*$", " ", text, flags=re.MULTILINE)
    return set(re.findall(r"PALABRA_API\b[^;(]*?\b(\w+)\s*\(", text))


def soname(library):
    found = re.search(r"\(SONAME\).*\[(.*)\]", output_of("readelf", "-d", library))
    return found[1] if found else None


def main():
    parser = argparse.ArgumentParser(description="Compares the exported names with the headers.")
    parser.add_argument("--library", required=True)
    parser.add_argument("--include", required=True, type=pathlib.Path, help="folder of palabra.h and palabra/")
    parser.add_argument("--soname", required=True)
    args = parser.parse_args()
    problems = []
    names, functions = exported(args.library), declared(args.include)
    if not functions:
        problems.append("no function found in the headers")
    problems += [f"exported but not in the headers: {name}" for name in sorted(names - functions)]
    problems += [f"in the headers but not exported: {name}" for name in sorted(functions - names)]
    problems += [f"not our prefix: {name}" for name in sorted(names) if not name.startswith("palabra_")]
    if soname(args.library) != args.soname:
        problems.append(f"SONAME is {soname(args.library)}, expected {args.soname}")
    for problem in problems:
        print(f"abi_symbols: {problem}", file=sys.stderr)
    print(f"{len(functions)} functions, SONAME {args.soname}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
