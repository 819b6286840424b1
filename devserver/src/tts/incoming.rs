//! Client messages: `init`, `text`, `cancel` (protocol.md 8.1).

use serde_json::{Map, Value};

use super::format::Format;
use super::mp3;
use crate::engine::Source;
use crate::languages;
use crate::validation::fields::Reader;
use crate::validation::refusal::{BOOLEAN, ENUM, MISSING, Problem, Refusal, TEXT, VALUE};

/// Frames per second unless `init` says otherwise.
const USUAL_RATE: f64 = 24_000.0;
const RATES: (f64, f64) = (8_000.0, 48_000.0);
const SPEEDS: (f64, f64) = (0.0, 2.0);
const STRENGTHS: (f64, f64) = (0.0, 1.0);
/// Longest id that a client may choose, in bytes.
const ID_LIMIT: usize = 256;

/// Voice and format of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub language: String,
    pub voice: Voice,
    pub format: Format,
    pub rate: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    pub id: String,
    pub speed: f64,
}

/// One text message.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub text: String,
    pub is_eos: bool,
    pub generation: Option<String>,
    /// The voice from now on, when the message changes it.
    pub voice: Option<Voice>,
}

/// What the report contains of an accepted `init`: only the known fields, so that it cannot be large.
pub fn report(init: &Map<String, Value>) -> Value {
    const MEMBERS: [(&str, &[&str]); 4] = [
        ("language", &[]),
        ("model", &[]),
        ("voice_options", &["voice_id", "speed", "deaccent_strength"]),
        ("output", &["format", "sample_rate"]),
    ];
    let mut report = Map::new();
    for (key, inner) in MEMBERS {
        match init.get(key) {
            Some(Value::Object(found)) => {
                let kept = found.iter().filter(|(name, _)| inner.contains(&name.as_str()));
                report.insert(key.to_owned(), kept.map(|(k, v)| (k.clone(), v.clone())).collect());
            }
            Some(found) => drop(report.insert(key.to_owned(), found.clone())),
            None => {}
        }
    }
    Value::Object(report)
}

pub fn init(data: &Map<String, Value>, engine: &Source) -> Result<Settings, Refusal> {
    let mut reader = Reader::default();
    let language = reader.language(data.get("language"), "language", languages::VOICED);
    if let Some(Err(why)) = language.as_deref().map(|language| engine.can_speak(language)) {
        reader.wrong("language", why, VALUE);
    }
    if data.get("model").is_some_and(|model| !model.is_null() && model != "auto") {
        reader.wrong("model", "value is not one of auto", ENUM);
    }
    let voice = reader.object(data, "voice_options", "voice_options").and_then(|options| {
        let id = voice_id(&mut reader, options);
        if options.get("voice_id").is_none() {
            reader.wrong("voice_options -> voice_id", "field required", MISSING);
        }
        let speed = speed(&mut reader, options);
        Some(Voice { id: id?, speed: speed.unwrap_or(1.0) })
    });
    let none = Map::new();
    let output = match data.get("output") {
        None | Some(Value::Null) => &none,
        Some(_) => reader.object(data, "output", "output").unwrap_or(&none),
    };
    let format = format(&mut reader, output);
    let rate = reader.whole(output, "sample_rate", "output", RATES).unwrap_or(USUAL_RATE) as u32;
    if format == Some(Format::Mp3) && !mp3::has_rate(rate) {
        reader.wrong("output -> sample_rate", "mp3 has no such rate", VALUE);
    }
    let problems = reader.into_problems();
    match (language, voice, format) {
        (Some(language), Some(voice), Some(format)) if problems.is_empty() => {
            Ok(Settings { language, voice, format, rate })
        }
        _ => Err(Refusal::flat("InitMessage", problems)),
    }
}

/// The service's default is `mp3`.
fn format(reader: &mut Reader, output: &Map<String, Value>) -> Option<Format> {
    match reader.word(output, "format", "output", &["pcm", "wav", "mp3"]) {
        Some("pcm") => Some(Format::Pcm),
        Some("wav") => Some(Format::Wav),
        Some(_) => Some(Format::Mp3),
        None => output.get("format").is_none_or(Value::is_null).then_some(Format::Mp3),
    }
}

fn voice_id(reader: &mut Reader, options: &Map<String, Value>) -> Option<String> {
    match options.get("voice_id")? {
        Value::String(id) if !id.is_empty() && id.len() <= ID_LIMIT => Some(id.clone()),
        _ => {
            reader.wrong("voice_options -> voice_id", "must be a text that is not empty", TEXT);
            None
        }
    }
}

fn speed(reader: &mut Reader, options: &Map<String, Value>) -> Option<f64> {
    reader.number(options, "deaccent_strength", "voice_options", STRENGTHS);
    reader.number(options, "speed", "voice_options", SPEEDS)
}

