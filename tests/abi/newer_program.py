#!/usr/bin/env python3
"""Runs programs that were compiled with a later header, whose structs have one more field, with this library.

usage: newer_program.py --compiler CC --header SINGLE_HEADER --libdir DIR --output DIR --support DIR SOURCE...

The field is 0 unless a source sets it. Needs the devserver of tests/c/support/with_devserver.py."""

import argparse
import pathlib
import subprocess
import sys

import later_field

FLAGS = ["-std=gnu99", "-O1", "-Wall", "-Wextra", "-Werror"]


def main():
    parser = argparse.ArgumentParser(description="Runs programs of a later header.")
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--header", required=True, type=pathlib.Path, help="the header in one file")
    parser.add_argument("--libdir", required=True, help="folder of the library")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("--support", required=True, help="folder of what the sources include")
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    header, count = later_field.in_c(args.header.read_text(encoding="utf-8"))
    if count == 0:
        sys.exit("newer_program: no struct of the header says its size")
    args.output.mkdir(parents=True, exist_ok=True)
    (args.output / "palabra.h").write_text(header, encoding="utf-8")
    return max(run(args, source) for source in args.sources)


def run(args, source):
    program = args.output / source.stem
    link = [f"-L{args.libdir}", "-lpalabra", "-lm", "-lpthread", f"-Wl,-rpath,{args.libdir}"]
    subprocess.run([args.compiler, *FLAGS, f"-I{args.output}", f"-I{args.support}", str(source), "-o", str(program), *link], check=True)
    code = subprocess.run([str(program.resolve())]).returncode
    if code != 0:
        print(f"newer_program: {source.name}: {code}", file=sys.stderr)
    return abs(code)


if __name__ == "__main__":
    sys.exit(main())
