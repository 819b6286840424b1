"""Which file of a crate needs which: `use` trees, paths in the code, re-exports followed to the definition."""

import functools
import pathlib
import re

from rust_text import blank, closing, code, without_tests

MODULE = re.compile(r"\bmod\s+(\w+)\s*([;{])")
USE = re.compile(r"(\bpub\s*(?:\([^)]*\)\s*)?)?\buse\s+([^;]*);")
PATH = re.compile(r"(?<![\w:.$])(?:\$?crate|\w+)(?:\s*::\s*\w+)+")
DEFINED = re.compile(r"\b(?:fn|struct|enum|union|trait|type|const|static|macro_rules!)\s+(\w+)")
WORDS_OF_PATHS = ("crate", "self", "super")
# The contents that a file of declarations may have.
DECLARATION = re.compile(
    r"\s*(?:#!?\s*\[[^\]]*\]|(?:pub\s*(?:\([^)]*\)\s*)?)?mod\s+\w+\s*;|(?:pub\s*(?:\([^)]*\)\s*)?)?use\s+[^;]*;|extern\s+crate\s+\w+\s*;)"
)


class Module:
    """One module: a file, or a block within one."""

    def __init__(self, path, file, text):
        self.path, self.file = path, file
        self.children, self.aliases, self.globs, self.uses = {}, {}, [], []
        self.text = text

    def read_uses(self):
        for found in USE.finditer(self.text):
            for path, name in tree(found.group(2)):
                self.uses.append((path, bool(found.group(1))))
                if name == "*":
                    self.globs.append(path)
                elif name != "_":
                    self.aliases.setdefault(name, path)
        self.text = USE.sub(lambda found: blank(found.group()), self.text)
        self.defined = set(DEFINED.findall(self.text))


def tree(text):
    """Each path of a `use` tree, and its local name: `a::{b, c as d}` is a::b as b and a::c as d."""
    text = text.strip()
    if "{" in text:
        before, _, _ = text.partition("{")
        start = text.index("{")
        prefix = segments(before)
        for part in split(text[start + 1:closing(text, start) - 1]):
            for path, name in tree(part):
                whole = prefix + path
                if whole and whole[-1] == "self":
                    whole, name = whole[:-1], whole[-2] if name == "self" else name
                yield whole, name
        return
    path, _, alias = (part.strip() for part in text.partition(" as "))
    parts = segments(path)
    if parts and parts[-1] == "*":
        yield parts[:-1], "*"
    elif parts:
        yield parts, alias or parts[-1]


def segments(path):
    return [part.strip() for part in path.split("::") if part.strip()]


def split(text):
    """Splits at the commas outside of inner braces."""
    depth, last = 0, 0
    for place, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            yield text[last:place]
            last = place + 1
    if text[last:].strip():
        yield text[last:]


class Crate:
    """The modules of a crate, starting at its root file. `files` maps each path to its text."""

    def __init__(self, files, root, name=None):
        self.texts = {path: code(text) for path, text in files.items()}
        self.name, self.files, self.modules, self._bare = name, {}, [], {}
        self.root = self._module((), root)
        for module in self.modules:
            module.read_uses()

    def _module(self, path, file):
        text = without_tests(self.texts[file])
        self.files[file] = text
        module = self._within(path, file, text)
        return module

    def _within(self, path, file, text):
        module = Module(path, file, text)
        self.modules.append(module)
        at = 0
        while found := MODULE.search(module.text, at):
            name, at = found.group(1), found.end()
            if found.group(2) == "{":
                end = closing(module.text, found.end() - 1)
                module.children[name] = self._within((*path, name), file, module.text[found.end():end - 1])
                module.text = module.text[:found.start()] + blank(module.text[found.start():end]) + module.text[end:]
            elif (child := self._file_of(file, path, name)) is not None:
                module.children[name] = self._module((*path, name), child)
        return module

    def _file_of(self, file, path, name):
        file = pathlib.PurePosixPath(file)
        folder = file.parent if file.name in ("mod.rs", "lib.rs", "main.rs") else file.parent / file.stem
        for candidate in (folder / f"{name}.rs", folder / name / "mod.rs"):
            if str(candidate) in self.texts:
                return str(candidate)
        return None

    def declares_only(self, file):
        if file not in self._bare:
            self._bare[file] = not self.what_is_more(file)
        return self._bare[file]

    def what_is_more(self, file):
        """The code of a file that is not a declaration, or an empty text."""
        text, at = self.files[file], 0
        while found := DECLARATION.match(text, at):
            at = found.end()
        return text[at:].strip()

    def target(self, module, path):
        """The module that defines the target of this path; None for another crate's."""
        found = self._start(module, path)
        return self._walk(*found, frozenset()) if found else None

    def _start(self, module, path):
        first, rest = path[0], path[1:]
        if first in ("crate", "$crate") or first == self.name:
            return self.root, rest
        if first == "self":
            return module, rest
        if first == "super":
            while first == "super":
                module = self._parent(module)
                first, rest = (rest[0], rest[1:]) if rest else (None, [])
            return module, ([first] if first else []) + rest
        if first in module.children or first in module.aliases or self._by_glob(module, first):
            return module, path
        return None

    def _parent(self, module):
        walked = self.root
        for name in module.path[:-1]:
            walked = walked.children[name]
        return walked

    def _by_glob(self, module, name):
        for path in module.globs:
            # A glob import of this module cannot be found by a name that it imports.
            if path[0] not in WORDS_OF_PATHS and path[0] not in module.children:
                continue
            found = self._start(module, path)
            target = self._walk(*found, frozenset()) if found else None
            if target and target is not module and (name in target.children or name in target.aliases or name in target.defined):
                return target
        return None

    def _walk(self, module, path, seen):
        while path:
            name = path[0]
            if name in module.children:
                module, path = module.children[name], path[1:]
            elif name in module.aliases and (module, name) not in seen:
                alias = module.aliases[name]
                seen |= {(module, name)}
                found = self._start_of_alias(module, alias, name)
                return self._walk(found[0], found[1] + path[1:], seen) if found else None
            elif name not in module.defined and (target := self._by_glob(module, name)):
                module = target
            else:
                return module
        return module

    def _start_of_alias(self, module, alias, name):
        if alias[0] == name and alias[0] not in module.children:
            # `use rustls;`: the name refers to another crate.
            return None
        return self._start(module, alias)

    def needs(self):
        """(file, needed file, the path as written) for each path of each file."""
        for module in self.modules:
            bare = self.declares_only(module.file)
            for path, is_public in module.uses:
                target = self.target(module, path)
                # A re-export of a file of declarations is followed from where it is used.
                own = target and is_public and bare and target.path[:len(module.path)] == module.path
                if target and not own:
                    yield module.file, target.file, "::".join(path)
            for found in PATH.finditer(module.text):
                path = segments(found.group())
                if target := self.target(module, path):
                    yield module.file, target.file, "::".join(path)

    @functools.cached_property
    def edges(self):
        """{file: {needed file: one of the paths}}, without files that only declare."""
        edges = {file: {} for file in self.files}
        for file, needed, path in self.needs():
            if file != needed and not self.declares_only(needed):
                edges[file].setdefault(needed, path)
        return edges
