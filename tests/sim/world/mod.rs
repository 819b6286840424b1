//! The one thread of a simulation: its hosts, their tasks, and what the library asks the system for.

mod blocking;
mod disk;
mod executor;
mod host;
mod outside;
mod work;

pub use disk::Condition;
pub use executor::{Executor, Order};
pub use host::Host;
pub use outside::{ServiceWorld, World};
