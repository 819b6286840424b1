//! Messages of a translation stream (protocol.md 5 and 6).

mod audio;
pub mod dialect;
pub mod glossaries;
pub mod incoming;
pub mod outgoing;
mod segments;
pub mod task;
