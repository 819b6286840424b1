#!/usr/bin/env python3
"""Checks the references in this project's texts.

- "protocol.md 5.4" and "protocol.md 15 row 18", in code and documents, name a section and a row of docs/protocol.md.
- Links of all *.md that are no web address lead to a file, and to a heading of it.
- Files and folders that documents name in `code` exist.
- Names of the C API in documents exist in the headers, and docs/from-python.md has nothing but such names for those of Python.
- No comment or document speaks of the caller, or of anything else, as "he".
- The patches of tests/prove/revert apply to the sources as they are.
- The programs of tests/c lie in the folder of their kind, and tests/README.md names every folder of tests.

usage: test_references.py
"""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTOCOL = ROOT / "docs/protocol.md"
SKIPPED = {".git", "target", "build", "node_modules", "__pycache__", ".mypy_cache", ".pytest_cache"}
TEXTS = {".rs", ".c", ".h", ".cpp", ".hpp", ".go", ".cs", ".py", ".md", ".sh", ".cmake", ".toml", ".txt", ".json"}
# Top-level files and folders that a document may name.
TOP = ("api", "benches", "bindings", "bridges", "cmake", "devserver", "docs", "examples-c", "include", "src", "tests", "tools")
KINDS = {"api": "api", "int": "integration", "life": "life", "rt": "realtime", "user": "user", "prove": "prove",
         "header": "header"}

# A reference continues as long as numbers follow, also on the next line of a comment.
SPACE = r"(?:\s|//[/!]?|\*(?!/)|#)*"
REFERENCE = re.compile(r"protocol\.md\b")
NUMBER = re.compile(rf"{SPACE}(?:,|and\b|to\b|-)?{SPACE}(sections?{SPACE}|rows?{SPACE})?(\d+(?:\.\d+)?)(?!\w)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
COMMENTED = {".rs", ".c", ".h", ".cpp", ".hpp", ".go", ".cs", ".cmake", ".sh"}
COMMENT = re.compile(r"(?:^|\s)(?://|/\*|\*\s|#\s)")
# Except the language code of Hebrew in a list of languages.
PRONOUN = re.compile(r"\b(?:(?<!el )he|his|him|himself)\b", re.IGNORECASE)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


@functools.cache
def files():
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED]
        found += [pathlib.Path(folder, name) for name in names if pathlib.Path(name).suffix in TEXTS]
    return sorted(found)


@functools.cache
def text_of(path):
    return path.read_text(encoding="utf-8")


def documents():
    return [path for path in files() if path.suffix == ".md"]


def place(path, text, at):
    return f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, at) + 1}"


# --- docs/protocol.md -----------------------------------------------------------------------------------------------


def sections(text):
    """{number: its numbered rows}"""
    parts = re.split(r"^#{2,3} (\d+(?:\.\d+)?)\.? .*$", text, flags=re.MULTILINE)
    return {number: set(re.findall(r"^\| (\d+) \|", body, re.MULTILINE)) for number, body in zip(parts[1::2], parts[2::2])}


def numbers_after(text, at):
    """(section, row or None) of a reference whose numbers begin at `at`."""
    section, in_rows, last = None, False, None
    while match := NUMBER.match(text, at):
        word, number = (match[1] or "").strip(), match[2]
        in_rows = word.startswith("row") or (in_rows and "." not in number and not word)
        is_range = in_rows and last is not None and match[0].startswith("-")
        for value in range(int(last) + 1, int(number) + 1) if is_range else [number]:
            yield (section, str(value)) if in_rows else (str(value), None)
        if not in_rows:
            section = number
        last, at = number if in_rows else None, match.end()


def protocol_problems():
    known = sections(text_of(PROTOCOL))
    for path in files():
        if path in (PROTOCOL, pathlib.Path(__file__).resolve()):
            continue
        text = text_of(path)
        for reference in REFERENCE.finditer(text):
            for section, row in numbers_after(text, reference.end()):
                if section not in known:
                    yield f"{place(path, text, reference.start())}: protocol.md has no section {section}"
                elif row and row not in known[section]:
                    yield f"{place(path, text, reference.start())}: protocol.md {section} has no row {row}"
    coverage = ROOT / "docs/coverage.md"
    for named in re.finditer(r"^(?:## (\d+(?:\.\d+)?)|\| (\d+\.\d+)) ", text_of(coverage), re.MULTILINE):
        if (section := named[1] or named[2]) not in known:
            yield f"{place(coverage, text_of(coverage), named.start())}: protocol.md has no section {section}"
    for word in re.finditer(r"(?<!\*)\bunconfirmed\b(?!\*)", text_of(PROTOCOL)):
        yield f"{place(PROTOCOL, text_of(PROTOCOL), word.start())}: the mark is written *unconfirmed*"


# --- Links and names in documents -----------------------------------------------------------------------------------


@functools.cache
def anchors(path):
    """As GitHub derives them from headings."""
    headings = re.findall(r"^#{1,6} (.*)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    slug = lambda heading: re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")  # noqa: E731
    return {slug(heading) for heading in headings} | set(re.findall(r'<a (?:id|name)="([^"]+)"', text_of(path)))


def link_problems():
    for path in documents():
        text = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), text_of(path))
        for link in LINK.finditer(text):
            target, _, anchor = link[1].partition("#")
            if re.match(r"[a-z]+:", link[1]):
                continue
            wanted = (path.parent / target).resolve() if target else path
            if not wanted.exists():
                yield f"{place(path, text, link.start())}: there is no {target}"
            elif anchor and wanted.suffix == ".md" and anchor not in anchors(wanted):
                yield f"{place(path, text, link.start())}: {wanted.relative_to(ROOT)} has no heading #{anchor}"


