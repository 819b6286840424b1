//! Whole sound files in one call.

mod job;
mod tracks;
mod translate_file;

pub use job::{Job, Outcome, Output, Progress};
pub use translate_file::translate_file;
