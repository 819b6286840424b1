//! Voices and glossaries by REST: JSON, CSV and forms (protocol.md 10).

pub mod csv;
pub mod form;
pub mod glossary;
mod reply;
pub mod voice;

use reply::sentences;
pub use reply::{PAGE_PARAMETER, Page, check_id, read_page, unwrapped, wrapped};
