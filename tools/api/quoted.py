"""Names in backquotes: each is one of the API, so that a name that changes is not left behind in a text."""

import re

import rust_source

QUOTED = re.compile(r"`([^`\n]+)`")
KINDS = ("handles", "enums", "flags", "limits", "structs", "callbacks", "functions")
# Names that C has, and endings of ours.
OTHERS = {"int32_t", "_len"}


def strangers(api):
    known = OTHERS | set(names(api))
    for where, text in texts(api):
        for quoted in QUOTED.findall(text):
            parts = re.split(r"\.|->", re.sub(r"\[\w+\]", "", quoted))
            if not known.issuperset(parts):
                yield f"{where}: `{quoted}` is no name of the API"


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
