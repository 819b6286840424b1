//! The settings of a stream, which are query parameters of its address (protocol.md 9.1). An invalid value is a 400.

use serde_json::{Map, Value, json};

use crate::auth::query_value;
use crate::encoding::Encoding;
use crate::engine::Source;
use crate::languages;

/// Frames per second of raw audio unless the address says otherwise, and the accepted range.
const USUAL_RATE: u32 = 16_000;
const RATES: std::ops::RangeInclusive<u32> = 8_000..=48_000;
/// Formats that the service accepts and this server counts instead of decoding.
const CODECS: [&str; 5] = ["webm", "mp3", "aac", "ogg", "flac"];
/// The parameters that the report contains: all but the token.
const NAMES: [&str; 7] = [
    "format",
    "sample_rate",
    "language",
    "translate_languages",
    "enable_filler_filter",
    "finalization_mode",
    "finalization_timeout",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Raw(Encoding),
    Wav,
    /// Not decoded: its bytes stand for speech.
    Counted,
}

#[derive(Clone, Debug)]
pub struct Query {
    pub format: Format,
    /// Frames per second of raw audio.
    pub rate: u32,
    /// The language of the transcripts; `auto` until it is known that the engine can detect it.
    pub language: String,
    pub targets: Vec<String>,
    /// Finals are sent only on request, or after this many seconds of speech.
    pub manual: Option<f64>,
    /// As the client sent it, for the report.
    pub sent: Value,
}

/// Seconds of speech after which a manual stream sends a final anyway (suggested in protocol.md 9.1).
const MANUAL_LIMIT: f64 = 30.0;

impl Query {
    pub fn parse(query: Option<&str>) -> Result<Query, String> {
        let value = |name: &str| query_value(query, name);
        let mut sent = Map::new();
        for name in NAMES {
            sent.extend(value(name).map(|value| (name.to_owned(), json!(value))));
        }
        one_of(value("enable_filler_filter"), "enable_filler_filter", &["true", "false"])?;
        Ok(Query {
            format: format(value("format"))?,
            rate: rate(value("sample_rate"))?,
            language: language(value("language"))?,
            targets: targets(value("translate_languages"))?,
            manual: manual(value("finalization_mode"), value("finalization_timeout"))?,
            sent: Value::Object(sent),
        })
    }

    /// Refuses languages that the engine does not have.
    pub fn served_by(mut self, engine: &Source) -> Result<Query, String> {
        if self.language == "auto" && !engine.can_detect() {
            self.language = "en".to_owned();
        }
        if self.format == Format::Counted && !engine.needs_no_sound() {
            return Err("invalid parameter \"format\": this engine cannot decode it".to_owned());
        }
        engine.can_hear(&self.language).map_err(|why| format!("invalid parameter \"language\": {why}"))?;
        for target in &self.targets {
            let can = engine.can_translate(&self.language, target);
            can.map_err(|why| format!("invalid parameter \"translate_languages\": {why}"))?;
        }
        Ok(self)
    }
}

/// The refusal in the service's words: the parameter first, then what it may be (protocol.md 4.2).
fn invalid(name: &str, why: &str, known: &str) -> String {
    format!("invalid parameter \"{name}\": {why}; one of: {known}")
}

fn quoted(what: &str, value: &str) -> String {
    format!("unsupported {what} \"{}\"", crate::log::shown(value))
}

fn out_of_range(name: &str, value: &str, range: &str) -> String {
    format!("invalid parameter \"{name}\": \"{}\" is not {range}", crate::log::shown(value))
}

fn listed(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(", ")
}

fn format(value: Option<String>) -> Result<Format, String> {
    let known = || [&Encoding::NAMES[..], &["wav"], &CODECS].concat().join(", ");
    let name = value.ok_or_else(|| invalid("format", "missing", &known()))?;
    if name == "wav" {
        return Ok(Format::Wav);
    }
    if CODECS.contains(&name.as_str()) {
        return Ok(Format::Counted);
    }
    let encoding = Encoding::named(&name).map(Format::Raw);
    encoding.ok_or_else(|| invalid("format", &quoted("format", &name), &known()))
}

