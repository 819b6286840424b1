//! Tolerant reading of JSON: a value that is missing, null or of another type counts as absent.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use super::mend;

/// A text, borrowed if it holds no escape. Any other value reads as an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Text::default())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }
}

/// Only `true` is true.
pub fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(deserializer)? == Value::Bool(true))
}

/// Returns a number, also from a text; `None` for anything else.
pub fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    number.filter(|number| number.is_finite())
}

/// A time in seconds; `None` for anything else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seconds(Option<f64>);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Seconds(number(&Value::deserialize(deserializer)?)))
    }
}

impl Seconds {
    pub fn ms(self) -> Option<u32> {
        // `as` saturates.
        self.0.filter(|&seconds| seconds >= 0.0).map(|seconds| (seconds * 1000.0).round() as u32)
    }
}

/// Parses a whole reply, also one that is not quite strict.
pub fn value(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok().or_else(|| mend::value(&String::from_utf8_lossy(bytes)))
}

/// Why a text cannot be read, in our own words: a parser's error quotes what it read.
pub fn fault(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Data => "a value is of the wrong kind",
        Category::Syntax | Category::Io => "a character is out of place",
    };
    format!("{what}, line {} column {}", error.line(), error.column())
}

/// Returns the first of several keys that holds something, as text. A list of problems becomes one line.
pub fn first_text(object: &Value, keys: &[&str]) -> String {
    keys.iter()
        .filter_map(|key| object.get(*key))
        .map(text_of)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Returns code and text of an error or warning under whichever key this server uses (protocol.md 5.3, 15 row 17).
pub fn complaint(object: &Value) -> (String, String) {
    let mut code = first_text(object, &["code", "error"]);
    if code.is_empty() {
        code.push_str("UNKNOWN_ERROR");
    }
    (code, first_text(object, &["desc", "msg", "description", "message", "details"]))
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(fault_of).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// One entry of a validation report: `{"loc": [...], "msg": "..."}` (protocol.md 5.6).
fn fault_of(item: &Value) -> String {
    let message = first_text(item, &["msg", "message"]);
    let place = item
        .get("loc")
        .and_then(Value::as_array)
        .map(|steps| steps.iter().map(text_of).collect::<Vec<_>>().join("."));
    match place {
        Some(place) if !message.is_empty() => format!("{place}: {message}"),
        _ => text_of(item),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn anything_reads_as_text() {
        let read = |json: &str| serde_json::from_str::<Text<'_>>(json).unwrap().to_string();
        assert_eq!(read(r#""a\u00e9""#), "aé");
        assert_eq!(read("0"), "0");
        for other in ["null", "true", "[1,[2]]", r#"{"a":{"b":1}}"#] {
            assert_eq!(read(other), "");
        }
    }

    #[test]
    fn a_fault_is_told_without_what_was_read() {
        let told =
            |json: &str| fault(&serde_json::from_str::<serde_json::Map<String, Value>>(json).unwrap_err());
        assert_eq!(told(r#""a secret""#), "a value is of the wrong kind, line 1 column 10");
        assert_eq!(told("{\n\"a\": secret}"), "a character is out of place, line 2 column 6");
        assert_eq!(told(r#"{"a":"#), "it ends too early, line 1 column 5");
    }

    #[test]
    fn plain_text_is_borrowed() {
        let text: Text<'_> = serde_json::from_str(r#""abc""#).unwrap();
        assert!(matches!(text.0, Cow::Borrowed("abc")));
    }

    #[test]
    fn fault_lists_become_one_line() {
        let report = json!({"desc": [{"loc": ["a", 0, "b"], "msg": "too low", "type": "x"}, "odd"]});
        assert_eq!(first_text(&report, &["desc"]), "a.0.b: too low; odd");
        assert_eq!(first_text(&json!({"desc": null, "msg": "m"}), &["desc", "msg"]), "m");
    }
}
