//! The speech-to-speech translation stream (protocol.md 4 and 5).

mod commands;
mod detection;
mod incoming;
mod messages;
mod pacing;
mod stream;
mod task;

pub use stream::Stream;
