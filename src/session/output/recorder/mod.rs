//! Recordings of a conversation: made by the library's thread, written by a thread for each file.

mod end;
mod file;
mod stereo;
mod track;

pub use end::End;
pub use stereo::Recorder;
