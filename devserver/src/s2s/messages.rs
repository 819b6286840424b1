//! Server messages: their types and shapes (protocol.md 5.3).

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Map, Value, json};

use super::pacing::Warning;
use crate::audio;
use crate::engine::Text;

/// A message before it is put on the wire.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub kind: &'static str,
    pub data: Value,
    /// Set on translated speech.
    pub language: Option<String>,
}

impl Outgoing {
    pub fn new(kind: &'static str, data: Value) -> Self {
        Self { kind, data, language: None }
    }

    /// The JSON text; `twice` puts the data into a string (protocol.md 5.1).
    pub fn into_text(self, twice: bool) -> String {
        let data = if twice { Value::String(self.data.to_string()) } else { self.data };
        json!({"message_type": self.kind, "data": data}).to_string()
    }
}

pub fn error(code: &str, desc: &str) -> Outgoing {
    Outgoing::new("error", json!({"code": code, "desc": desc, "param": null}))
}

pub fn warning(warning: Warning) -> Outgoing {
    Outgoing::new("warning", json!({"code": warning.code(), "message": warning.text()}))
}

/// The acknowledgement of a command.
pub fn task_status(command: &str, event: &str, paused: bool, id: Option<&str>) -> Outgoing {
    let mut data = json!({"command": command, "event": event, "task_status": status_word(paused)});
    if let Some(id) = id {
        data["transcription_id"] = json!(id);
    }
    Outgoing::new("task_status", data)
}

/// The task as it was sent, with its status.
pub fn current_task(task: &Map<String, Value>, paused: bool) -> Outgoing {
    let mut data = task.clone();
    data.insert("task_status".to_owned(), json!(status_word(paused)));
    Outgoing::new("current_task", Value::Object(data))
}

fn status_word(paused: bool) -> &'static str {
    if paused { "paused" } else { "running" }
}

/// A text message; `started` is the wall-clock second of the first audio frame.
pub fn transcription(kind: &'static str, text: &Text, started: f64) -> Outgoing {
    let mut transcription = json!({
        "transcription_id": text.id,
        "language": text.language,
        "text": text.text,
        "segments": [{
            "text": text.text,
            "start": text.start,
            "end": text.end,
            "start_timestamp": started + text.start,
            "end_timestamp": started + text.end,
            "words": words(text),
        }],
    });
    if matches!(kind, "translated_transcription" | "partial_translated_transcription") {
        // A number here, a string in audio (protocol.md 15, row 6).
        transcription["translation_part_id"] = json!(0);
    }
    Outgoing::new(kind, json!({"transcription": transcription}))
}

/// The words of a text, spread evenly over its time.
fn words(text: &Text) -> Vec<Value> {
    let words: Vec<&str> = text.text.split_whitespace().collect();
    let each = (text.end - text.start) / words.len().max(1) as f64;
    let at = |n: usize| text.start + each * n as f64;
    words
        .iter()
        .enumerate()
        .map(|(n, word)| json!({"word": word, "start": at(n), "end": at(n + 1)}))
        .collect()
}

/// A phrase of speech as 200 ms chunks and an empty last one.
pub fn speech(id: &str, language: &str, frames: &[i16], zlib: bool) -> Vec<Outgoing> {
    let full = frames.chunks(audio::CHUNK_FRAMES).enumerate().map(|(n, part)| {
        let delta = (n > 0).then_some(5);
        chunk(id, language, &audio::to_bytes(part), zlib, false, delta)
    });
    full.chain([chunk(id, language, &[], zlib, true, None)]).collect()
}

fn chunk(id: &str, language: &str, bytes: &[u8], zlib: bool, last: bool, delta: Option<u32>) -> Outgoing {
    // The empty marker stays empty (protocol.md 15, row 7).
    let payload = if zlib && !bytes.is_empty() { compressed(bytes) } else { bytes.to_vec() };
    let data = json!({
        "transcription_id": id,
        "translation_part_id": "0",
        "language": language,
        "last_chunk": last,
        "data": base64_simd::STANDARD.encode_to_string(&payload),
        "chunk_generation_delta": delta,
    });
    Outgoing { kind: "output_audio_data", data, language: Some(language.to_owned()) }
}

/// One independent zlib stream.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

pub fn pipeline_timings(id: &str) -> Outgoing {
    let timings = json!({
        "partial_transcription": 0.1, "validated_transcription": 0.2, "translated_transcription": 0.3,
        "prepared_tts_task": 0.4, "sent_tts_task": 0.4, "tts": 0.6, "sent_to_nats": 0.7, "total": 0.8,
    });
    Outgoing::new("pipeline_timings", json!({"transcription_id": id, "timings": timings}))
}

pub fn tts_buffer_stats<'a>(now: f64, languages: impl Iterator<Item = &'a str>) -> Outgoing {
    let mut stats = Map::from_iter([("timestamp".to_owned(), json!(now))]);
    for language in languages {
        let level = json!({"current_queue_level_ms": 0, "max_queue_level_ms": 20_000});
        stats.insert(language.to_owned(), level);
    }
    Outgoing::new("tts_buffer_stats", json!({"stats": stats}))
}

/// What a careless server might put between good messages (protocol.md 5.1 and 5.3). Never a scalar as data.
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
    use std::io::Read;

    #[test]
    fn speech_is_cut_into_chunks_with_an_empty_end() {
        let chunks = speech("id", "es", &vec![7; 10_000], false);
        let sizes: Vec<usize> = chunks
            .iter()
            .map(|c| base64_simd::STANDARD.decode_to_vec(c.data["data"].as_str().unwrap()).unwrap().len())
            .collect();
        assert_eq!(sizes, [9600, 9600, 800, 0]);
        let last: Vec<bool> = chunks.iter().map(|c| c.data["last_chunk"].as_bool().unwrap()).collect();
        assert_eq!(last, [false, false, false, true]);
        assert_eq!(chunks[0].data["translation_part_id"], "0");
    }

    #[test]
    fn zlib_chunks_stand_alone_and_the_marker_stays_empty() {
        let chunks = speech("id", "es", &vec![7; 5_000], true);
        let bytes = base64_simd::STANDARD.decode_to_vec(chunks[1].data["data"].as_str().unwrap()).unwrap();
        let mut plain = Vec::new();
        flate2::read::ZlibDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap();
        assert_eq!(plain.len(), 400);
        assert_eq!(chunks[2].data["data"], "");
    }

    #[test]
    fn data_can_be_encoded_twice() {
        let text = error("X", "y").into_text(true);
        let outer: Value = serde_json::from_str(&text).unwrap();
        let inner: Value = serde_json::from_str(outer["data"].as_str().unwrap()).unwrap();
        assert_eq!(inner["code"], "X");
    }
}
