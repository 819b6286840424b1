"""Checks that names quoted in texts exist in the API, so that renames do not leave old names behind.

In the description of the API names are in backquotes; in the library's errors they are the words with an underscore.
Only src/ffi may name fields, so that renaming a field changes nothing in the layers below."""

import re

import rust_source

QUOTED = re.compile(r"`([^`\n]+)`")
KINDS = ("handles", "enums", "flags", "limits", "structs", "callbacks", "functions")
# Names of C and of the service, and suffixes of the API.
OTHERS = {"int32_t", "_len", "pcm_s16le"}
ERROR = re.compile(r"\bError::(?:invalid|new)\(")
LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
WORD = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


# Files whose words with underscores are not of the API: keys of the service's JSON, and environment variables.
KEYS = ("src/wire/", "src/client/environment.rs")
TESTS = re.compile(r"(?:^|[/_])tests(?:\.rs$|/)")
PATH = re.compile(r"\b[a-z]\w*(?:\.[a-z]\w*)*\b")


def strangers(api):
    known = OTHERS | set(names(api))
    for where, text in texts(api):
        for quoted in QUOTED.findall(text):
            parts = re.split(r"\.|->", re.sub(r"\[\w+\]", "", quoted))
            if not known.issuperset(parts):
                yield f"{where}: `{quoted}` is no name of the API"
    for where, text in errors():
        yield from (f"{where}: {word} is no name of the API" for word in WORD.findall(text) if word not in known)
    yield from outside(set(fields(api)))


def fields(api):
    for page in api["pages"]:
        for struct in page["structs"]:
            yield from (field["name"] for field in struct["fields"])


def outside(known):
    """Fields named by texts outside src/ffi: such a word has an underscore or a path, as in "input.gap"."""
    for path in sorted((rust_source.ROOT / "src").rglob("*.rs")):
        where = path.relative_to(rust_source.ROOT).as_posix()
        if path.is_relative_to(rust_source.FFI) or TESTS.search(where):
            continue
        for literal in LITERAL.findall(code(path)):
            text = re.sub(r"\{[^}]*\}", "", literal.strip('"'))
            if PATH.fullmatch(text) and where.startswith(KEYS):
                continue
            ways = [way for way in PATH.findall(text) if re.search(r"[_.]", way) and known.issuperset(way.split("."))]
            yield from (f"{where}: the field {way} is named outside src/ffi" for way in ways)


def code(path):
    """The source without comments, tests, and the quotation mark as a character."""
    source = path.read_text(encoding="utf-8").split("#[cfg(test)]")[0]
    return re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE).replace("'\"'", "")


def names(api):
    for page in api["pages"]:
        for kind in KINDS:
            for item in page[kind]:
                yield item["name"]
                for part in (*item.get("fields", ()), *item.get("params", ()), *item.get("values", ())):
                    yield part["name"]


def texts(api):
    yield from inside("palabra.json", {key: api[key] for key in ("error_groups", "pages")})
    for path in sorted(rust_source.PROSE.glob("*.txt")):
        yield path.name, path.read_text(encoding="utf-8")


def inside(where, value):
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for part in value.values():
            yield from inside(value.get("name", where), part)
    elif isinstance(value, list):
        for part in value:
            yield from inside(where, part)


def errors():
    """The texts of errors, also of those created outside src/ffi, without their placeholders."""
    for path in sorted((rust_source.ROOT / "src").rglob("*.rs")):
        source = path.read_text(encoding="utf-8").split("#[cfg(test)]")[0]
        for call in ERROR.finditer(source):
            for literal in LITERAL.findall(source[call.end() : end_of_call(source, call.end())]):
                yield path.relative_to(rust_source.ROOT), re.sub(r"\{[^}]*\}", "", literal)


def end_of_call(source, place):
    depth = 1
    while depth and place < len(source):
        depth += {"(": 1, ")": -1}.get(source[place], 0)
        place += 1
    return place
