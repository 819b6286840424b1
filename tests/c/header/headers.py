#!/usr/bin/env python3
"""Compiles the header in every standard and expects no warning: as a set, page by page and as one file, for targets of
other pointer widths, and after the macros of other headers. A switch over an enumeration must get a warning exactly if
it leaves out a value.

usage: headers.py --compiler CC --language c|c++ --include DIR [--single DIR] [--target TRIPLE]...
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ABI = HERE.parents[1] / "abi"
SUPPORT = HERE.parent / "support"
PAGES = json.loads((HERE.parents[2] / "api" / "palabra.json").read_text(encoding="utf-8"))["pages"]
STANDARDS = {
    "c": ["c99", "c11", "c17", "c2x"],
    "c++": ["c++11", "c++14", "c++17", "c++20", "c++2b"],
}
# -Wpadded reports padding: bytes of a struct that belong to no field.
STRICT = """-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Wcast-align -Wcast-qual -Wpadded
    -Wmissing-declarations -Wmissing-field-initializers -Wredundant-decls -Wswitch-enum -Wwrite-strings -Wpacked
    -Wdouble-promotion -Wformat=2 -Wunused-macros -Werror -fsyntax-only""".split()
STRICTER = {
    "c": "-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wc++-compat".split(),
    "c++": "-Wold-style-cast -Wzero-as-null-pointer-constant -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi"
           .split(),
}
# All warnings of the compiler, except for those that do not apply: compatibility with older languages, and macros that
# this file does not use.
EVERYTHING = """-Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic -Wno-pre-c2x-compat
    -Wno-declaration-after-statement -Wno-unused-macros -Wno-unknown-warning-option""".split()
GNU_ONLY = {"c": "-Wjump-misses-init".split(), "c++": "-Weffc++ -Wuseless-cast -Wsuggest-override".split()}
SOURCES = ["header_alone.c", "header_use.c"]


def arguments():
    parser = argparse.ArgumentParser(description="Compiles the header in every way.")
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--language", required=True, choices=STANDARDS)
    parser.add_argument("--include", required=True, help="folder of palabra.h and palabra/")
    parser.add_argument("--single", help="folder of the header in one file")
    parser.add_argument("--target", action="append", default=[],
                        help="a machine besides: -m32, or --target=TRIPLE of clang")
    return parser.parse_args()


class Compiler:
    def __init__(self, args):
        self.command = [args.compiler, "-x", args.language]
        self.language = args.language
        version = self.run("--version").stdout
        self.strict = [*STRICT, *STRICTER[args.language]]
        self.strict += EVERYTHING if "clang" in version else GNU_ONLY[args.language]

    def run(self, *more):
        return subprocess.run([*self.command, *more], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})

    def complaint(self, standard, folder, *more):
        """The compiler's diagnostics for the sources in `more`; empty if there are none."""
        return self.run(f"-std={standard}", "-I", str(folder), *self.strict, *map(str, more)).stderr


# --- Sources generated from api/palabra.json ------------------------------------------------------------------------


def defined(head, body):
    return f"{head};\n{head}\n{{\n{body}}}\n"


def switch_over(enum, values, name):
    cases = "".join(f"    case {value['name']}: return 1;\n" for value in values)
    return defined(f"int {name}({enum['name']} value)", f"    switch (value) {{\n{cases}    }}\n    return 0;\n")


def start_value(struct):
    value = f"    {struct['name']} value = {struct['name'].upper()}_INIT;\n"
    return defined(f"uint32_t start_of_{struct['name']}(void)", value + "    return value.struct_size;\n")


def uses(page):
    """Every enumeration in a switch, every numeric constant, and every initializer."""
    yield from (switch_over(enum, enum["values"], f"all_of_{enum['name']}") for enum in page["enums"])
    for item in page["flags"] + page["limits"]:
        kind = "uint32_t" if item in page["flags"] else "int32_t"
        yield defined(f"{kind} number_{item['name']}(void)", f"    return {item['name']};\n")
    # Only the library fills this struct, for a callback.
    yield from (start_value(item) for item in page["structs"] if item["sized"] and item["name"] != "palabra_progress")


def all_uses():
    return (use for page in PAGES for use in uses(page))


def written(folder, name, *parts):
    path = pathlib.Path(folder, name)
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def page_sources(folder):
    """Includes each page first in a file, twice."""
    for page in PAGES:
        include = f"#include <palabra/{page['name']}.h>\n" * 2
        yield written(folder, f"page_{page['name']}.c", include, *uses(page))


def whole_source(folder):
    return written(folder, "whole.c", "#include <palabra.h>\n" * 2, *all_uses())


def macros_source(folder, macros):
    """All uses, with each of the other headers' names defined as a macro for something else."""
    return written(folder, "macros.c", "#include <stdint.h>", f'#include "{macros}"', "#include <palabra.h>",
                   *all_uses())


# --- Checks ---------------------------------------------------------------------------------------------------------


def strict_problems(args, compiler, folder):
    pages, whole = list(page_sources(folder)), whole_source(folder)
    macros = macros_source(folder, SUPPORT / "macros_of_others.h")
    own = [HERE / source for source in SOURCES]
    for standard in STANDARDS[args.language]:
        for include in filter(None, (args.include, args.single)):
            parts = pages if include == args.include else []
            yield f"{standard}, {include}", compiler.complaint(standard, include, *own, *parts, whole)
            behind = [macros, HERE / "header_macros.c"]
            yield f"{standard}, macros of others", compiler.complaint(standard, include, *behind)


def target_problems(args, compiler, folder):
    """Sizes and offsets too, which depend on the pointer width; needs no C library of the target."""
    layout, whole = ABI / "layout.c", whole_source(folder)
    self_contained = ["-ffreestanding", *(["-nostdinc++"] if args.language == "c++" else [])]
    for target in args.target:
        for standard in (STANDARDS[args.language][0], STANDARDS[args.language][-1]):
            more = [target, *self_contained, whole]
            yield f"{standard}, {target}", compiler.complaint(standard, args.include, *more)
            only = ["-I", args.include, target, *self_contained, "-fsyntax-only"]
            yield f"{standard}, {target}, layout", compiler.run(f"-std={standard}", *only, str(layout)).stderr


def switch_problems(args, compiler, folder):
    """The compiler warns about an omitted value, for each enumeration."""
    enums = [enum for page in PAGES for enum in page["enums"]]
    switches = (switch_over(enum, enum["values"][:-1], f"most_of_{enum['name']}") for enum in enums)
    source = written(folder, "switches.c", "#include <palabra.h>\n", *switches)
    for standard in STANDARDS[args.language]:
        told = compiler.run(f"-std={standard}", "-I", args.include, "-Wswitch", "-fsyntax-only", str(source)).stderr
        missing = [enum["values"][-1]["name"] for enum in enums if enum["values"][-1]["name"] not in told]
        yield f"{standard}, switch", "".join(f"no warning that {name} is left out\n" for name in missing)
        if told.count("not handled in switch") != len(enums):
            yield f"{standard}, switch", f"not one warning for each of {len(enums)} enumerations:\n{told}"


def main():
    args = arguments()
    compiler = Compiler(args)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for check in (strict_problems, target_problems, switch_problems):
            for where, problem in check(args, compiler, folder):
                if problem:
                    failed += 1
                    print(f"headers: {where}:\n{problem[:4000]}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
