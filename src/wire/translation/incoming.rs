//! Messages from the service (protocol.md 5.3), read without copying what can be borrowed.

use serde::Deserialize;
use serde_json::Value;

use super::audio::{self, part};
use super::segments::Place;
use crate::wire::envelope::{self, NotText, complaint};
use crate::wire::json::{Text, first_text, number};

pub use super::audio::{Audio, BadAudio, OutputFormat};

/// One message. Borrows from the frame that carried it.
#[derive(Debug)]
pub enum Message<'a> {
    Transcript(Transcript<'a>),
    Audio(Audio<'a>),
    /// `current_task`: the whole data object as JSON.
    TaskInfo {
        json: &'a str,
    },
    TaskStatus(TaskStatus),
    StreamEnd,
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
        /// Level of the longest of the service's queues of speech, if the message reports it (protocol.md 5.3).
        queue_level_ms: Option<u64>,
    },
}

#[derive(Debug)]
pub struct Transcript<'a> {
    pub text: Text<'a>,
    pub language: Text<'a>,
    pub id: Text<'a>,
    pub is_final: bool,
    pub is_translation: bool,
    pub part: u32,
    pub start_ms: Option<u32>,
    pub end_ms: Option<u32>,
}

/// A server of the second generation acknowledges a command.
#[derive(Debug, PartialEq, Eq)]
pub struct TaskStatus {
    pub command: String,
    pub event: String,
    pub status: String,
    pub id: String,
}

#[derive(Deserialize)]
struct TranscriptData<'a> {
    #[serde(borrow)]
    transcription: TranscriptBody<'a>,
}

#[derive(Deserialize)]
struct TranscriptBody<'a> {
    #[serde(borrow, default)]
    transcription_id: Text<'a>,
    #[serde(borrow, default)]
    language: Text<'a>,
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(borrow, default)]
    translation_part_id: Text<'a>,
    #[serde(default)]
    segments: Place,
}

/// Reads one frame and passes the message to `take`.
pub fn read<R>(frame: &[u8], take: impl FnOnce(Message<'_>) -> R) -> Result<R, NotText> {
    if let Some(audio) = audio::plain(frame) {
        return Ok(take(Message::Audio(audio)));
    }
    let frame = envelope::text(frame)?;
    let taken = envelope::open(frame, take, |take, message_type, data, frame| {
        match classify(message_type, data, frame) {
            Some(message) => Ok(take(message)),
            None => Err(take),
        }
    });
    Ok(taken.unwrap_or_else(|take| take(Message::Raw { json: frame, queue_level_ms: None })))
}

/// Returns `None` for a message that does not match its type.
fn classify<'a>(message_type: &str, data: &'a str, frame: &'a str) -> Option<Message<'a>> {
    match message_type {
        "partial_transcription" | "transcription" => transcript(data, false, false),
        "validated_transcription" => transcript(data, true, false),
        "partial_translated_transcription" => transcript(data, false, true),
        "translated_transcription" => transcript(data, true, true),
        "output_audio_data" => audio::read(data).map(Message::Audio),
        "current_task" => is_strict(data).then_some(Message::TaskInfo { json: data }),
        "task_status" => task_status(data).map(Message::TaskStatus),
        "eos" | "end_of_stream" => Some(Message::StreamEnd),
        "error" => {
            let (code, text) = complaint(data)?;
            Some(Message::Error { code, text })
        }
        "warning" => {
            let (code, text) = complaint(data)?;
            Some(Message::Warning { code, text })
        }
        _ => Some(Message::Raw { json: frame, queue_level_ms: queue_level(message_type, data, frame) }),
    }
}

/// These messages are parsed again later, so they must be valid.
fn is_strict(data: &str) -> bool {
    serde_json::from_str::<Value>(data).is_ok()
}

/// The report comes with an envelope (`tts_buffer_stats`) or without one.
fn queue_level(message_type: &str, data: &str, frame: &str) -> Option<u64> {
    let report: Value = match message_type {
        "tts_buffer_stats" => serde_json::from_str::<Value>(data).ok()?.get_mut("stats")?.take(),
        "" => serde_json::from_str(frame).ok()?,
        _ => return None,
    };
    let levels = report.as_object()?.values();
    levels.filter_map(|language| number(language.get("current_queue_level_ms")?)).map(|ms| ms as u64).max()
}

fn transcript(data: &str, is_final: bool, is_translation: bool) -> Option<Message<'_>> {
    let body = serde_json::from_str::<TranscriptData<'_>>(data).ok()?.transcription;
    Some(Message::Transcript(Transcript {
        text: body.text,
        language: body.language,
        id: body.transcription_id,
        is_final,
        is_translation,
        part: part(body.translation_part_id.as_bytes()),
        start_ms: body.segments.start_ms,
        end_ms: body.segments.end_ms,
    }))
}

