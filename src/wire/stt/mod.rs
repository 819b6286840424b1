//! Messages of the speech-to-text stream (protocol.md 9).

mod container;
pub mod incoming;
mod outgoing;
pub mod query;

pub use container::Container;
pub use outgoing::FINALIZE;
