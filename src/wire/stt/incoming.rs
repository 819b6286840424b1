//! Messages from the service (protocol.md 9.2). Their fields stand at the top level; fields below `data` are accepted
//! too.

use serde::Deserialize;

use crate::wire::envelope::{self, NotText, complaint};
use crate::wire::json::{Seconds, Text, truth};

/// Marker at the end of the text that answers `finalize` (protocol.md 9.2).
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
    /// Any other message: the whole frame, which need not be JSON.
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
    pub start_ms: Option<u32>,
    pub end_ms: Option<u32>,
    /// The whole frame.
    pub json: &'a str,
}

impl Transcript<'_> {
    /// The whole segment so far, without the marker.
    pub fn text(&self) -> &str {
        match self.segment.trim_end().strip_suffix(FIN) {
            Some(text) => text.trim_end(),
            None => &self.segment,
        }
    }

    pub fn answers_finalize(&self) -> bool {
        !self.is_translation && self.segment.trim_end().ends_with(FIN)
    }

    /// The answer to `finalize` may not be marked as final (protocol.md 15 row 22).
    pub fn is_final(&self) -> bool {
        self.is_eos || self.answers_finalize()
    }
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
    start_time: Seconds,
    #[serde(default)]
    end_time: Seconds,
}

/// Reads one frame and passes the message to `take`.
pub fn read<R>(frame: &[u8], take: impl FnOnce(Message<'_>) -> R) -> Result<R, NotText> {
    let frame = envelope::text(frame)?;
    let taken = envelope::open(frame, take, |take, message_type, data, frame| {
        // Without `data` the message itself holds the fields.
        let body = if data.starts_with('{') && data != "{}" { data } else { frame };
        match classify(message_type, body, frame) {
            Some(message) => Ok(take(message)),
            None => Err(take),
        }
    });
    Ok(taken.unwrap_or_else(|take| take(Message::Raw { json: frame })))
}

/// Returns `None` for a message that does not match its type.
fn classify<'a>(message_type: &str, body: &'a str, frame: &'a str) -> Option<Message<'a>> {
    match message_type {
        "transcription" => transcript(body, frame, false),
        "translated_transcription" => transcript(body, frame, true),
        "error" => {
            let (code, text) = complaint(body)?;
            Some(Message::Error { code, text })
        }
        "warning" => {
            let (code, text) = complaint(body)?;
            Some(Message::Warning { code, text })
        }
        _ => Some(Message::Raw { json: frame }),
    }
}

fn transcript<'a>(body: &'a str, json: &'a str, is_translation: bool) -> Option<Message<'a>> {
    let body: Body<'a> = serde_json::from_str(body).ok()?;
    Some(Message::Transcript(Transcript {
        segment: body.segment.text,
        language: body.language,
        id: body.transcription_id,
        is_eos: body.is_eos,
        is_translation,
        start_ms: body.segment.start_time.ms(),
        end_ms: body.segment.end_time.ms(),
        json,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<R>(frame: &str, take: impl FnOnce(Message<'_>) -> R) -> R {
        read(frame.as_bytes(), take).unwrap()
    }

    fn with_transcript<R>(frame: &str, take: impl FnOnce(Transcript<'_>) -> R) -> R {
        with(frame, |message| match message {
            Message::Transcript(transcript) => take(transcript),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn partials_finals_and_translations() {
        let partial = r#"{"message_type":"transcription","transcription_id":"s1","language":"en","is_eos":false,
            "segment":{"text":"good morning every","start_time":0.64,"end_time":"2.08"},
            "delta":{"text":"never said","start_time":1.76,"end_time":2.08}}"#;
        with_transcript(partial, |read| {
            assert_eq!((read.text(), &*read.language, &*read.id), ("good morning every", "en", "s1"));
            assert_eq!((read.start_ms, read.end_ms, read.json), (Some(640), Some(2080), partial));
            assert!(!read.is_final() && !read.is_translation && !read.answers_finalize());
        });
        let last = r#"{"message_type":"transcription","transcription_id":7,"is_eos":true,"segment":{"text":"a\u00e9"}}"#;
        with_transcript(last, |last| {
            assert_eq!((last.text(), &*last.id, last.start_ms, last.is_final()), ("aé", "7", None, true));
        });
        let translated = r#"{"message_type":"translated_transcription","language":"es","is_eos":true,
            "segment":{"text":"Buenos","start_time":null,"end_time":"x"}}"#;
        with_transcript(translated, |translated| {
            assert!(translated.is_final() && translated.is_translation);
            assert_eq!((translated.text(), translated.end_ms), ("Buenos", None));
        });
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
            with_transcript(&frame, |read| {
                assert_eq!((read.text(), read.answers_finalize()), (text, answers), "{said}");
                assert_eq!(read.is_final(), answers);
            });
        }
    }

    #[test]
    fn a_translation_answers_nothing_but_has_no_marker_either() {
        let frame =
            r#"{"message_type":"translated_transcription","is_eos":true,"segment":{"text":"hola <fin>"}}"#;
        with_transcript(frame, |read| {
            assert_eq!((read.text(), read.answers_finalize(), read.is_final()), ("hola", false, true));
        });
    }

    #[test]
    fn json_that_is_not_strict_is_read_for_what_it_says() {
        for (fields, expected) in [
            (r#""segment":{"text":"a","start_time":NaN}"#, "a"),
            (r#""segment":{"text":"hi \ud83d there"}"#, "hi \u{fffd} there"),
            (r#""segment":{"text":"first"},"segment":{"text":"second"}"#, "second"),
            (r#""data":{"segment":{"text":"below","x":-Infinity}}"#, "below"),
        ] {
            let frame = format!(r#"{{"message_type":"transcription",{fields}}}"#);
            with_transcript(&frame, |read| assert_eq!(read.text(), expected, "{fields}"));
        }
        let error = r#"{"message_type":"error","data":{"code":"C","desc":"\udfff","at":NaN}}"#;
        with(error, |read| assert!(matches!(read, Message::Error { text, .. } if text == "\u{fffd}")));
    }

    #[test]
    fn complaints_flat_and_nested() {
        for body in [r#""code":"C","desc":"why""#, r#""data":{"code":"C","msg":"why"}"#] {
            let error = format!(r#"{{"message_type":"error",{body}}}"#);
            with(&error, |read| {
                assert!(matches!(read, Message::Error { code, text } if code == "C" && text == "why"));
            });
            let warning = format!(r#"{{"message_type":"warning",{body}}}"#);
            with(&warning, |read| {
                assert!(matches!(read, Message::Warning { code, text } if code == "C" && text == "why"));
            });
        }
        with(r#"{"message_type":"error"}"#, |nothing| {
            assert!(matches!(nothing, Message::Error { code, .. } if code == "UNKNOWN_ERROR"));
        });
    }

    #[test]
    fn what_is_not_modelled_is_kept_as_it_came_and_so_is_what_is_not_json() {
        for raw in [
            "{}",
            r#"{"message_type":"news"}"#,
            r#"{"message_type":"transcription"}"#,
            r#"{"message_type":"transcription","segment":7}"#,
            r#"{"message_type":7,"data":{"a":1}}"#,
            "",
            "7",
            "[]",
            "{",
            "nonsense",
        ] {
            with(raw, |read| assert!(matches!(read, Message::Raw { json } if json == raw), "{raw}"));
        }
        assert_eq!(read(b"\xff", |_| ()), Err(NotText));
    }
}
