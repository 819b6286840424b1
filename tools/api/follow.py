"""Renames fields in docs/coverage.md, which is written by hand, when they are renamed in the API.

A field counts as renamed when its struct has as many fields as before, and one of the same type is in its place."""

import re

import rust_source

TABLE = rust_source.ROOT / "docs" / "coverage.md"
WAY = re.compile(r"`(palabra_\w+)((?:\.\w+)+)`")


def table(old, new):
    """The table after a change from one description of the API to another."""
    before, after = structs(old), structs(new)
    return WAY.sub(lambda found: f"`{found[1]}{way(found[1], found[2], before, after)}`", TABLE.read_text(encoding="utf-8"))


def structs(api):
    return {struct["name"]: struct["fields"] for page in api["pages"] for struct in page["structs"]}


def way(struct, names, before, after):
    """Path from a struct to one of its fields, also through nested structs."""
    said = ""
    for name in names.strip(".").split("."):
        place = next((place for place, field in enumerate(before.get(struct, ())) if field["name"] == name), None)
        if place is None:
            return names
        said += "." + renamed(struct, place, before, after)
        struct = before[struct][place]["type"]
    return said


def renamed(struct, place, before, after):
    old, new = before[struct], after.get(struct, ())
    same = len(old) == len(new) and old[place]["type"] == new[place]["type"]
    is_new = same and new[place]["name"] not in {field["name"] for field in old}
    return new[place]["name"] if is_new else old[place]["name"]
