//! The files of `src/session` that models use.

#[path = "../../../src/session/events/mod.rs"]
pub mod events;
#[path = "input.rs"]
pub mod input;
#[path = "output.rs"]
pub mod output;
