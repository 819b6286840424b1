//! Admission and bodies of all REST calls, and the calls about sessions (protocol.md 3).

mod admission;
pub mod body;
mod sessions;

pub use admission::{Admitted, admit, authority};
pub use sessions::{SESSIONS, create, delete};
