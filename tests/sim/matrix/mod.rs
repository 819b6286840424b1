//! Every fault of the service in every state of a session.

mod cell;
mod faults;
mod plan;
mod right;
mod sweep;

pub use cell::Cell;
pub use sweep::sweep;
