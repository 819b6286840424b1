//! The files of `src/session/output` that models use.

#[path = "../../../src/session/output/echo.rs"]
pub(crate) mod echo;
#[path = "../../../src/session/output/feed/mod.rs"]
pub(crate) mod feed;
#[path = "../../../src/session/output/levels.rs"]
pub(crate) mod levels;
#[path = "../../../src/session/output/line.rs"]
pub(crate) mod line;
#[path = "../../../src/session/output/marks.rs"]
pub(crate) mod marks;
#[path = "../../../src/session/output/offer.rs"]
pub(crate) mod offer;
#[path = "../../../src/session/output/options.rs"]
pub(crate) mod options;
#[path = "../../../src/session/output/original/mod.rs"]
pub(crate) mod original;
#[path = "../../../src/session/output/play/mod.rs"]
pub(crate) mod play;
#[path = "../../../src/session/output/ring.rs"]
pub(crate) mod ring;

pub use feed::feeder::LineStats;
pub use feed::phrase::{Phrase, Speech};
pub use levels::OriginalLevels;
pub use line::{Line, Silenced};
pub use options::{OriginalSetup, OutputMode, OutputOptions, PlayoutSetup};
pub use play::sound::Sound;
pub use play::tap::Taps;
