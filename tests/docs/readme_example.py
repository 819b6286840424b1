#!/usr/bin/env python3
"""Compiles an example of a README against an installed prefix and runs it; needs a running devserver.

usage: readme_example.py --prefix PREFIX [--readme README.md] [--language c] [--compiler CC] [--libdir lib] [--under TOOL]
                         [--number 1] [--argument ARG]
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STANDARDS = {"c": "c99", "cpp": "c++17"}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
SECONDS = 900


def arguments():
    parser = argparse.ArgumentParser(description="Compiles and runs an example of a README.")
    parser.add_argument("--prefix", required=True, type=pathlib.Path, help="where palabra is installed")
    parser.add_argument("--readme", default="README.md", help="path in the repository")
    parser.add_argument("--language", default="c", choices=STANDARDS)
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--libdir", default="lib", help="folder of the library in the prefix")
    parser.add_argument("--under", default="", help="command that runs it, such as a memory checker")
    parser.add_argument("--number", default=1, type=int, help="which of the examples in that language; only the first is also compiled as the README says")
    parser.add_argument("--argument", action="append", default=[], help="one more argument of the program")
    return parser.parse_args()


def example(readme, language, number):
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    if len(found) < number:
        sys.exit(f"readme_example: {readme} has no example {number} in {language}")
    return found[number - 1]


def by_hand(readme, language, source, prefix):
    """Compiles as the README says, with the prefix in place of its own. None: no command, or another folder."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    command = re.search(rf"^cc hello\.{language} .* -o hello$", text, re.MULTILINE)
    if not command or not (prefix / "lib" / "pkgconfig").is_dir():
        return None
    home = source.parent / "home"
    home.mkdir()
    (home / "palabra").symlink_to(prefix.resolve())
    (source.parent / f"hello.{language}").write_bytes(source.read_bytes())
    environment = {**os.environ, "HOME": str(home)}
    if subprocess.run(["sh", "-c", command.group(0)], cwd=source.parent, env=environment).returncode != 0:
        sys.exit(f"readme_example: the command of {readme} does not compile it")
    return source.parent / "hello"


def main():
    args = arguments()
    libraries = args.prefix / args.libdir
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, f"example.{args.language}"), pathlib.Path(folder, "example")
        source.write_text(example(args.readme, args.language, args.number), encoding="utf-8")
        strict = [f"-std={STANDARDS[args.language]}", *STRICT, f"-I{args.prefix / 'include'}"]
        link = [f"-L{libraries}", "-lpalabra", f"-Wl,-rpath,{libraries}"]
        if subprocess.run([args.compiler, *strict, source, "-o", program, *link]).returncode != 0:
            sys.exit(f"readme_example: the example of {args.readme} does not compile")
        if args.number == 1:
            program = by_hand(args.readme, args.language, source, args.prefix) or program
        ended = subprocess.run([*args.under.split(), program, *args.argument], stdout=subprocess.PIPE, timeout=SECONDS, cwd=folder)
    printed = ended.stdout.decode()
    print(printed, end="")
    if ended.returncode != 0 or "closed: PALABRA_OK" not in printed:
        sys.exit(f"readme_example: the example of {args.readme} ended with {ended.returncode} and not in order")


if __name__ == "__main__":
    main()
