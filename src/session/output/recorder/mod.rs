//! Recordings of a conversation: the library's thread makes them, one thread per file writes them.

mod end;
mod file;
mod parties;
mod pauses;
mod pieces;
mod records;
mod stereo;
mod tapped;
mod track;

pub(crate) use end::End;
pub use parties::PartiesOptions;
pub(crate) use parties::PartiesRecorder;
pub(crate) use pauses::Place;
pub(crate) use records::Records;
pub use stereo::RecordOptions;
pub(crate) use stereo::Recorder;
