//! Messages of the speech-to-text stream (protocol.md 9).

pub mod incoming;
mod outgoing;
pub mod query;

pub use outgoing::FINALIZE;
