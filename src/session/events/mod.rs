//! Delivery of events: the mailbox of a session, the queue that lists the mailboxes that hold something, and the queue
//! of names, which lists the sessions.

pub mod delivery;
pub mod log;
pub mod mailbox;
mod name;
pub mod names;
mod parcel;
pub mod queue;
mod ready;
pub mod shared;
mod waiting;
mod wakeup;

pub use parcel::Numbered;
pub use wakeup::Callback;
