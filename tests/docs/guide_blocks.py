#!/usr/bin/env python3
"""Compiles the blocks of C in a guide, which together are one source file.

usage: guide_blocks.py --include DIR [--compiler CC] GUIDE.md...
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]


def arguments():
    parser = argparse.ArgumentParser(description="Compiles the blocks of C in a guide.")
    parser.add_argument("--include", required=True, help="folder of palabra.h")
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("guides", nargs="+", metavar="GUIDE.md", help="path in the repository")
    return parser.parse_args()


def joined(guide):
    """With the lines of the guide in the compiler's messages."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    blocks = list(re.finditer(r"^```c\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    if not blocks:
        sys.exit(f"guide_blocks: {guide} has no block of C")
    return "".join(f'#line {text.count(chr(10), 0, block.start(1)) + 1} "{guide}"\n{block[1]}' for block in blocks)


def main():
    args = arguments()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for guide in args.guides:
            source = pathlib.Path(folder, "guide.c")
            source.write_text(joined(guide), encoding="utf-8")
            failed |= subprocess.run([args.compiler, *STRICT, f"-I{args.include}", source]).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
