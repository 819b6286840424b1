#!/usr/bin/env python3
"""Compares the ABI as a compiler sees it with api/palabra.abi, by abidw and abidiff.

usage: dumped.py [--compiler CC] [--header FILE] [--write]

The debug information of a Rust library does not describe the C header, so abidw reads tests/abi/every_name.c instead,
which uses all functions and types of the header. With --write the current ABI becomes the one that later ones are
compared with. Without the tools the exit code is 77. See docs/abi.md."""

import argparse
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCE = HERE / "every_name.c"
BASELINE = ROOT / "api" / "palabra.abi"
SKIPPED = 77
# Omits names of machines and folders: only the ABI itself is committed.
DUMP = ["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed", "--type-id-style", "hash"]
SIZED = re.compile(r"^typedef struct (\w+) \{\n(?:    /\*\*.*\*/\n)?    uint32_t struct_size;\n(?:(?!^\}).*\n)*\}", re.MULTILINE)


def main():
    parser = argparse.ArgumentParser(description="Compares the ABI with api/palabra.abi.")
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--header", type=pathlib.Path, default=ROOT / "include" / "single" / "palabra.h")
    parser.add_argument("--write", action="store_true", help="the present ABI is what to compare with from now on")
    args = parser.parse_args()
    if reason := missing():
        print(f"dumped: skipped: {reason}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        if args.write:
            shutil.copyfile(dump(args.compiler, args.header, SOURCE, pathlib.Path(folder)), BASELINE)
            return 0
        said = broken(args.compiler, args.header, SOURCE, pathlib.Path(folder))
    if said:
        print(f"{said}dumped: programs that were compiled with api/palabra.abi break; see docs/abi.md", file=sys.stderr)
    return 1 if said else 0


def missing():
    if platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc":
        return "api/palabra.abi is that of x86_64 with the GNU C library"
    tools = [tool for tool in ("abidw", "abidiff") if not shutil.which(tool)]
    return f"no {' and no '.join(tools)} (abigail-tools)" if tools else ""


def dump(compiler, header, source, folder):
    library, out = folder / "libpalabra.so", folder / "palabra.abi"
    flags = ["-std=c99", "-g", "-gdwarf-4", "-O0", "-shared", "-fPIC", "-Wl,-soname,libpalabra.so"]
    subprocess.run([compiler, *flags, f"-I{header.resolve().parent}", source.name, "-o", str(library)],
                   cwd=source.parent, check=True)
    subprocess.run(["abidw", *DUMP, "--out-file", str(out), str(library)], check=True)
    return out


def broken(compiler, header, source, folder):
    """The incompatible changes that abidiff reports; empty if old programs work. Functions and values may be added."""
    known = folder / "known" / "palabra.h"
    known.parent.mkdir()
    known.write_text(without_later_fields(header.read_text(encoding="utf-8")), encoding="utf-8")
    command = ["abidiff", "--no-added-syms", str(BASELINE), str(dump(compiler, known, source, folder))]
    result = subprocess.run(command, capture_output=True, text=True)
    return (result.stdout + result.stderr or "abidiff failed\n") if result.returncode else ""


def without_later_fields(header):
    """Ends structs with a size where they end in api/palabra.abi. A suppression of abidiff for fields at the end hides
    other changes of the same struct."""
    last = {}
    for struct in ElementTree.parse(BASELINE).iter("class-decl"):
        names = [field.get("name") for field in struct.iter("var-decl")]
        last[struct.get("name")] = names[-1] if names else ""

    def cut(found):
        end = re.search(rf"^ .*\b{last.get(found[1]) or '-'}(\[\w+\])?;\n", found[0], re.MULTILINE)
        return found[0][:end.end()] + "}" if end else found[0]

    return SIZED.sub(cut, header)


if __name__ == "__main__":
    sys.exit(main())
