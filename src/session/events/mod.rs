//! Delivery of events: the mailbox of a session, and the queue that lists the mailboxes that hold something.

pub mod log;
pub mod mailbox;
mod parcel;
pub mod queue;
mod waiting;
mod wakeup;

pub use parcel::Numbered;
pub use wakeup::Callback;
