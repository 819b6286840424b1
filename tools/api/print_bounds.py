"""The bounds of each number that a caller sets, from its field's text, so that header and check cannot differ."""

PATH = "src/ffi/support/bounds.rs"


def files(api):
    pages = [(page["name"], struct["name"], bounded(struct)) for page in api["pages"] for struct in page["structs"]]
    return {PATH: "\n".join(lines([page for page in pages if page[2]]))}


def bounded(struct):
    """0 selects the default in every such field, so a field without a minimum begins at 1."""
    return [(field["name"], field.get("min", 1), field["max"]) for field in struct["fields"]
            if field["type"] == "int32_t" and "max" in field]


def lines(structs):
    yield "//! Bounds of the fields that name some, by the name of the field."
    yield "//! Generated from the texts of the fields; do not edit. One that nothing asks for is dead code, and no check."
    yield ""
    yield "use std::ops::RangeInclusive;"
    yield ""
    yield f"use super::super::types::{{{', '.join(sorted({page for page, _, _ in structs}))}}};"
    for page, name, fields in structs:
        yield ""
        yield f"impl {page}::{name} {{"
        for number, (field, low, high) in enumerate(fields):
            if number:
                yield ""
            yield f"    pub(in crate::ffi) fn {field}(&self) -> RangeInclusive<u32> {{"
            yield f"        {low:_}..={high:_}"
            yield "    }"
        yield "}"
    yield ""
