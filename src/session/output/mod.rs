//! The output: speech by language on its way to the player, and recordings of both directions.

pub(crate) mod echo;
pub(crate) mod feed;
pub(crate) mod levels;
pub(crate) mod line;
pub(crate) mod marks;
pub(crate) mod mono;
pub(crate) mod offer;
pub(crate) mod options;
pub(crate) mod original;
pub(crate) mod play;
pub(crate) mod playout;
pub(crate) mod recorder;
pub(crate) mod ring;
#[cfg(test)]
mod tests;

pub use echo::{EchoPolicy, EchoStats};
pub use feed::feeder::LineStats;
pub use feed::phrase::{Phrase, Speech};
pub use levels::OriginalLevels;
pub use line::{Line, Silenced};
pub use options::{OriginalSetup, OutputMode, OutputOptions, PlayoutSetup};
pub use original::OriginalStats;
pub use play::sound::Sound;
pub use play::tap::Taps;
pub use playout::Playout;
pub use recorder::{PartiesOptions, RecordOptions};
