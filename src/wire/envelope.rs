//! What stands around the messages of translation and text-to-speech streams: a type and the data (protocol.md 5.1).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Text};
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

/// Hands type, data and the whole frame to `read`, which gives `with` back when the message is not what its type says;
/// then it is asked once more with the frame mended, if that can be done. `Err` when all was in vain: the frame is to be
/// handed on as it came. Data that is absent is an empty object, and data in a text is taken out of it.
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
    // A list would pass for a struct with serde.
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

/// Code and text of an error in a message's data; `None` if it is no strict JSON.
pub fn complaint(data: &str) -> Option<(String, String)> {
    serde_json::from_str(data).ok().map(|data| json::complaint(&data))
}

/// Service codes after which the same can succeed later (protocol.md 8.3); an error in the server is none of ours.
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
