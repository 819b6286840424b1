//! The text-to-speech stream (protocol.md 8).

mod format;
mod incoming;
mod mp3;
mod queue;
mod stream;

pub use stream::Stream;
