#!/usr/bin/env python3
"""Compiles the first C example of README.md against an installed prefix and runs it; needs a devserver beside it.

usage: readme_example.py --prefix PREFIX [--compiler CC] [--libdir lib]
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
SECONDS = 60


def arguments():
    parser = argparse.ArgumentParser(description="Compiles and runs the first C example of README.md.")
    parser.add_argument("--prefix", required=True, type=pathlib.Path, help="where palabra is installed")
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--libdir", default="lib", help="folder of the library in the prefix")
    return parser.parse_args()


def first_example():
    found = re.search(r"^```c\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    if not found:
        sys.exit("readme_example: README.md has no C example")
    return found.group(1)


def main():
    args = arguments()
    libraries = args.prefix / args.libdir
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "example.c"), pathlib.Path(folder, "example")
        source.write_text(first_example(), encoding="utf-8")
        link = [f"-L{libraries}", "-lpalabra", f"-Wl,-rpath,{libraries}"]
        command = [args.compiler, *STRICT, f"-I{args.prefix / 'include'}", source, "-o", program, *link]
        if subprocess.run(command).returncode != 0:
            sys.exit("readme_example: the example of README.md does not compile")
        ended = subprocess.run([program], stdout=subprocess.PIPE, timeout=SECONDS)
    printed = ended.stdout.decode()
    print(printed, end="")
    if ended.returncode != 0 or "closed: PALABRA_OK" not in printed:
        sys.exit(f"readme_example: the example of README.md ended with {ended.returncode} and not in order")


if __name__ == "__main__":
    main()
