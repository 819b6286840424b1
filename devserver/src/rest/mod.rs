//! What REST calls have in common, and those of sessions (protocol.md 3).

mod admission;
pub mod body;
mod sessions;

pub use admission::{Admitted, admit, authority};
pub use sessions::{SESSIONS, create, delete};
