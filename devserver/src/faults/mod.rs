//! Faults that can be requested, for one session or for all: see [`KNOWN`].
//!
//! A session requests faults through its credential (`dev~name~name=value`), so one process can serve many tests.

mod fields;
mod help;
mod known;
mod read;

pub use fields::{ErrorCode, ErrorKey, Faults};
pub use help::help;
pub use known::KNOWN;
