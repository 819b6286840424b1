//! What the three WebSocket products share: how a connection begins, is kept alive, fails on purpose and ends.

mod clock;
mod flow;
pub mod held;
mod link;
pub mod outgoing;
pub mod payload;
mod replayed;
mod serve;
pub mod socket;

pub use flow::Flow;
pub use link::Link;
pub use replayed::Replayed;
pub use serve::{Talk, json_of, serve};
