//! Messages from the service (protocol.md 5.3), read without copying what can be borrowed.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};
use serde::Deserialize;
use serde_json::Value;

use crate::memory;
use crate::wire::base64::{self, Half};
use crate::wire::envelope::{self, NotText, complaint};
use crate::wire::json::{Text, first_text, number, truth};
use crate::wire::lexer::{self, Raw};

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
}

#[derive(Debug)]
pub struct Audio<'a> {
    pub language: Text<'a>,
    pub id: Text<'a>,
    pub is_last: bool,
    pub part: u32,
    base64: Cow<'a, [u8]>,
}

/// A server of the second generation acknowledges a command.
#[derive(Debug, PartialEq, Eq)]
pub struct TaskStatus {
    pub command: String,
    pub event: String,
    pub status: String,
    pub id: String,
}

/// Format of output audio (protocol.md 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    Pcm,
    ZlibPcm,
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
}

#[derive(Deserialize)]
struct AudioData<'a> {
    #[serde(borrow, default)]
    transcription_id: Text<'a>,
    #[serde(borrow, default)]
    language: Text<'a>,
    #[serde(borrow, default)]
    data: Text<'a>,
    #[serde(default, deserialize_with = "truth")]
    last_chunk: bool,
    #[serde(borrow, default)]
    translation_part_id: Text<'a>,
    /// An older server nests the same fields here.
    #[serde(borrow, default)]
    transcription: Option<Box<AudioData<'a>>>,
}

/// Reads one frame and passes the message to `take`.
pub fn read<R>(frame: &[u8], take: impl FnOnce(Message<'_>) -> R) -> Result<R, NotText> {
    if let Some(audio) = plain_audio(frame) {
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

/// The fast path for the message that makes up nearly all of the traffic: no tree, and base64 is scanned once before
/// it is decoded. Returns `None` for everything else.
fn plain_audio(frame: &[u8]) -> Option<Audio<'_>> {
    let mut message_type = None;
    let mut data = None;
    lexer::pairs(frame, |key, value| match (key, value) {
        (b"message_type", Raw::Text(text)) => message_type = Some(text),
        (b"data", Raw::Object(object)) => data = Some(object),
        _ => {}
    })?;
    if message_type? != b"output_audio_data" {
        return None;
    }
    let (mut id, mut language, mut number) = (&b""[..], &b""[..], &b""[..]);
    let (mut base64, mut is_last, mut is_nested) = (None, false, false);
    lexer::pairs(data?, |key, value| match (key, value) {
        (b"transcription_id", Raw::Text(text)) => id = text,
        (b"language", Raw::Text(text)) => language = text,
        (b"data", Raw::Text(text)) => base64 = Some(text),
        (b"translation_part_id", Raw::Text(text) | Raw::Scalar(text)) => number = text,
        (b"last_chunk", Raw::Scalar(word)) => is_last = word == b"true",
        (b"transcription", _) => is_nested = true,
        _ => {}
    })?;
    let text = |bytes| std::str::from_utf8(bytes).map(|text| Text(Cow::Borrowed(text))).ok();
    (!is_nested).then_some(())?;
    Some(Audio {
        language: text(language)?,
        id: text(id)?,
        is_last,
        part: part(number),
        base64: Cow::Borrowed(base64?),
    })
}

/// Returns `None` for a message that does not match its type.
fn classify<'a>(message_type: &str, data: &'a str, frame: &'a str) -> Option<Message<'a>> {
    match message_type {
        "partial_transcription" | "transcription" => transcript(data, false, false),
        "validated_transcription" => transcript(data, true, false),
        "partial_translated_transcription" => transcript(data, false, true),
        "translated_transcription" => transcript(data, true, true),
        "output_audio_data" => audio(data),
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
    }))
}

fn audio(data: &str) -> Option<Message<'_>> {
    let mut body: AudioData<'_> = serde_json::from_str(data).ok()?;
    if let Some(nested) = body.transcription.take() {
        body = *nested;
    }
    Some(Message::Audio(Audio {
        language: body.language,
        id: body.transcription_id,
        is_last: body.last_chunk,
        part: part(body.translation_part_id.as_bytes()),
        base64: match body.data.0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
    }))
}

