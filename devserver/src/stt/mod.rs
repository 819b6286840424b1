//! The speech-to-text stream (protocol.md 9).

mod decoder;
mod messages;
mod pace;
mod query;
mod stream;

pub use query::Query;
pub use stream::Stream;
