//! The input: the caller's frames wait in a ring, unconverted, until a chunk is full.
//!
//! Each input format has its own ring. A new format begins a new ring, and the driver moves on to it when the old one
//! is empty. So the order is kept, and sending remains a copy and a few atomic operations.

pub(crate) mod backlog;
mod chain;
pub(crate) mod chunks;
pub mod gap;
pub(crate) mod inlet;
mod lane;
pub(crate) mod options;
mod rates;
mod recall;
mod resend;
mod shared;
mod skip;
#[cfg(test)]
mod tests;
pub(crate) mod uplink;

pub(crate) use backlog::Backlog;
pub use backlog::ResendLimits;
pub use chunks::{Chunks, Sent};
pub use inlet::Inlet;
pub use options::InputOptions;
pub(crate) use options::InputSetup;
pub(crate) use resend::Resend;
