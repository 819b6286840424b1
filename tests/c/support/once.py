#!/usr/bin/env python3
"""Runs a command whose result depends only on files, and skips it until one of them or the command has changed.

usage: once.py --stamp FILE --input PATH... -- COMMAND [ARG]...

What it depends on: the command line, the contents of each input (a folder with all below it) and the version that the
programs named in the command line give. The stamp is written when the command has passed.
"""

import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys


def arguments():
    parser = argparse.ArgumentParser(description="Runs a command unless it has passed with the same inputs.")
    parser.add_argument("--stamp", required=True, type=pathlib.Path)
    parser.add_argument("--input", required=True, nargs="+", type=pathlib.Path)
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def files_of(path):
    """The files below a path; a link stands for its target."""
    if not path.is_dir():
        return [path]
    found = (pathlib.Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    return sorted(file for file in found if "__pycache__" not in file.parts)


def versions(command):
    """The versions of the programs among the words: a compiler's version stands for its own headers, too."""
    for word in command:
        program = shutil.which(word)
        if program is not None:
            said = subprocess.run([program, "--version"], capture_output=True, stdin=subprocess.DEVNULL)
            yield f"{program} {os.stat(program).st_size}".encode() + said.stdout


def digest(command, inputs):
    parts = [*(word.encode() for word in command), *versions(command)]
    for path in [pathlib.Path(__file__), *(file for given in inputs for file in files_of(given))]:
        parts += [str(path).encode(), path.read_bytes()]
    sum_of_parts = hashlib.sha256()
    for part in parts:
        sum_of_parts.update(f"{len(part)} ".encode() + part)
    return sum_of_parts.hexdigest()


def main():
    args = arguments()
    now = digest(args.command, args.input)
    if args.stamp.exists() and args.stamp.read_text(encoding="utf-8") == now:
        print("passed before with the same inputs")
        return 0
    args.stamp.unlink(missing_ok=True)
    code = subprocess.run(args.command).returncode
    if code == 0:
        args.stamp.parent.mkdir(parents=True, exist_ok=True)
        args.stamp.write_text(now, encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
