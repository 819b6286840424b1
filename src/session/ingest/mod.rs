//! The way in: the caller's frames wait in a ring until a chunk is full, as the caller gave them.
//!
//! Each input format has a ring of its own. A new format begins a new ring, and the driver goes on to it when
//! the old one is empty: so the order is kept, and sending stays a copy and a few atomic operations.

mod chunks;
mod inlet;
mod lane;
mod shared;
#[cfg(test)]
mod tests;

pub use chunks::{Chunks, Sent};
pub use inlet::Ingest;

/// Room for what comes between two looks of [`Chunks::drop_older_than`]: blocks of half a second and 10 ms besides.
pub(super) const HEADROOM_MS: u32 = 500;
