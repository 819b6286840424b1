//! Messages from the service (protocol.md 9.2). Their fields stand at the top; below `data` they are taken too.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::wire::json::{self, Text, truth};

/// Ends the text that `finalize` is answered with (protocol.md 9.2).
const FIN: &str = "<fin>";

#[derive(Debug)]
pub enum Message<'a> {
    Transcript(Transcript<'a>),
    Error {
        code: String,
        text: String,
    },
    Warning {
        code: String,
        text: String,
    },
    /// Everything else: the whole frame as JSON.
    Raw {
        json: &'a str,
    },
}

#[derive(Debug)]
pub struct Transcript<'a> {
    segment: Text<'a>,
    pub language: Text<'a>,
    pub id: Text<'a>,
    is_eos: bool,
    pub is_translation: bool,
    pub start_ms: u32,
    pub end_ms: u32,
    /// The whole frame.
    pub json: &'a str,
}

impl Transcript<'_> {
    /// All that was said in the segment so far, without the marker.
    pub fn text(&self) -> &str {
        match self.segment.trim_end().strip_suffix(FIN) {
            Some(text) => text.trim_end(),
            None => &self.segment,
        }
    }

    pub fn answers_finalize(&self) -> bool {
        !self.is_translation && self.segment.trim_end().ends_with(FIN)
    }

    /// The answer to `finalize` may not say that it is final (protocol.md 15 row 22).
    pub fn is_final(&self) -> bool {
        self.is_eos || self.answers_finalize()
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    message_type: Text<'a>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    transcription_id: Text<'a>,
    #[serde(borrow, default)]
    language: Text<'a>,
    #[serde(default, deserialize_with = "truth")]
    is_eos: bool,
    #[serde(borrow)]
    segment: Segment<'a>,
}

#[derive(Deserialize)]
struct Segment<'a> {
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(default)]
    start_time: Value,
    #[serde(default)]
    end_time: Value,
}

/// Reads one frame; `None` for what cannot be read at all, which is skipped.
pub fn read(frame: &str) -> Option<Message<'_>> {
    // A list would pass for a struct with serde.
    if !frame.trim_start().starts_with('{') {
        return None;
    }
    let envelope: Envelope<'_> = serde_json::from_str(frame).ok()?;
    let nested = envelope.data.map(RawValue::get).filter(|data| data.starts_with('{'));
    let body = nested.unwrap_or(frame);
    let typed = match &*envelope.message_type {
        "transcription" => transcript(body, frame, false),
        "translated_transcription" => transcript(body, frame, true),
        "error" => {
            let (code, text) = complaint(body);
            Some(Message::Error { code, text })
        }
        "warning" => {
            let (code, text) = complaint(body);
            Some(Message::Warning { code, text })
        }
        _ => None,
    };
    Some(typed.unwrap_or(Message::Raw { json: frame }))
}

fn transcript<'a>(body: &'a str, json: &'a str, is_translation: bool) -> Option<Message<'a>> {
    let body: Body<'a> = serde_json::from_str(body).ok()?;
    Some(Message::Transcript(Transcript {
        segment: body.segment.text,
        language: body.language,
        id: body.transcription_id,
        is_eos: body.is_eos,
        is_translation,
        start_ms: milliseconds(&body.segment.start_time),
        end_ms: milliseconds(&body.segment.end_time),
        json,
    }))
}

fn complaint(body: &str) -> (String, String) {
    json::complaint(&serde_json::from_str(body).unwrap_or_default())
}

/// From seconds; what is missing or odd is 0.
fn milliseconds(seconds: &Value) -> u32 {
    // `as` saturates.
    (seconds.as_f64().unwrap_or_default() * 1000.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcript_of(frame: &str) -> Transcript<'_> {
        match read(frame) {
            Some(Message::Transcript(transcript)) => transcript,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn partials_finals_and_translations() {
        let partial = r#"{"message_type":"transcription","transcription_id":"s1","language":"en","is_eos":false,
            "segment":{"text":"good morning every","start_time":0.64,"end_time":2.08},
            "delta":{"text":"never said","start_time":1.76,"end_time":2.08}}"#;
        let read = transcript_of(partial);
        assert_eq!((read.text(), &*read.language, &*read.id), ("good morning every", "en", "s1"));
        assert_eq!((read.start_ms, read.end_ms, read.json), (640, 2080, partial));
        assert!(!read.is_final() && !read.is_translation && !read.answers_finalize());
        let last = transcript_of(
            r#"{"message_type":"transcription","transcription_id":7,"is_eos":true,"segment":{"text":"a\u00e9"}}"#,
        );
        assert_eq!((last.text(), &*last.id, last.start_ms, last.is_final()), ("aé", "7", 0, true));
        let translated = transcript_of(
            r#"{"message_type":"translated_transcription","language":"es","is_eos":true,
            "segment":{"text":"Buenos","start_time":null,"end_time":"x"}}"#,
        );
        assert!(translated.is_final() && translated.is_translation);
        assert_eq!((translated.text(), translated.end_ms), ("Buenos", 0));
    }

    #[test]
    fn the_marker_is_taken_off_in_every_form() {
        for (said, text, answers) in [
            ("good morning<fin>", "good morning", true),
            ("good morning <fin>", "good morning", true),
            ("good morning.  <fin> ", "good morning.", true),
            ("<fin>", "", true),
            (" <fin>", "", true),
            ("good <fin> morning", "good <fin> morning", false),
            ("good morning ", "good morning ", false),
            ("", "", false),
        ] {
            let frame = format!(
                r#"{{"message_type":"transcription","language":"","is_eos":false,"segment":{{"text":"{said}"}}}}"#
            );
            let read = transcript_of(&frame);
            assert_eq!((read.text(), read.answers_finalize()), (text, answers), "{said}");
            assert_eq!(read.is_final(), answers);
        }
    }

    #[test]
    fn a_translation_answers_nothing_but_has_no_marker_either() {
        let read = transcript_of(
            r#"{"message_type":"translated_transcription","is_eos":true,"segment":{"text":"hola <fin>"}}"#,
        );
        assert_eq!((read.text(), read.answers_finalize(), read.is_final()), ("hola", false, true));
    }

    #[test]
    fn complaints_flat_and_nested() {
        for body in [r#""code":"C","desc":"why""#, r#""data":{"code":"C","msg":"why"}"#] {
            let error = format!(r#"{{"message_type":"error",{body}}}"#);
            let read_error = read(&error);
            assert!(
                matches!(read_error, Some(Message::Error { code, text }) if code == "C" && text == "why")
            );
            let warning = format!(r#"{{"message_type":"warning",{body}}}"#);
            let read_warning = read(&warning);
            assert!(
                matches!(read_warning, Some(Message::Warning { code, text }) if code == "C" && text == "why")
            );
        }
        let nothing = read(r#"{"message_type":"error"}"#);
        assert!(matches!(nothing, Some(Message::Error { code, .. }) if code == "UNKNOWN_ERROR"));
    }

    #[test]
    fn what_is_not_modelled_is_kept_and_what_is_not_json_is_skipped() {
        for raw in [
            "{}",
            r#"{"message_type":"news"}"#,
            r#"{"message_type":"transcription"}"#,
            r#"{"message_type":"transcription","segment":7}"#,
            r#"{"message_type":7,"data":{"a":1}}"#,
        ] {
            assert!(matches!(read(raw), Some(Message::Raw { json }) if json == raw), "{raw}");
        }
        for junk in ["", "7", "[]", "{", "nonsense"] {
            assert!(read(junk).is_none(), "{junk}");
        }
    }
}
