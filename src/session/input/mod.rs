//! The way in: the caller's frames wait in a ring until a chunk is full, as the caller gave them.
//!
//! Each input format has a ring of its own. A new format begins a new ring, and the driver goes on to it when
//! the old one is empty: so the order is kept, and sending stays a copy and a few atomic operations.

pub(crate) mod chunks;
pub mod gap;
pub(crate) mod inlet;
mod lane;
mod shared;
#[cfg(test)]
mod tests;
pub(crate) mod uplink;

pub(crate) use chunks::{Chunks, Sent};
pub(crate) use inlet::Ingest;
