//! Admission and bodies of all REST calls, and the calls about sessions (protocol.md 3).

mod admission;
pub mod body;
pub mod paging;
mod sessions;

pub use admission::{Admitted, admit, authority};
pub use sessions::{SESSIONS, answer, create};
