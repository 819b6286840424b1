//! The task that owns the socket, on the library's thread.

pub(crate) mod carry;
pub(crate) mod deadlines;
pub(crate) mod driver;
pub(crate) mod farewell;
pub(crate) mod outbox;
pub(crate) mod phrases;
pub mod spacing;
pub(crate) mod turn;
