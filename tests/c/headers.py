#!/usr/bin/env python3
"""The header compiles without a warning in every standard, as a set of files and as one, also behind the macros of
others; and a switch over an enumeration that leaves out a value gets a warning.

usage: headers.py --compiler CC --language c|c++ --include DIR [--single DIR]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
API = HERE.parents[1] / "api" / "palabra.json"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wundef", "-Werror", "-fsyntax-only"]
STANDARDS = {
    "c": ["c99", "c11", "c17", "c2x"],
    "c++": ["c++11", "c++14", "c++17", "c++20", "c++2b"],
}
STRICTER = {"c": ["-Wstrict-prototypes"], "c++": ["-Wold-style-cast", "-Wzero-as-null-pointer-constant"]}
SOURCES = ["header_alone.c", "header_use.c", "header_macros.c"]


def arguments():
    parser = argparse.ArgumentParser(description="Compiles the header in every way.")
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--language", required=True, choices=STANDARDS)
    parser.add_argument("--include", required=True, help="folder of palabra.h and palabra/")
    parser.add_argument("--single", help="folder of the header in one file")
    return parser.parse_args()


def compiled(args, folder, standard, *more):
    command = [args.compiler, "-x", args.language, f"-std={standard}", "-I", folder, *more]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})


def strict_problems(args):
    for folder in filter(None, (args.include, args.single)):
        for standard in STANDARDS[args.language]:
            sources = [str(HERE / source) for source in SOURCES]
            done = compiled(args, folder, standard, *STRICT, *STRICTER[args.language], *sources)
            if done.returncode != 0:
                yield f"{standard}, {folder}:\n{done.stderr}"


def switches(enums):
    """A function for each enumeration that leaves out its last value."""
    for enum in enums:
        cases = "".join(f"    case {value['name']}: return 1;\n" for value in enum["values"][:-1])
        yield f"int of_{enum['name']}({enum['name']} value);\nint of_{enum['name']}({enum['name']} value)\n{{\n" \
              f"    switch (value) {{\n{cases}    }}\n    return 0;\n}}\n"


def switch_problems(args):
    enums = [enum for page in json.loads(API.read_text(encoding="utf-8"))["pages"] for enum in page["enums"]]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "switches.c")
        source.write_text("#include <palabra.h>\n" + "".join(switches(enums)), encoding="utf-8")
        for standard in (STANDARDS[args.language][0], STANDARDS[args.language][-1]):
            told = compiled(args, args.include, standard, "-Wswitch", "-fsyntax-only", str(source)).stderr
            missing = [enum["values"][-1]["name"] for enum in enums]
            yield from (f"{standard}: no warning that {name} is left out" for name in missing if name not in told)
            if told.count("not handled in switch") != len(enums):
                yield f"{standard}: not one warning for each of {len(enums)} enumerations:\n{told}"


def main():
    args = arguments()
    problems = [*strict_problems(args), *switch_problems(args)]
    for problem in problems:
        print(f"headers: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
