//! The original at a player: it arrives unevenly and by another clock, and is heard evenly.

mod arrivals;
mod mix;
mod path;
mod source;

pub(crate) use mix::OriginalMix;
pub(crate) use path::Path;
