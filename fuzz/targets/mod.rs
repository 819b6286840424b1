//! The targets of the fuzzer. Each takes bytes and panics when a property does not hold.
//!
//! tests/rust/seeds.rs runs the same functions with every file in fuzz/seeds.

mod addresses;
mod bytes;
mod c_api;
mod convert;
mod csv;
mod input;
mod json;
mod messages;
mod playout;
mod replies;
mod speech;
mod splitter;
mod task;
mod wav;
mod websocket;

type Target = fn(&[u8]);

/// Every target, by the name of its folder of seeds.
pub const ALL: &[(&str, Target)] = &[
    ("addresses", addresses::run),
    ("c_api", c_api::run),
    ("convert", convert::run),
    ("csv", csv::run),
    ("input", input::run),
    ("messages", messages::run),
    ("playout", playout::run),
    ("replies", replies::run),
    ("speech", speech::run),
    ("splitter", splitter::run),
    ("task", task::run),
    ("wav", wav::run),
    ("websocket", websocket::run),
];