fn rate(value: Option<String>) -> Result<u32, String> {
    let Some(text) = value else { return Ok(USUAL_RATE) };
    let rate = text.parse().ok().filter(|rate| RATES.contains(rate));
    rate.ok_or_else(|| {
        let range = format!("a whole number from {} to {}", RATES.start(), RATES.end());
        out_of_range("sample_rate", &text, &range)
    })
}

fn language(value: Option<String>) -> Result<String, String> {
    let code = value.unwrap_or_else(|| "auto".to_owned());
    match code.as_str() {
        known if languages::has(languages::TRANSCRIBED, known) => Ok(code),
        _ => Err(invalid("language", &quoted("language code", &code), &listed(languages::TRANSCRIBED))),
    }
}

fn targets(value: Option<String>) -> Result<Vec<String>, String> {
    let Some(list) = value.filter(|list| !list.is_empty()) else { return Ok(Vec::new()) };
    let codes: Vec<String> = list.split(',').map(|code| code.trim().to_owned()).collect();
    match codes.iter().find(|code| !languages::has(languages::TARGETS, code)) {
        None => Ok(codes),
        Some(code) => {
            let why = quoted("language code", code);
            Err(invalid("translate_languages", &why, &listed(languages::TARGETS)))
        }
    }
}

fn manual(mode: Option<String>, timeout: Option<String>) -> Result<Option<f64>, String> {
    let limit = match timeout {
        None => MANUAL_LIMIT,
        Some(text) => {
            let seconds = text.parse::<f64>().ok().filter(|s| (0.1..=3600.0).contains(s));
            let range = "a number of seconds from 0.1 to 3600";
            seconds.ok_or_else(|| out_of_range("finalization_timeout", &text, range))?
        }
    };
    let mode = one_of(mode, "finalization_mode", &["auto", "manual"])?;
    Ok((mode.as_deref() == Some("manual")).then_some(limit))
}

fn one_of(value: Option<String>, name: &str, known: &[&str]) -> Result<Option<String>, String> {
    match value {
        Some(word) if !known.contains(&word.as_str()) => {
            Err(invalid(name, &quoted("value", &word), &known.join(", ")))
        }
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read() {
        let query = Query::parse(Some(
            "token=x&format=mulaw&sample_rate=8000&language=es&translate_languages=en,fr&finalization_mode=manual",
        ))
        .unwrap();
        assert_eq!((query.format, query.rate), (Format::Raw(Encoding::MuLaw), 8000));
        assert_eq!((query.language.as_str(), query.targets.join(" ").as_str()), ("es", "en fr"));
        assert_eq!(query.manual, Some(MANUAL_LIMIT));
        assert!(query.sent.get("token").is_none() && query.sent["format"] == "mulaw");
        assert_eq!(Query::parse(Some("format=webm")).unwrap().format, Format::Counted);
        let plain = Query::parse(Some("format=pcm_s16le")).unwrap();
        assert_eq!((plain.rate, plain.language.as_str(), plain.manual), (16_000, "auto", None));
    }

    #[test]
    fn mistakes_are_named() {
        for (query, part) in [
            ("", "format\": missing; one of: pcm_s16le, "),
            ("format=nonsense", "format\": unsupported format \"nonsense\"; one of: pcm_s16le, "),
            ("format=alaw&sample_rate=fast", "sample_rate\": \"fast\" is not a whole number"),
            ("format=alaw&sample_rate=4000", "from 8000 to 48000"),
            ("format=alaw&language=xx", "language\": unsupported language code \"xx\"; one of: auto, ar, "),
            (
                "format=alaw&translate_languages=es,,fr",
                "translate_languages\": unsupported language code \"-\"",
            ),
            ("format=alaw&enable_filler_filter=maybe", "value \"maybe\"; one of: true, false"),
            ("format=alaw&finalization_mode=never", "one of: auto, manual"),
            ("format=alaw&finalization_timeout=-1", "finalization_timeout\": \"-1\" is not a number"),
        ] {
            let error = Query::parse(Some(query)).unwrap_err();
            assert!(error.starts_with("invalid parameter \"") && error.contains(part), "{query}: {error}");
        }
    }
}
