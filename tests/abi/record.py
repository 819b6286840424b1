#!/usr/bin/env python3
"""Writes layout.c and symbols-in-versions.txt anew from the header, after a deliberate change of the ABI.

The tests compare against what is committed, so a change shows in the diff and nowhere else. Names already listed
keep the version that added them."""

import pathlib
import re
import subprocess
import sys
import tempfile

import check_symbols

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parents[1] / "include" / "palabra.h"


def ordered(pattern, code, flags=re.MULTILINE):
    return list(dict.fromkeys(re.findall(pattern, code, flags)))


def structs(code):
    return {
        name: re.findall(r"(\w+)(?:\[\d+\])?\s*;", body)
        for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\}", code, re.DOTALL)
    }


def measure(code):
    """Asks the compiler for every size and place."""
    lines = []
    for name, fields in structs(code).items():
        lines.append(f'printf("\\nSIZE({name}, %zu);\\n", sizeof({name}));')
        lines += [f'printf("FIELD({name}, {field}, %zu);\\n", offsetof({name}, {field}));' for field in fields]
    program = "#include <palabra.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n%s\nreturn 0;\n}\n"
    with tempfile.TemporaryDirectory() as folder:
        source, binary = pathlib.Path(folder, "m.c"), pathlib.Path(folder, "m")
        source.write_text(program % "\n".join(lines), encoding="utf-8")
        subprocess.run(["cc", "-I", str(HEADER.parent), str(source), "-o", str(binary)], check=True)
        return subprocess.run([str(binary)], check=True, capture_output=True, text=True).stdout


def write_layout(code):
    path = HERE / "layout.c"
    head = path.read_text(encoding="utf-8").split("VALUE(PALABRA_API_VERSION")[0]
    values = "".join(f"VALUE({name}, {value});\n" for name, value in ordered(r"^#define (\w+) (-?\d+)\s*$", code))
    guard = ("\n/* The places of fields depend on the size of a pointer. */\n#if UINTPTR_MAX > 0xFFFFFFFFu\n", "#endif\n")
    path.write_text(head + values + guard[0] + measure(code) + guard[1], encoding="utf-8")


def write_symbols(code):
    path = HERE / "symbols-in-versions.txt"
    known, _ = check_symbols.listed(path)
    current = ".".join(map(str, check_symbols.current_version()))
    version = {name: ".".join(map(str, number)) for name, number in known.items()}
    names = check_symbols.public_names(code)
    groups = {
        "constants": ordered(r"^#define (\w+) -?\d+\s*$", code),
        "start values": ordered(r"^#define (\w+_INIT)\b", code),
        "types": ordered(r"typedef [^;{]*?(?:\{[^}]*\} )?(\w+);|typedef void \(\*(\w+)\)", code),
        "functions": ordered(r"\b(palabra_\w+)\s*\(", code),
    }
    lines = [path.read_text(encoding="utf-8").splitlines()[0]]
    done = set()
    for group, members in groups.items():
        members = [name for member in members for name in (member if isinstance(member, tuple) else (member,))]
        members = [name for name in members if name in names and name not in done]
        done |= set(members)
        lines += ["", f"# {group}"] + [f"{name:<34} {version.get(name, current)}" for name in members]
    rest = sorted(names - done)
    lines += (["", "# others"] + [f"{name:<34} {version.get(name, current)}" for name in rest]) if rest else []
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    code = check_symbols.code_of(HEADER)
    write_layout(code)
    write_symbols(code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
