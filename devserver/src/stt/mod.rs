//! The speech-to-text stream (protocol.md 9).

mod decoder;
mod encoding;
mod messages;
mod query;
mod stream;
mod wav;

pub use query::Query;
pub use stream::Stream;
