//! The original: the speaker's own voice on its way from the sender's thread to the players, past the service.

mod bus;
mod sender;
mod writer;

pub(crate) use bus::{Bus, MOST_WAITING_MS};
pub(crate) use sender::OriginalSender;
