#!/usr/bin/env python3
"""Checks docs/coverage.md: every name of palabra.h and every test that it names exists.

A row whose last column begins with "not yet" may name things that do not exist yet. It fails as soon as all of them
exist, so that the table is brought up to date.

usage: test_coverage.py
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "coverage.md"
HEADER = ROOT / "include" / "single" / "palabra.h"
NOT_YET = "not yet"
CODE = re.compile(r"`([^`]+)`")
# `file::test` for Rust and Python, `file.c` for a C program, `example_*` and the like for a case of ctest.
RUST_TEST = r"#\[(?:tokio::)?test[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:async )?fn {}\("
PYTHON_TEST = r"^(?:async )?def {}\("


def rows():
    """Line number, names of palabra.h and the last column of each row of the tables."""
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) < 3 or set(cells[0]) <= set("-: ") or cells[-1] == "Shown by":
            continue
        yield number, CODE.findall(cells[-2]), cells[-1]


def header_names():
    """Functions, constants, types, and the fields of structs as `type.field`, including those of nested structs."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(encoding="utf-8"), flags=re.DOTALL)
    names = set(re.findall(r"\b(?:palabra|PALABRA)_\w+", text))
    structs = {
        struct: re.findall(r"(\w+) \**(\w+)(?:\[\d+\])?;", body)
        for struct, body in re.findall(r"typedef struct (\w+) \{(.*?)\n\} \1;", text, re.DOTALL)
    }

    def fields(struct):
        for kind, name in structs[struct]:
            yield name
            if kind in structs:
                yield from (f"{name}.{inner}" for inner in fields(kind))

    names.update(f"{struct}.{field}" for struct in structs for field in fields(struct))
    return names


def ctest_names():
    """Names of ctest cases that cases.cmake contains literally, and those of the programs in tests/c."""
    text = (ROOT / "tests" / "c" / "cases.cmake").read_text(encoding="utf-8")
    names = set(re.findall(r"palabra_(?:server_)?case\((\w+)", text))
    names.update("example_" + name for name in re.findall(r"(?:example|account)_outcome\((\w+)", text))
    listed = re.search(r"set\(examples ([^)]*)\)", text)
    names.update("example_" + name for name in (listed.group(1).split() if listed else []))
    names.update("example_" + name for name in re.findall(r"list\(APPEND examples (\w+)\)", text))
    names.update(path.stem for path in (ROOT / "tests" / "c").rglob("*_*.c"))
    return names


def test_exists(name, cases):
    if "::" in name:
        path, function = (ROOT / part if index == 0 else part for index, part in enumerate(name.split("::", 1)))
        pattern = {".rs": RUST_TEST, ".py": PYTHON_TEST, ".c": r"\b{}\("}.get(path.suffix)
        if pattern is None or not path.is_file():
            return False
        text = path.read_text(encoding="utf-8")
        return re.search(pattern.format(re.escape(function)), text, re.MULTILINE) is not None
    return name in cases


def problems():
    names, cases = header_names(), ctest_names()
    count = 0
    for number, used, shown in rows():
        count += 1
        tests = CODE.findall(shown)
        missing = [name for name in used if name.startswith(("palabra_", "PALABRA_")) and name not in names]
        absent = [test for test in tests if not test_exists(test, cases)]
        if shown.startswith(NOT_YET):
            if tests and not missing and not absent:
                yield f"line {number}: everything that it names is there; it is no longer \"{NOT_YET}\""
            continue
        yield from (f"line {number}: palabra.h has no {name}" for name in missing)
        yield from (f"line {number}: there is no test {test}" for test in absent)
        if not tests and shown != "-":
            yield f"line {number}: no test shows it, and it is not marked \"{NOT_YET}\""
    if count == 0:
        yield "there is no table"


def main():
    found = list(problems())
    for problem in found:
        print(f"docs/coverage.md: {problem}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
