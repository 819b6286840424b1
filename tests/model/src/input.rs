//! The files of `src/session/input` that models use.

#[path = "../../../src/session/input/chain.rs"]
mod chain;
#[path = "../../../src/session/input/chunks.rs"]
pub(crate) mod chunks;
#[path = "../../../src/session/input/gap.rs"]
pub mod gap;
#[path = "../../../src/session/input/inlet.rs"]
pub(crate) mod inlet;
#[path = "../../../src/session/input/lane.rs"]
mod lane;
#[path = "../../../src/session/input/rates.rs"]
mod rates;
#[path = "../../../src/session/input/shared.rs"]
mod shared;
#[path = "../../../src/session/input/skip.rs"]
mod skip;

pub use chunks::{Chunks, Sent};
pub use inlet::Inlet;
