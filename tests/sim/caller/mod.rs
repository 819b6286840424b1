//! Programs that use the library: tasks that call its C functions with timeout 0 and sleep until they are woken.

mod talk;
mod translation;

pub use talk::{Did, Log, Record};
pub use translation::{Plan, Translation};
