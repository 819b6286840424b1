//! Client messages as they arrive: an envelope with a type and its data (protocol.md 5.1).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::validation::refusal::{DICT, Problem, Refusal, TEXT, VALUE};

/// The type in the log of a message that is invalid.
pub const MODEL: &str = "RequestMessage";
const AUDIO_MODEL: &str = "InputAudioDataMessage";
/// Largest audio payload in one message, base64 counted (protocol.md 5.2).
const AUDIO_LIMIT: usize = 512 * 1024;

#[derive(Deserialize)]
pub struct Envelope<'a> {
    #[serde(borrow)]
    pub message_type: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct AudioData<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
}

impl<'a> Envelope<'a> {
    pub fn parse(text: &'a str) -> Result<Self, Refusal> {
        let why = "the message is not an object with a message_type";
        serde_json::from_str(text).map_err(|_| refusal(MODEL, "", why, VALUE))
    }

    /// Returns the data as an object. Missing data is empty; a JSON string is decoded once more.
    pub fn object(&self) -> Result<Map<String, Value>, Refusal> {
        let broken = |_| refusal(MODEL, "", "the string does not hold JSON", VALUE);
        let value = match self.data {
            None => Value::Null,
            Some(raw) => serde_json::from_str(raw.get()).map_err(broken)?,
        };
        let value = match value {
            Value::String(inner) => serde_json::from_str(&inner).map_err(broken)?,
            other => other,
        };
        match value {
            Value::Object(map) => Ok(map),
            Value::Null => Ok(Map::new()),
            _ => Err(refusal(MODEL, "", "value is not a valid dict", DICT)),
        }
    }

    /// The decoded payload of `input_audio_data`.
    pub fn audio(&self) -> Result<Vec<u8>, Refusal> {
        let missing = || Refusal::new(AUDIO_MODEL, vec![Problem::missing("data")]);
        let raw = self.data.ok_or_else(missing)?;
        let audio: AudioData =
            serde_json::from_str(raw.get()).map_err(|_| bad_audio("str type expected", TEXT))?;
        if audio.data.len() > AUDIO_LIMIT {
            return Err(bad_audio(format!("longer than {AUDIO_LIMIT} characters"), VALUE));
        }
        base64_simd::STANDARD
            .decode_to_vec(audio.data.as_bytes())
            .map_err(|_| bad_audio("not standard padded base64", VALUE))
    }
}

/// Why the payload of `input_audio_data` was refused.
pub fn bad_audio(why: impl Into<String>, kind: &'static str) -> Refusal {
    refusal(AUDIO_MODEL, "data", why, kind)
}

fn refusal(model: &'static str, place: &str, why: impl Into<String>, kind: &'static str) -> Refusal {
    Refusal::new(model, vec![Problem::new(place, why, kind)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_may_be_missing_null_object_or_encoded_twice() {
        for (text, expected) in [
            (r#"{"message_type":"x"}"#, 0),
            (r#"{"message_type":"x","data":null}"#, 0),
            (r#"{"message_type":"x","data":{"a":1}}"#, 1),
            (r#"{"message_type":"x","data":"{\"a\":1}"}"#, 1),
        ] {
            assert_eq!(Envelope::parse(text).unwrap().object().unwrap().len(), expected, "{text}");
        }
        assert!(Envelope::parse(r#"{"message_type":"x","data":[1]}"#).unwrap().object().is_err());
        for text in ["", "[]", "{}", r#"{"message_type":3}"#] {
            assert!(Envelope::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn audio_is_strict_base64() {
        let audio = |data: &str| {
            let text = format!(r#"{{"message_type":"input_audio_data","data":{{"data":"{data}"}}}}"#);
            Envelope::parse(&text).unwrap().audio()
        };
        assert_eq!(audio("AQI="), Ok(vec![1, 2]));
        assert!(audio("AQI").is_err() && audio("A-I=").is_err());
        assert!(audio(&"A".repeat(AUDIO_LIMIT + 4)).is_err());
    }
}
