//! The way out: speech by language on its way to whoever plays it, and recordings of both ways.

pub(crate) mod feed;
pub(crate) mod line;
pub(crate) mod marks;
pub(crate) mod original;
pub(crate) mod play;
pub(crate) mod playout;
pub(crate) mod recorder;
pub(crate) mod ring;
#[cfg(test)]
mod tests;

pub use feed::backlog::{Phrase, Speech};
pub use line::{Line, LineStats};
pub use original::OriginalOptions;
pub use play::reader::Sound;
pub use play::tap::Taps;
pub use playout::{OutputMode, Playout, PlayoutOptions};
