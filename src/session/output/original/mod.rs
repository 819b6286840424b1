//! The original: the speaker's own voice on its way from the sender's thread to the players, past the service.

mod bus;
mod decoder;
mod figures;
mod sender;
mod writer;

pub(crate) use bus::{Bus, MOST_WAITING_MS};
pub(crate) use decoder::Decoder;
pub(crate) use figures::OriginalFigures;
pub use figures::OriginalStats;
pub(crate) use sender::OriginalSender;
