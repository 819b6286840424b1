//! Messages to the service (protocol.md 8.1).

use serde_json::{Map, Value, json};

use super::Format;

/// How to speak. What is `None` keeps its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Voice {
    pub id: Option<String>,
    pub speed_percent: Option<u32>,
    pub deaccent_percent: Option<u32>,
}

impl Voice {
    pub fn is_empty(&self) -> bool {
        *self == Voice::default()
    }

    fn to_json(&self) -> Value {
        let mut options = Map::new();
        let fraction = |percent: u32| json!(f64::from(percent) / 100.0);
        options.extend(self.id.as_ref().map(|id| ("voice_id".to_owned(), json!(id))));
        options.extend(self.speed_percent.map(|speed| ("speed".to_owned(), fraction(speed))));
        options.extend(
            self.deaccent_percent.map(|strength| ("deaccent_strength".to_owned(), fraction(strength))),
        );
        Value::Object(options)
    }
}

/// The first message, sent exactly once.
pub struct Init<'a> {
    pub language: &'a str,
    pub model: &'a str,
    pub voice: &'a Voice,
    pub format: Format,
    pub sample_rate: u32,
}

pub fn init(init: &Init<'_>) -> Vec<u8> {
    let message = json!({
        "type": "init",
        "language": init.language,
        "model": init.model,
        "voice_options": init.voice.to_json(),
        "output": {"format": init.format.name(), "sample_rate": init.sample_rate},
    });
    message.to_string().into_bytes()
}

/// A text to be spoken, or a piece of one.
pub struct Text<'a> {
    pub text: &'a str,
    pub is_eos: bool,
    pub generation: &'a str,
    pub voice: &'a Voice,
    pub reset_context: bool,
}

pub fn text(text: &Text<'_>) -> Vec<u8> {
    let mut message = json!({
        "type": "text",
        "text": text.text,
        "is_eos": text.is_eos,
        "generation_id": text.generation,
    });
    if !text.voice.is_empty() {
        message["voice_options"] = text.voice.to_json();
    }
    // Servers of the first generation do not know this field (protocol.md 2).
    if text.reset_context {
        message["reset_context"] = Value::Bool(true);
    }
    message.to_string().into_bytes()
}

/// Cancels one generation, or all of them.
pub fn cancel(generation: Option<&str>) -> Vec<u8> {
    let message = match generation {
        Some(generation) => json!({"type": "cancel", "generation_id": generation}),
        None => json!({"type": "cancel"}),
    };
    message.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &[u8]) -> Value {
        serde_json::from_slice(message).unwrap()
    }

    #[test]
    fn an_init_says_everything_that_is_known() {
        let usual = Voice { id: Some("default_low".into()), deaccent_percent: Some(100), ..Voice::default() };
        let plain =
            Init { language: "en", model: "auto", voice: &usual, format: Format::Pcm, sample_rate: 24_000 };
        let expected = json!({"type": "init", "language": "en", "model": "auto",
            "voice_options": {"voice_id": "default_low", "deaccent_strength": 1.0},
            "output": {"format": "pcm", "sample_rate": 24000}});
        assert_eq!(read(&init(&plain)), expected);
        let fast = Voice { speed_percent: Some(120), ..usual.clone() };
        let fast = read(&init(&Init { voice: &fast, format: Format::Wav, ..plain }));
        assert_eq!(
            (&fast["voice_options"]["speed"], &fast["output"]["format"]),
            (&json!(1.2), &json!("wav"))
        );
    }

    #[test]
    fn texts_and_cancels_say_no_more_than_they_must() {
        let voice = Voice::default();
        let plain =
            Text { text: "a \"b\"", is_eos: false, generation: "g", voice: &voice, reset_context: false };
        let expected = json!({"type": "text", "text": "a \"b\"", "is_eos": false, "generation_id": "g"});
        assert_eq!(read(&text(&plain)), expected);
        let voice = Voice { speed_percent: Some(90), ..voice.clone() };
        let full = read(&text(&Text { is_eos: true, voice: &voice, reset_context: true, ..plain }));
        assert_eq!(full["voice_options"], json!({"speed": 0.9}));
        assert_eq!((&full["is_eos"], &full["reset_context"]), (&json!(true), &json!(true)));
        assert_eq!(read(&cancel(None)), json!({"type": "cancel"}));
        assert_eq!(read(&cancel(Some("g"))), json!({"type": "cancel", "generation_id": "g"}));
    }
}
