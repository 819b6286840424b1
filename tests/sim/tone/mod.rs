//! Sound whose every 10 ms carries its number, so that loss, doubling and order can be read.

pub mod check;
mod code;
mod ear;
mod mouth;

pub use code::{BLOCKS_PER_S, NUMBERS, Voice};
pub use ear::{Ear, Heard, What};
pub use mouth::Mouth;
