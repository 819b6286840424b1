//! The way of events to whoever polls: the mailbox of a session, and the queue that lists those that hold something.

pub mod log;
pub mod mailbox;
mod parcel;
pub mod queue;
mod waiting;
mod wakeup;

pub use parcel::Numbered;
pub use wakeup::Callback;
