"""The text of NOTICE."""

import re

HEAD = """libpalabra contains the software below. This file lists it with its licences, which require that this list is
distributed with every program that contains the library. libpalabra itself is licensed under the MIT licence or the
Apache License, Version 2.0, at your choice (LICENSE-MIT, LICENSE-APACHE).

The list holds for every system: a library for one system contains some of it. Crates marked with * are contained only in
a library that was built with an optional feature ("decoders", "vad"). Written by tools/notice; do not edit.
"""
STANDARD_LIBRARY = ("The Rust standard library", "MIT OR Apache-2.0", "https://github.com/rust-lang/rust",
                    "Copyright (c) The Rust Project Contributors")
# The shortest one of the licences that a crate offers.
PREFERRED = ("MIT", "ISC", "Zlib", "BSD", "APACHE")


def notice(crates):
    texts = {}
    for crate in crates:
        for text in _licence_texts(crate):
            texts.setdefault(_normal(text), (text, []))[1].append(f"{crate.name} {crate.version}")
    parts = [HEAD, _table(crates)]
    for text, names in sorted(texts.values(), key=lambda entry: entry[1]):
        parts.append(f"{'-' * 100}\n{_wrapped(names)}:\n\n{text.strip()}\n")
    return "\n".join(parts)


def _table(crates):
    rows = [(f"{crate.name} {crate.version}{' *' * crate.is_optional}", crate.licence, crate.source) for crate in crates]
    rows.append(STANDARD_LIBRARY[:3])
    return "".join(f"{name:<32} {licence:<36} {source}".rstrip() + "\n" for name, licence, source in rows)


def _licence_texts(crate):
    files = sorted(path for path in crate.folder.iterdir()
                   if path.is_file() and re.match(r"(?i)(licen[cs]e|copying|notice|unlicense)", path.name))
    read = [(path.name.upper(), path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")) for path in files]
    offered = [text for name, text in read if not _is_choice(name)]
    if " OR " in crate.licence.upper().replace("/", " OR ") and " AND " not in crate.licence:
        for wanted in PREFERRED:
            chosen = [text for name, text in read if wanted in name]
            if chosen:
                return chosen[:1]
    if offered or read:
        return offered or [text for _, text in read]
    return [f"{crate.licence}. The crate comes without the text of its licence. Authors: {', '.join(crate.authors) or crate.name}"]


def _is_choice(name):
    return name in {"UNLICENSE"}


def _normal(text):
    return " ".join(text.split())


def _wrapped(names):
    lines, line = [], ""
    for name in names:
        joined = f"{line}, {name}" if line else name
        if len(joined) > 98:
            lines.append(line + ",")
            joined = name
        line = joined
    return "\n".join([*lines, line])
