//! The management REST calls: cloned voices and glossaries (protocol.md 10).

mod call;
mod csv;
mod glossaries;
mod multipart;
mod routes;
mod voices;

pub use call::UPLOADS;
pub use routes::{answer, is_path};