def exists(name):
    """From the root, from the folder of a crate, or as the end of a source's path."""
    pattern = name.rstrip("/")
    if any(next(folder.glob(pattern), None) for folder in (ROOT, ROOT / "devserver", ROOT / "src", ROOT / "devserver/src")):
        return True
    return any(path.as_posix().endswith(f"/{pattern}") for path in files() if path.suffix == ".rs")


def is_name_of_file(code):
    if not re.fullmatch(r"[\w.*+-]+(?:/[\w.*+-]+)*/?", code):
        return False
    top = code.partition("/")[0]
    return ("/" in code and top in TOP) or ("/" in code and code.endswith(".rs"))


def name_problems():
    for path in documents():
        # Names in the bindings' and examples' own folders, and in the changelog, are not checked.
        if path.name == "CHANGELOG.md" or path.parent not in (ROOT, ROOT / "tests", ROOT / "docs", ROOT / "docs/guides"):
            continue
        text = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), text_of(path))
        for code in CODE.finditer(text):
            name = code[1].split("::")[0]
            if is_name_of_file(name) and not exists(name):
                yield f"{place(path, text, code.start())}: there is no {name}"


# --- Names of the API in documents ----------------------------------------------------------------------------------

API_WORD = re.compile(r"(?<!#)\b(?:palabra|PALABRA)_[A-Za-z0-9_]*[A-Za-z0-9]\b")
# The official client's module, and settings of the tests.
OTHER_WORD = re.compile(r"palabra_ai|PALABRA_DOTNET_ARCHIVE|PALABRA_\w*_(?:SECONDS|SEED)|PALABRA_MUTANTS")


@functools.cache
def api_words():
    headers = [ROOT / "include/palabra.h", *sorted((ROOT / "include/palabra").glob("*.h"))]
    return set(API_WORD.findall("".join(text_of(header) for header in headers)))


@functools.cache
def api_names():
    """Functions, structs, fields and constants."""
    found, waiting = set(), [json.loads(text_of(ROOT / "api/palabra.json"))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found.add(value.get("name"))
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


def api_problems():
    for path in documents():
        if path.parent not in (ROOT, ROOT / "docs", ROOT / "docs/guides", ROOT / "docs/reference") or path.name in ("CHANGELOG.md", "proof.md"):
            continue
        for word in API_WORD.finditer(text_of(path)):
            if word[0] not in api_words() and not OTHER_WORD.fullmatch(word[0]):
                yield f"{place(path, text_of(path), word.start())}: the API has no {word[0]}"


def migration_problems():
    """The middle column of the tables: fields may have a path, functions are written with their parentheses."""
    page = ROOT / "docs/from-python.md"
    for table in re.finditer(r"^\| Python \| Here \|.*\n((?:\|.*\n)+)", text_of(page), re.MULTILINE):
        for row in re.finditer(r"^\|[^|]*\|([^|]*)\|", table[1], re.MULTILINE):
            for code in CODE.findall(row[1]):
                if not api_names().issuperset(code.removesuffix("()").split(".")):
                    yield f"{place(page, text_of(page), table.start(1) + row.start())}: the API has no {code}"


def pronoun_problems():
    for path in files():
        text = text_of(path)
        if path.suffix == ".md":
            spoken = [FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), text)]
        elif path.suffix in COMMENTED:
            spoken = [line if COMMENT.search(line) else "" for line in text.split("\n")]
        else:
            continue
        for number, line in enumerate("\n".join(spoken).split("\n"), start=1):
            if PRONOUN.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {PRONOUN.search(line)[0]}"


# --- The map of the tests -------------------------------------------------------------------------------------------


def map_problems():
    for path in sorted((ROOT / "tests/c").rglob("*.c")):
        folder = KINDS.get(path.stem.partition("_")[0])
        if folder is None or path.parent.name != folder:
            yield f"{path.relative_to(ROOT)}: programs lie in " + ", ".join(
                f"{folder}/ ({kind}_*)" for kind, folder in KINDS.items())
    table = text_of(ROOT / "tests/README.md")
    for folder in sorted(path for path in (ROOT / "tests").iterdir() if path.is_dir()):
        if folder.name not in SKIPPED and f"`{folder.name}/`" not in table:
            yield f"tests/README.md: says nothing of {folder.name}/"


# --- Patches --------------------------------------------------------------------------------------------------------


def patch_problems():
    if shutil.which("git") is None:
        print("the patches in tests/prove/revert were not checked: there is no git", file=sys.stderr)
        return
    # In a tree within another repository git would leave out all files of a patch.
    alone = {**os.environ, "GIT_CEILING_DIRECTORIES": str(ROOT.parent)}
    for patch in sorted((ROOT / "tests/prove/revert").glob("*.patch")):
        checked = subprocess.run(["git", "apply", "--check", patch], cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
        if checked.returncode != 0:
            yield f"{patch.relative_to(ROOT)}: {checked.stderr.strip()}"


CHECKS = (
    protocol_problems, link_problems, name_problems, api_problems, migration_problems, pronoun_problems, patch_problems, map_problems,
)


def main():
    found = [problem for check in CHECKS for problem in check()]
    for problem in found:
        print(problem, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
