"""Facts that cbindgen does not write to C: which file of src/ffi defines a name, the order, the types of constants."""

import hashlib
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FFI = ROOT / "src" / "ffi"
TYPES = FFI / "types"
# Texts that belong to no single name: texts of pages, and errors that a family of functions shares.
PROSE = FFI / "prose"
# Generated files in src/ffi.
PRINTED = ("bounds.rs", "first_sizes.rs")
# The reading order of the header, in which every page needs only earlier ones.
PAGES = (
    "base",
    "runtime",
    "client",
    "audio",
    "playout",
    "session",
    "event",
    "queue",
    "log",
    "translation",
    "tts",
    "stt",
    "call",
    "file",
    "account",
)
# Pages whose functions are in a folder.
DOORS = {"account": ("rest_sessions", "voices", "glossaries"), "call": ("calls", "legs", "verbs", "stats", "recording")}
NAMES = re.compile(
    r"^pub (?:const (?P<const>\w+): (?P<const_type>\w+)|type (?P<alias>\w+)|struct (?P<struct>\w+))"
    r"|^pub (?:unsafe )?extern \"C\" fn (?P<function>\w+)",
    re.MULTILINE,
)


class Page:
    """The names of one page of the header, in order."""

    def __init__(self, name):
        self.name = name
        self.title = ""
        self.names = []
        self.const_types = {}
        for path in (TYPES / f"{name}.rs", *doors(name)):
            if path.exists():
                self._read(path)

    def _read(self, path):
        text = path.read_text(encoding="utf-8")
        if not self.title:
            head = re.match(r"(?://! ?.*\n)+", text)
            self.title = " ".join(line[3:].strip() for line in head[0].splitlines()) if head else ""
        for found in NAMES.finditer(text):
            name = found["const"] or found["alias"] or found["struct"] or found["function"]
            if name.lower().startswith("palabra_"):
                self.names.append(name)
                if found["const"]:
                    self.const_types[name] = found["const_type"]


def doors(page):
    """The page's file, or the files of its folder in the order of the header."""
    if page not in DOORS:
        return [FFI / f"{page}.rs"]
    return [FFI / page / f"{name}.rs" for name in DOORS[page]]


def pages():
    return [Page(name) for name in PAGES]


def error_groups():
    """(the word after @errors, [(status, text)])."""
    for path in sorted(PROSE.glob("*_errors.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield path.stem.removesuffix("_errors"), [tuple(line.split(maxsplit=1)) for line in lines]


def digest():
    """Hash of all inputs of the generated files."""
    own = pathlib.Path(__file__).resolve().parent
    written = [path for path in FFI.rglob("*.rs") if path.name not in PRINTED]
    sources = [*written, *own.glob("*.py"), *own.glob("*.toml"), *PROSE.glob("*"), ROOT / "Cargo.toml"]
    total = hashlib.sha256()
    for path in sorted(sources):
        if path.name == "Cargo.toml" and path.parent == ROOT:
            content = re.search(r'^version = "[0-9.]+"', path.read_text(encoding="utf-8"), re.MULTILINE)[0].encode()
        else:
            content = path.read_bytes()
        total.update(f"{path.relative_to(ROOT)}\n{len(content)}\n".encode() + content)
    return total.hexdigest()


def version():
    """The package's version: [major, minor, patch]."""
    found = re.search(r'^version = "([0-9.]+)"', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)
    return [int(part) for part in found[1].split(".")]
