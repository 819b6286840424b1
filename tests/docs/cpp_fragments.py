#!/usr/bin/env python3
"""Compiles the pieces of C++ in the binding's README that are no programs, each where it takes for granted what is said of it.

usage: cpp_fragments.py --include DIR [--compiler C++]
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = "bindings/cpp/README.md"
STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]
# What stands around each of them, in order.
AROUND = (
    ("std::string ask_your_server();\nvoid token_source(palabra::client_config &config) {", "}"),
    ("", ""),
    ("void serve(palabra::client *client, const palabra::translation_config &config) {", "(void)over;\n}"),
)


def arguments():
    parser = argparse.ArgumentParser(description="Compiles the pieces of C++ in the binding's README.")
    parser.add_argument("--include", required=True, help="folder of palabra.hpp")
    parser.add_argument("--compiler", default="c++")
    return parser.parse_args()


def main():
    args = arguments()
    text = (ROOT / README).read_text(encoding="utf-8")
    pieces = [found for found in re.finditer(r"^```cpp\n(.*?)^```$", text, re.DOTALL | re.MULTILINE) if "int main(" not in found[1]]
    if len(pieces) != len(AROUND):
        sys.exit(f"cpp_fragments: {README} has {len(pieces)} pieces, {len(AROUND)} are known")
    lines = ["#include <palabra.hpp>", "#include <cstdio>"]
    for piece, (before, after) in zip(pieces, AROUND):
        # With the lines of the README in the compiler's messages.
        lines += [before, f'#line {text.count(chr(10), 0, piece.start(1)) + 1} "{README}"', piece[1] + after]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "pieces.cpp")
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return subprocess.run([args.compiler, *STRICT, f"-I{args.include}", source]).returncode


if __name__ == "__main__":
    sys.exit(main())
