"""Small crates with one fault each, in which the rules must find it: shows that the rules can fail."""

import rules
from rust_imports import Crate

ORDER = {"src": [{"top"}, {"middle"}, {"low"}]}
LIB = "pub mod top; pub mod middle; pub mod low;"
SOUND = {
    "src/lib.rs": LIB,
    "src/top.rs": "use crate::middle::Made; use crate::low::{self, Low as L}; fn f() { low::made(); }",
    "src/middle/mod.rs": "//! Declares.\nmod made;\npub use made::Made;",
    "src/middle/made.rs": 'use crate::low::Low; // crate::top::T\npub struct Made; const A: &str = "crate::top::T"; const B: [char; 2] = [\'"\', \'{\'];',
    "src/low.rs": "pub struct Low; pub fn made() {}\n#[cfg(test)]\nmod tests { use crate::top; }",
}


def found(rule, *arguments, **changed):
    files = {**SOUND, **{f"src/{name.replace('__', '/')}.rs": text for name, text in changed.items()}}
    crate = Crate(files, "src/lib.rs")
    return [what for what, _ in rule(crate, *arguments)]


def expect(wanted, got):
    return None if wanted == got else f"expected {wanted}, found {got}"


def all_rules():
    return found(rules.file_circles) + found(rules.arrows_up, ORDER) + found(rules.more_than_declarations) \
        + found(rules.folder_circles, "src")


def cases():
    """(name, reason of the failure or None)"""
    up = ["src/low.rs needs src/middle/made.rs"]
    circle = ["src/low.rs stands in a circle", "src/middle/made.rs stands in a circle"]
    yield "sound rooms have no fault, and comments, strings and tests are no arrows", expect([], all_rules())
    yield "a use that runs up is found behind a re-export", \
        expect(up, found(rules.arrows_up, ORDER, low="use super::middle::{Made as Other};"))
    yield "a path within the code that runs up is found", \
        expect(up, found(rules.arrows_up, ORDER, low="fn f() { crate::middle::Made; }"))
    yield "a path that begins with an imported module is found", \
        expect(up, found(rules.arrows_up, ORDER, low="use crate::middle as m; fn f() -> m::Made { loop {} }"))
    yield "a use within a glob's reach is found", \
        expect(up, found(rules.arrows_up, ORDER, low="use crate::middle::*; fn f() { Made::new(); }"))
    yield "a circle of two files is found", expect(circle, found(rules.file_circles, low="use crate::middle::Made; pub struct Low;"))
    yield "a circle of a room with a folder is found", \
        expect(["src/middle stands in a circle of rooms"], found(rules.folder_circles, "src", low="use crate::middle::Made; pub struct Low;"))
    yield "a mod.rs with a function is found", \
        expect(["src/middle/mod.rs does more than declare"], found(rules.more_than_declarations, middle__mod="mod made; fn f() {}"))
    yield "a room that the table forgets is found", \
        expect(["src/low is in no table"], found(rules.arrows_up, {"src": [{"top"}, {"middle"}]})[:1])
    headers = {"a/x.hpp": '#include "y.hpp"', "a/y.hpp": "#include <z.h>", "b/z.h": '#include <x.hpp>'}
    yield "a circle of #include is found", expect(3, len(list(rules.include_circles(headers, ["a", "b"]))))
    sources = {"p/a.c": '#include "b.h"', "p/b.h": "", "p/b.c": '#include "b.h"\n#include "a.h"', "p/a.h": ""}
    yield "a circle of sources is found", expect(2, len(list(rules.source_circles(sources))))
    yield "a source and its header are one file", expect(0, len(list(rules.source_circles({**sources, "p/b.c": '#include "b.h"'}))))
