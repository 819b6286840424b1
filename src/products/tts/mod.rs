//! A text-to-speech session: texts in, speech out (protocol.md 8).

mod commands;
mod conversation;
mod desk;
mod generations;
mod messages;
pub mod options;
mod sink;
pub mod splitter;
mod verbs;

pub(crate) use desk::MAX_TEXT_BYTES;
pub use desk::Saying;
pub use sink::Said;
