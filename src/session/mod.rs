//! One live conversation over one WebSocket.
//!
//! The callers' threads use the [`Session`] in `handle`; the driver's task in `stream` owns the socket. They meet in
//! the ring, the outbox, the event queue and the state of the session, and nowhere else.

pub mod events;
pub mod handle;
pub mod input;
#[cfg(feature = "echo")]
pub(crate) mod listening;
pub mod output;
pub mod stream;

pub use handle::life::State;
pub use handle::session::Session;