/// A number in texts, a text in audio (protocol.md 15 row 6).
fn part(id: &[u8]) -> u32 {
    std::str::from_utf8(id).ok().and_then(|id| id.parse().ok()).unwrap_or_default()
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

/// Why the audio of a message could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAudio {
    Base64,
    Zlib,
    /// There is not enough memory.
    Memory,
}

/// A chunk of 200 ms inflates to 10 kB. This limit stops a decompression bomb.
const MAX_INFLATED_BYTES: usize = 8 << 20;
/// Large enough for most chunks.
const INFLATED_STEP: usize = 16 << 10;

impl Audio<'_> {
    pub fn is_empty(&self) -> bool {
        self.base64.is_empty()
    }

    /// Decodes the samples once, into the buffer that the caller will see. `half` is what the previous message left.
    pub fn samples(&self, format: OutputFormat, half: Half) -> Result<(Vec<i16>, Half), BadAudio> {
        // The empty end marker is never compressed (protocol.md 7).
        if format == OutputFormat::Pcm || self.base64.is_empty() {
            return base64::decode_samples(&self.base64, half).ok_or(BadAudio::Base64);
        }
        let packed = base64::decode_bytes(&self.base64).ok_or(BadAudio::Base64)?;
        let bytes = inflate(&packed, MAX_INFLATED_BYTES)?;
        memory::ask(bytes.len()).map_err(|_| BadAudio::Memory)?;
        Ok(base64::samples_of(&bytes, half))
    }
}

/// Grows step by step: the server decides how much comes out, which may exceed the memory.
fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, BadAudio> {
    let mut inflater = Decompress::new(true);
    let mut bytes = Vec::new();
    loop {
        let room = bytes.len().max(INFLATED_STEP).min(most + 1 - bytes.len());
        bytes.try_reserve(room).map_err(|_| BadAudio::Memory)?;
        let rest = packed.get(inflater.total_in() as usize..).unwrap_or_default();
        let status = inflater.decompress_vec(rest, &mut bytes, FlushDecompress::None);
        match status.map_err(|_| BadAudio::Zlib)? {
            _ if bytes.len() > most => return Err(BadAudio::Zlib),
            Status::StreamEnd => return Ok(bytes),
            // The buffer was not filled, so the end of the data is missing.
            _ if bytes.len() < bytes.capacity() => return Err(BadAudio::Zlib),
            Status::Ok | Status::BufError => {}
        }
    }
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
                let samples = a.samples(OutputFormat::Pcm, None).map(|(samples, _)| samples);
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
    fn audio_payloads_are_borrowed() {
        let frame = r#"{"message_type":"output_audio_data","data":{"language":"es","data":"AQA="}}"#;
        let borrowed = read(frame.as_bytes(), |message| match message {
            Message::Audio(audio) => matches!(audio.base64, Cow::Borrowed(_)),
            _ => false,
        });
        assert_eq!(borrowed, Ok(true));
    }

    #[test]
    fn no_more_is_inflated_than_was_allowed() {
        use std::io::Write;
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&[7; 100_000]).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(inflate(&packed, 100_000).map(|bytes| bytes.len()), Ok(100_000));
        assert_eq!(inflate(&packed, 99_999), Err(BadAudio::Zlib));
        assert_eq!(inflate(&packed[..packed.len() - 1], 100_000), Err(BadAudio::Zlib), "the end is missing");
    }

    #[test]
    fn zlib_chunks_stand_alone_and_the_empty_marker_is_not_packed() {
        use std::io::Write;
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&[1, 0, 2, 0]).unwrap();
        let packed = base64_simd::STANDARD.encode_to_string(packer.finish().unwrap());
        let samples = |data: &str| {
            let frame = format!(r#"{{"message_type":"output_audio_data","data":{{"data":"{data}"}}}}"#);
            read(frame.as_bytes(), |message| match message {
                Message::Audio(audio) => {
                    audio.samples(OutputFormat::ZlibPcm, None).map(|(samples, _)| samples)
                }
                _ => panic!("not audio"),
            })
            .unwrap()
        };
        assert_eq!(samples(&packed), Ok(vec![1, 2]));
        assert_eq!(samples(""), Ok(vec![]));
        assert_eq!(samples("AAAA"), Err(BadAudio::Zlib));
        assert_eq!(samples("%"), Err(BadAudio::Base64));
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
