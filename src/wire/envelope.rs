//! What stands around the messages of translation and text-to-speech streams: a type and the data (protocol.md 5.1).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Text};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    message_type: Text<'a>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// A frame that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText;

/// Hands type, data and the whole frame to `take`; `None` for what cannot be read at all, which the protocol says to
/// skip. Data that is absent is an empty object, and data in a text is taken out of it.
pub fn open<R>(frame: &[u8], take: impl FnOnce(&str, &str, &str) -> R) -> Result<Option<R>, NotText> {
    std::str::from_utf8(frame).map(|frame| open_text(frame, take)).map_err(|_| NotText)
}

fn open_text<R>(frame: &str, take: impl FnOnce(&str, &str, &str) -> R) -> Option<R> {
    // A list would pass for a struct with serde.
    if !frame.trim_start().starts_with('{') {
        return None;
    }
    let envelope: Envelope<'_> = serde_json::from_str(frame).ok()?;
    let data = envelope.data.map_or("{}", RawValue::get);
    if !data.starts_with('"') {
        return Some(take(&envelope.message_type, data, frame));
    }
    // Some servers encode the object twice.
    let inner: String = serde_json::from_str(data).ok()?;
    let _: &RawValue = serde_json::from_str(&inner).ok()?;
    Some(take(&envelope.message_type, &inner, frame))
}

/// Code and text of an error in a message's data.
pub fn complaint(data: &str) -> (String, String) {
    json::complaint(&serde_json::from_str(data).unwrap_or_default())
}
