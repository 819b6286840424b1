//! Recordings of a conversation: the library's thread makes them, one thread per file writes them.

mod end;
mod file;
mod stereo;
mod track;

pub(crate) use end::End;
pub(crate) use stereo::Recorder;
