//! Recordings of a conversation: the library's thread makes them, one thread per file writes them.

mod end;
mod file;
mod pauses;
mod stereo;
mod track;

pub(crate) use end::End;
pub(crate) use pauses::Place;
pub use stereo::RecordOptions;
pub(crate) use stereo::Recorder;
