//! Server messages before they are written: their shape, and the effects of faults on it.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::faults::ErrorKey;

/// A message before it is written.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub kind: &'static str,
    pub data: Value,
    /// Set on translated speech.
    pub spoken: Option<Spoken>,
    pub shape: Shape,
}

/// Place of the fields of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Below `data`, beside `message_type` (protocol.md 5.1 and 8.2).
    Enveloped,
    /// Beside `message_type` (protocol.md 9.2).
    Flat,
    /// Without any `message_type` (protocol.md 5.3).
    Bare,
}

/// What a chunk of speech contains.
#[derive(Clone, Debug)]
pub struct Spoken {
    pub id: String,
    pub language: String,
    pub length: Duration,
}

impl Outgoing {
    pub fn new(kind: &'static str, data: Value) -> Self {
        Self { kind, data, spoken: None, shape: Shape::Enveloped }
    }

    pub fn flat(self) -> Self {
        Self { shape: Shape::Flat, ..self }
    }

    /// The JSON text; `twice` puts the data into a string (protocol.md 5.1).
    pub fn into_text(self, twice: bool) -> String {
        let data = match (self.shape, self.data) {
            (Shape::Bare, data) => return data.to_string(),
            (Shape::Flat, Value::Object(mut fields)) => {
                fields.insert("message_type".to_owned(), self.kind.into());
                return Value::Object(fields).to_string();
            }
            (_, data) if twice => Value::String(data.to_string()),
            (_, data) => data,
        };
        enveloped(self.kind, &data)
    }

    /// Puts the text of an error under another key. With `details` the code moves too (protocol.md 5.3).
    pub fn rename_text(&mut self, key: ErrorKey) {
        let Value::Object(data) = &mut self.data else { return };
        let mut rename = |from: &str, to: &str| {
            if let Some(value) = data.remove(from) {
                data.insert(to.to_owned(), value);
            }
        };
        rename("desc", key.name());
        if key == ErrorKey::Details {
            rename("code", "error");
        }
    }
}

/// Speech is long: it is written once, into a text that is large enough.
fn enveloped(message_type: &'static str, data: &Value) -> String {
    let longest = |value: &Value| value.as_str().map_or(0, str::len);
    let fields = data.as_object().into_iter().flat_map(|fields| fields.values());
    let size = fields.map(longest).sum::<usize>() + longest(data);
    let mut text = String::with_capacity(size + size / 8 + 512);
    // A type is a plain word. A text takes whatever is written.
    let _ = write!(text, r#"{{"data":{data},"message_type":"{message_type}"}}"#);
    text
}

/// `desc` is a text or a list of problems (protocol.md 5.6).
pub fn error(code: &str, desc: impl Into<Value>) -> Outgoing {
    Outgoing::new("error", json!({"code": code, "desc": desc.into(), "param": null}))
}

/// Messages that a careless server might send between valid ones (protocol.md 5.1 and 5.3). Never a scalar as data.
pub fn garbage(turn: usize) -> &'static str {
    const PIECES: [&str; 7] = [
        "not json {",
        "{}",
        r#"{"message_type":"dev_unknown","data":{"x":[1,null,"\u00e9"]}}"#,
        r#"{"es":{"current_queue_level_ms":1200,"max_queue_level_ms":20000}}"#,
        r#"{"message_type":"tts_buffer_stats"}"#,
        r#"{"message_type":"pipeline_timings","data":null}"#,
        r#"{"message_type":"dev_unknown","data":"{broken"}"#,
    ];
    PIECES[turn % PIECES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_errors_can_stand_elsewhere() {
        let mut message = error("X", "y");
        message.rename_text(ErrorKey::Details);
        assert_eq!(message.data, json!({"error": "X", "details": "y", "param": null}));
    }

    #[test]
    fn data_can_be_encoded_twice() {
        let text = error("X", "y").into_text(true);
        let outer: Value = serde_json::from_str(&text).unwrap();
        let inner: Value = serde_json::from_str(outer["data"].as_str().unwrap()).unwrap();
        assert_eq!(inner["code"], "X");
    }

    #[test]
    fn flat_messages_have_their_fields_on_top() {
        let text = error("X", "y").flat().into_text(true);
        let fields: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(fields, json!({"message_type": "error", "code": "X", "desc": "y", "param": null}));
    }
}
