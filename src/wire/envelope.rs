//! The envelope of messages of translation and text-to-speech streams: a type and data (protocol.md 5.1).

use std::cell::Cell;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Text};
use super::lexer::{self, Raw};
use super::mend::mend;

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

/// The text of a frame.
pub fn text(frame: &[u8]) -> Result<&str, NotText> {
    std::str::from_utf8(frame).map_err(|_| NotText)
}

/// Passes on the pairs in the data of a message of this type, the short way; `None` for any other message, and for what only a
/// full parser understands.
pub fn pairs_of<'a>(
    frame: &'a [u8],
    wanted: &[u8],
    mut pair: impl FnMut(&'a [u8], Raw<'a>) -> Option<()>,
) -> Option<()> {
    let message_type = Cell::new(None);
    let outer = |key: &'a [u8], value: Raw<'a>| {
        match (key, value) {
            (b"message_type", Raw::Text(text)) => message_type.set(Some(text)),
            (b"message_type" | b"data", _) => return None,
            _ => {}
        }
        Some(())
    };
    lexer::pairs_with(frame, b"data", outer, |key, value| {
        // Nearly always the type comes first: then another message ends here.
        if message_type.get().is_some_and(|of| of != wanted) {
            return None;
        }
        pair(key, value)
    })?;
    (message_type.get()? == wanted).then_some(())
}

/// Passes type, data and the whole frame to `read`. When the message does not match its type, `read` returns `with`.
/// Then the frame is mended, if possible, and passed once more. `Err`: the frame could not be read and must be passed
/// on as it came. Absent data is an empty object; data inside a text is extracted.
pub fn open<R, W>(frame: &str, with: W, read: impl Fn(W, &str, &str, &str) -> Result<R, W>) -> Result<R, W> {
    open_strict(frame, with, &read).or_else(|with| match mend(frame) {
        Some(mended) => open_strict(&mended, with, &read),
        None => Err(with),
    })
}

fn open_strict<R, W>(
    frame: &str,
    with: W,
    read: &impl Fn(W, &str, &str, &str) -> Result<R, W>,
) -> Result<R, W> {
    // serde would accept a list as a struct.
    if !frame.trim_start().starts_with('{') {
        return Err(with);
    }
    let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(frame) else { return Err(with) };
    let data = envelope.data.map_or("{}", RawValue::get);
    if !data.starts_with('"') {
        return read(with, &envelope.message_type, data, frame);
    }
    // Some servers encode the object twice.
    let Ok(inner) = serde_json::from_str::<String>(data) else { return Err(with) };
    let inner = match serde_json::from_str::<&RawValue>(&inner) {
        Ok(_) => inner,
        Err(_) => match mend(&inner) {
            Some(mended) => mended,
            None => return Err(with),
        },
    };
    read(with, &envelope.message_type, &inner, frame)
}

/// Returns code and text of an error from a message's data; `None` if the data is not strict JSON.
pub fn complaint(data: &str) -> Option<(String, String)> {
    serde_json::from_str(data).ok().map(|data| json::complaint(&data))
}

/// Service codes after which the same request can succeed later (protocol.md 8.3). A fault inside the server is not
/// among them.
pub fn is_retriable(code: &str) -> bool {
    matches!(code, "RATE_LIMIT_EXCEEDED" | "SERVICE_UNAVAILABLE" | "SERVER_ERROR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_the_server_can_pass() {
        assert!(["RATE_LIMIT_EXCEEDED", "SERVICE_UNAVAILABLE", "SERVER_ERROR"].into_iter().all(is_retriable));
        assert!(!["VALIDATION_ERROR", "UNAUTHORIZED", "UNKNOWN_ERROR", ""].into_iter().any(is_retriable));
    }
}