/// Reads a text of at most `limit` code points. What it does not say about the voice stays as in `now`.
pub fn text(data: &Map<String, Value>, limit: usize, now: &Voice) -> Result<Text, Refusal> {
    let mut reader = Reader::default();
    let text = match data.get("text") {
        Some(Value::String(text)) => {
            let length = text.chars().count();
            if length == 0 || length > limit {
                reader.wrong("text", format!("must have 1 to {limit} characters, has {length}"), VALUE);
            }
            text.clone()
        }
        Some(_) => {
            reader.wrong("text", "str type expected", TEXT);
            String::new()
        }
        None => {
            reader.wrong("text", "field required", MISSING);
            String::new()
        }
    };
    let is_eos = boolean(&mut reader, data, "is_eos");
    boolean(&mut reader, data, "reset_context");
    let generation = generation(&mut reader, data);
    let voice = match data.get("voice_options") {
        None | Some(Value::Null) => None,
        Some(_) => reader.object(data, "voice_options", "voice_options").map(|options| {
            let id = voice_id(&mut reader, options);
            let speed = speed(&mut reader, options);
            Voice { id: id.unwrap_or_else(|| now.id.clone()), speed: speed.unwrap_or(now.speed) }
        }),
    };
    let problems = reader.into_problems();
    if problems.is_empty() {
        Ok(Text { text, is_eos, generation, voice })
    } else {
        Err(Refusal::flat("TextMessage", problems))
    }
}

/// Returns the generation of a `cancel`; none means all (protocol.md 8.1).
pub fn cancel(data: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    let mut reader = Reader::default();
    let generation = generation(&mut reader, data);
    let problems: Vec<Problem> = reader.into_problems();
    if problems.is_empty() { Ok(generation) } else { Err(Refusal::flat("CancelMessage", problems)) }
}

fn generation(reader: &mut Reader, data: &Map<String, Value>) -> Option<String> {
    match data.get("generation_id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) if !id.is_empty() && id.len() <= ID_LIMIT => Some(id.clone()),
        Some(_) => {
            reader.wrong("generation_id", "must be a text that is not empty", TEXT);
            None
        }
    }
}

fn boolean(reader: &mut Reader, data: &Map<String, Value>, key: &str) -> bool {
    match data.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(_) => {
            reader.wrong(key, "value could not be parsed to a boolean", BOOLEAN);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn good_init() -> Value {
        json!({"type": "init", "language": "en", "model": "auto",
            "voice_options": {"voice_id": "default_low", "deaccent_strength": 1.0},
            "output": {"format": "pcm", "sample_rate": 8000}})
    }

    fn init_with(place: &str, value: Value) -> Result<Settings, String> {
        let mut message = good_init();
        *message.pointer_mut(place).unwrap() = value;
        init(&object(message), &Source::Loopback).map_err(|refusal| refusal.text())
    }

    #[test]
    fn an_init_is_read() {
        let settings = init(&object(good_init()), &Source::Loopback).unwrap();
        assert_eq!((settings.rate, settings.format, settings.voice.speed), (8000, Format::Pcm, 1.0));
        assert_eq!(
            init_with("/voice_options", json!({"voice_id": "x", "speed": 0.5})).unwrap().voice.speed,
            0.5
        );
        assert_eq!(init_with("/output", json!({"format": "wav"})).unwrap().rate, 24_000);
        assert_eq!(init_with("/output", json!({})).unwrap().format, Format::Mp3);
    }

    #[test]
    fn mistakes_in_an_init_are_named() {
        for (place, value, part) in [
            ("/language", json!("xx"), "language: unknown language"),
            ("/model", json!("tiny"), "model: "),
            ("/voice_options", json!({}), "voice_options.voice_id: field required"),
            ("/voice_options", Value::Null, "voice_options: field required"),
            (
                "/voice_options/deaccent_strength",
                json!(1.5),
                "voice_options.deaccent_strength: value must be a number from 0 to 1",
            ),
            (
                "/output/sample_rate",
                json!(7999),
                "output.sample_rate: value must be a number from 8000 to 48000",
            ),
            (
                "/output/sample_rate",
                json!(48_001),
                "output.sample_rate: value must be a number from 8000 to 48000",
            ),
            (
                "/output",
                json!({"format": "mp3", "sample_rate": 8001}),
                "output.sample_rate: mp3 has no such rate",
            ),
            ("/output/format", json!("ogg"), "output.format: value is not one of"),
        ] {
            let error = init_with(place, value).unwrap_err();
            assert!(error.starts_with(part) && !error.contains(';'), "{error}");
        }
    }

    #[test]
    fn texts_are_counted_in_code_points() {
        let voice = Voice { id: "a".into(), speed: 1.0 };
        let read = |value: Value| text(&object(value), 4, &voice);
        assert!(read(json!({"text": "éééé"})).is_ok() && read(json!({"text": "ééééé"})).is_err());
        for wrong in [
            json!({}),
            json!({"text": ""}),
            json!({"text": 3}),
            json!({"text": "a", "is_eos": "yes"}),
            json!({"text": "a", "generation_id": ""}),
            json!({"text": "a", "voice_options": {"speed": 3}}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
        let changed = read(json!({"text": "a", "voice_options": {"speed": 1.5}})).unwrap();
        assert_eq!(changed.voice, Some(Voice { id: "a".into(), speed: 1.5 }));
    }
}
