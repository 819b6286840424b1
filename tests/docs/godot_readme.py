#!/usr/bin/env python3
"""Follows the README of the extension for Godot in an empty folder: its command builds the extension, which loads with the C library
beside it, and the page's script and its table of methods call what the extension has, with as many arguments.

usage: godot_readme.py --prefix PREFIX [--libdir lib] [--compiler CC]
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = "bindings/godot"
BUILT = "libpalabra_godot.so"


def arguments():
    parser = argparse.ArgumentParser(description="Follows the README of the extension for Godot.")
    parser.add_argument("--prefix", required=True, type=pathlib.Path, help="where palabra is installed")
    parser.add_argument("--libdir", default="lib", help="folder of the library in the prefix")
    parser.add_argument("--compiler", default="cc")
    return parser.parse_args()


def block(text, language):
    return re.search(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[1]


def problems_of_build(args, page, folder):
    """As the page says: built, then copied beside the C library and the description."""
    command = block(page, "").replace("cc ", f"{args.compiler} ", 1)
    libraries = args.prefix / args.libdir
    shutil.copytree(ROOT / SOURCES, folder / SOURCES)
    env = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    if subprocess.run(["sh", "-ec", command], cwd=folder, env={**env, "PKG_CONFIG_PATH": str(libraries / "pkgconfig")}).returncode:
        return ["the command fails"]
    addon = folder / "addons/palabra"
    addon.mkdir(parents=True)
    for path in (folder / BUILT, libraries / "libpalabra.so.0.1", ROOT / SOURCES / "palabra.gdextension"):
        shutil.copy(path, addon)
    told = (addon / "palabra.gdextension").read_text(encoding="utf-8")
    named = re.findall(r'"(lib[^"]*\.so[^"]*)"', told)
    entry = re.search(r'^entry_symbol = "(\w+)"', told, re.MULTILINE)[1]
    wrong = [f"palabra.gdextension names {name}" for name in named if not (addon / name).is_file()] + ["it names none"] * (not named)
    (folder / BUILT).unlink()
    load = f"import ctypes; ctypes.CDLL({str(addon / BUILT)!r}).{entry}"
    return wrong + ["it does not load"] * (subprocess.run([sys.executable, "-c", load], env=env).returncode != 0)


def count(listed):
    """Arguments, or names of them, at the outer level."""
    depth = commas = 0
    for letter in listed:
        depth += (letter in "([") - (letter in ")]")
        commas += letter == "," and depth == 0
    return commas + 1 if listed.strip() else 0


def problems_of_methods(page):
    source = (ROOT / SOURCES / "translation.c").read_text(encoding="utf-8")
    known = {name: int(number) for name, number in re.findall(r'^    \{"(\w+)", GODOT_\w+, (\d), ', source, re.MULTILINE)}
    nested = r"((?:[^()]|\([^()]*\))*)"
    called = re.findall(rf"\bvoice\.(\w+)\({nested}\)", block(page, "gdscript"))
    listed = re.findall(r"`(\w+)\(([^)]*)\)`", page[page.index("## Methods"):])
    wrong = [f"no method {name} with {count(values)} arguments" for name, values in called + listed if known.get(name) != count(values)]
    return wrong + [f"the page lacks {name}" for name in known if name not in {name for name, _ in listed}] + ["it calls nothing"] * (not called)


def main():
    args = arguments()
    page = (ROOT / SOURCES / "README.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        wrong = problems_of_build(args, page, pathlib.Path(folder)) + problems_of_methods(page)
    for problem in wrong:
        print(f"godot_readme: {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