fn task_status(data: &str) -> Option<TaskStatus> {
    let data: Value = serde_json::from_str(data).ok()?;
    Some(TaskStatus {
        command: first_text(&data, &["command"]),
        event: first_text(&data, &["event"]),
        status: first_text(&data, &["task_status"]),
        id: first_text(&data, &["transcription_id"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(frame: &str) -> String {
        read(frame.as_bytes(), |message| match message {
            Message::Transcript(t) => {
                format!("{} {} {} {} {}", &*t.text, &*t.language, &*t.id, t.is_final, t.is_translation)
            }
            Message::Audio(a) => {
                let samples = a.samples(OutputFormat::Pcm, None, 100).map(|(samples, _)| samples);
                format!("{} {} {} {samples:?}", &*a.language, &*a.id, a.is_last)
            }
            other => format!("{other:?}"),
        })
        .unwrap()
    }

    #[test]
    fn transcripts_of_every_kind() {
        let frame = |kind: &str| {
            format!(
                r#"{{"message_type":"{kind}","data":{{"transcription":{{"transcription_id":"i","language":"en",
                "text":"a\u00e9","segments":[],"translation_part_id":0}}}}}}"#
            )
        };
        assert_eq!(summary(&frame("partial_transcription")), "aé en i false false");
        assert_eq!(summary(&frame("transcription")), "aé en i false false");
        assert_eq!(summary(&frame("validated_transcription")), "aé en i true false");
        assert_eq!(summary(&frame("partial_translated_transcription")), "aé en i false true");
        assert_eq!(summary(&frame("translated_transcription")), "aé en i true true");
    }

    #[test]
    fn audio_flat_nested_and_twice_encoded() {
        let flat = r#"{"transcription_id":"i","translation_part_id":"0","language":"es","last_chunk":true,"data":"AQA="}"#;
        let nested = format!(r#"{{"transcription":{flat}}}"#);
        let twice = serde_json::to_string(flat).unwrap();
        for data in [flat, &nested, &twice] {
            let frame = format!(r#"{{"message_type":"output_audio_data","data":{data}}}"#);
            assert_eq!(summary(&frame), "es i true Ok([1])");
        }
    }

    #[test]
    fn errors_under_any_key() {
        let error = |data: &str| summary(&format!(r#"{{"message_type":"error","data":{data}}}"#));
        assert_eq!(error(r#"{"code":"C","desc":"d"}"#), r#"Error { code: "C", text: "d" }"#);
        assert_eq!(error(r#"{"error":"C","msg":"d"}"#), r#"Error { code: "C", text: "d" }"#);
        assert_eq!(error("{}"), r#"Error { code: "UNKNOWN_ERROR", text: "" }"#);
        assert_eq!(error("[]"), r#"Error { code: "UNKNOWN_ERROR", text: "" }"#);
    }

    #[test]
    fn both_end_markers_and_missing_data() {
        for kind in ["eos", "end_of_stream"] {
            assert_eq!(summary(&format!(r#"{{"message_type":"{kind}"}}"#)), "StreamEnd");
        }
        assert!(summary(r#"{"message_type":"current_task","data":null}"#).starts_with("TaskInfo"));
    }

    #[test]
    fn what_is_not_modelled_is_kept_as_it_came_and_so_is_what_is_not_json() {
        for raw in [
            "{}",
            r#"{"es":{"current_queue_level_ms":1200}}"#,
            r#"{"message_type":"pipeline_timings","data":{}}"#,
            r#"{"message_type":"partial_transcription","data":{"transcription":7}}"#,
            r#"{"message_type":7}"#,
        ] {
            assert!(summary(raw).starts_with("Raw"), "{raw}");
        }
        for junk in ["", "7", "[]", "{", r#"{"message_type":"eos","data":"{"}"#] {
            assert_eq!(summary(junk), format!("Raw {{ json: {junk:?}, queue_level_ms: None }}"));
        }
    }

    #[test]
    fn json_that_is_not_strict_is_read_for_what_it_says() {
        let said = |transcription: &str| {
            summary(&format!(
                r#"{{"message_type":"validated_transcription","data":{{"transcription":{{{transcription}}}}}}}"#
            ))
        };
        for (transcription, expected) in [
            (r#""text":"a","language":"en","segments":[{"start":NaN,"end":Infinity}]"#, "a en  true false"),
            (
                r#""text":"hi \ud83d there","language":"en","transcription_id":7"#,
                "hi \u{fffd} there en 7 true false",
            ),
            (r#""text":"first","text":"second","language":"en""#, "second en  true false"),
            (r#""text":"a","segments":[1e400]"#, "a   true false"),
            ("\"text\":\"a\tb\"", "a\tb   true false"),
        ] {
            assert_eq!(said(transcription), expected, "{transcription}");
        }
        let twice = r#"{"message_type":"x","message_type":"eos","data":{}}"#;
        assert_eq!(summary(twice), "StreamEnd");
        let error = r#"{"message_type":"error","data":{"code":"C","desc":"\udfff","x":NaN}}"#;
        assert_eq!(summary(error), "Error { code: \"C\", text: \"\u{fffd}\" }");
        let status = r#"{"message_type":"task_status","data":{"command":"set_task","x":-Infinity}}"#;
        assert!(summary(status).contains("set_task"));
        let task = r#"{"message_type":"current_task","data":{"x":NaN}}"#;
        assert_eq!(summary(task), r#"TaskInfo { json: "{\"x\":null}" }"#);
        let audio = r#"{"message_type":"output_audio_data","data":"{\"data\":\"AQA=\",\"x\":NaN}"}"#;
        assert_eq!(summary(audio), "  false Ok([1])");
    }

    #[test]
    fn queue_levels_with_and_without_an_envelope() {
        for frame in [
            r#"{"es":{"current_queue_level_ms":1200},"fr":{"current_queue_level_ms":7}}"#,
            r#"{"es":{"current_queue_level_ms":"1200"},"fr":{"current_queue_level_ms":7.5}}"#,
            r#"{"message_type":"tts_buffer_stats","data":{"stats":{"timestamp":1.5,"es":{"current_queue_level_ms":1200}}}}"#,
        ] {
            let level = read(frame.as_bytes(), |message| match message {
                Message::Raw { queue_level_ms, .. } => queue_level_ms,
                other => panic!("{other:?}"),
            });
            assert_eq!(level, Ok(Some(1200)), "{frame}");
        }
    }

    #[test]
    fn parts_are_numbers_in_texts_and_texts_in_audio() {
        for frame in [
            r#"{"message_type":"translated_transcription","data":{"transcription":{"translation_part_id":3}}}"#,
            r#"{"message_type":"output_audio_data","data":{"translation_part_id":"3","data":""}}"#,
            r#"{"message_type":"output_audio_data","data":{"translation_part_id":3,"data":"","x":"\n"}}"#,
        ] {
            let part = read(frame.as_bytes(), |message| match message {
                Message::Transcript(transcript) => transcript.part,
                Message::Audio(audio) => audio.part,
                other => panic!("{other:?}"),
            });
            assert_eq!(part, Ok(3), "{frame}");
        }
    }

    #[test]
    fn acknowledgements() {
        let frame = r#"{"message_type":"task_status","data":{"command":"tts_task","event":"queued",
            "task_status":"running","transcription_id":"i"}}"#;
        read(frame.as_bytes(), |message| match message {
            Message::TaskStatus(status) => assert_eq!((&*status.event, &*status.id), ("queued", "i")),
            other => panic!("{other:?}"),
        })
        .unwrap();
    }
}
