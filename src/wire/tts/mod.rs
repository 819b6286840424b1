//! Messages of a text-to-speech stream (protocol.md 8).

mod format;
pub mod incoming;
pub mod outgoing;

pub use format::Format;
