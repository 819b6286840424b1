//! The records of sessions and their connections, in memory.

mod session;
mod sessions;
mod tally;

pub use session::Session;
pub use sessions::Store;
pub use tally::{Seat, Tally};
