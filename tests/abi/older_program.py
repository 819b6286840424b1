#!/usr/bin/env python3
"""Runs programs that were compiled with today's header with a later library, whose structs have one more field.

usage: older_program.py --cargo CARGO --target-dir DIR --output DIR PROGRAM...

The later library is built from a copy of the sources. Needs the devserver of tests/c/support/with_devserver.py."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

import later_field

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The files of the workspace that cargo requires.
PARTS = ("Cargo.toml", "Cargo.lock", "build.rs", "src", "benches", "devserver", "tests")


def main():
    parser = argparse.ArgumentParser(description="Runs programs with a later library.")
    parser.add_argument("--cargo", default="cargo")
    parser.add_argument("--target-dir", required=True, type=pathlib.Path, help="what is built there already is used")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("programs", nargs="+")
    args = parser.parse_args()
    library = built(args, later_tree(args.output / "tree"))
    return max(run(library, program) for program in args.programs)


def later_tree(tree):
    shutil.rmtree(tree, ignore_errors=True)
    for part in PARTS:
        source, target = ROOT / part, tree / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy2(source, target)
    grown = 0
    for path in sorted((tree / "src/ffi/types").glob("*.rs")):
        text, count = later_field.in_rust(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        grown += count
    sized = (ROOT / "src/ffi/support/first_sizes.rs").read_text(encoding="utf-8").count("pub(super) const")
    if grown != sized:
        sys.exit(f"older_program: {grown} structs grew, but {sized} say their size")
    return tree


def built(args, tree):
    """Uses the profile of the tests, whose dependencies are already built."""
    target = args.target_dir.resolve()
    subprocess.run([args.cargo, "rustc", "-p", "palabra", "--lib", "--locked", "--crate-type", "cdylib",
                    "--target-dir", str(target)], cwd=tree, check=True)
    library = args.output / "libpalabra.so"
    shutil.copy2(target / "debug/libpalabra.so", library)
    return library.resolve()


def run(library, program):
    """Runs it with this library instead of the one that it was linked to."""
    code = subprocess.run([program], env={**os.environ, "LD_PRELOAD": str(library)}).returncode
    if code != 0:
        print(f"older_program: {program}: {code}", file=sys.stderr)
    return abs(code)


if __name__ == "__main__":
    sys.exit(main())
