//! The task that owns the socket, on the library's thread: the one loop of all products.

pub(crate) mod bucket;
pub(crate) mod carry;
mod connecting;
pub(crate) mod conversation;
pub(crate) mod deadlines;
pub(crate) mod dialogue;
mod driver;
mod ending;
pub(crate) mod farewell;
mod losses;
pub(crate) mod outbox;
pub(crate) mod outgoing;
pub(crate) mod phrases;
pub(crate) mod product;
mod resend;
mod traffic;

pub(crate) use driver::{start, start_on};
pub(crate) use ending::closed_event;
