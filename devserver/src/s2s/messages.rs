//! Server messages: their types and shapes (protocol.md 5.3).

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::pacing::Warning;
use crate::audio;
use crate::engine::{Level, Levels, Text};
use crate::streams::outgoing::{Outgoing, Shape, Spoken};
use crate::streams::payload::{Cutter, Packing};

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

/// The words of a text, distributed evenly over its time.
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

/// A phrase of speech as chunks of 200 ms and an empty last one.
pub fn speech(id: &str, language: &str, frames: &[i16], packing: &Packing) -> Vec<Outgoing> {
    let mut cutter = packing.cut.then(Cutter::default);
    let count = frames.len().div_ceil(audio::CHUNK_FRAMES);
    let full = frames.chunks(audio::CHUNK_FRAMES).enumerate().map(|(n, part)| {
        let mut bytes = audio::to_bytes(part);
        if let Some(cutter) = &mut cutter {
            bytes = cutter.cut(id, bytes, n + 1 == count);
        }
        let delta = (n > 0).then_some(5);
        chunk_of(id, language, (part.len(), bytes), packing, delta)
    });
    let mut messages: Vec<Outgoing> = full.collect();
    messages.push(chunk(id, language, &[], packing, None));
    messages
}

/// One piece of speech; an empty one ends its phrase (protocol.md 5.3).
pub fn chunk(id: &str, language: &str, frames: &[i16], packing: &Packing, delta: Option<u32>) -> Outgoing {
    chunk_of(id, language, (frames.len(), audio::to_bytes(frames)), packing, delta)
}

fn chunk_of(
    id: &str,
    language: &str,
    (frames, bytes): (usize, Vec<u8>),
    packing: &Packing,
    delta: Option<u32>,
) -> Outgoing {
    let mut data = json!({
        "transcription_id": id,
        "translation_part_id": "0",
        "language": language,
        "last_chunk": frames == 0,
        "data": packing.pack_bytes(bytes),
        "chunk_generation_delta": delta,
    });
    if packing.nested {
        data = json!({"transcription": data});
    }
    let spoken = Spoken {
        id: id.to_owned(),
        language: language.to_owned(),
        length: Duration::from_secs_f64(frames as f64 / f64::from(audio::OUTPUT_RATE)),
    };
    Outgoing { spoken: Some(spoken), ..Outgoing::new("output_audio_data", data) }
}

/// Times in the order of the stages of a phrase, for an engine that measures none.
pub fn usual_timings() -> Map<String, Value> {
    let stages = [
        ("partial_transcription", 0.1),
        ("validated_transcription", 0.2),
        ("translated_transcription", 0.3),
        ("prepared_tts_task", 0.4),
        ("sent_tts_task", 0.4),
        ("tts", 0.6),
        ("sent_to_nats", 0.7),
        ("total", 0.8),
    ];
    stages.map(|(name, at)| (name.to_owned(), json!(at))).into_iter().collect()
}

pub fn pipeline_timings(id: &str, timings: Map<String, Value>) -> Outgoing {
    Outgoing::new("pipeline_timings", json!({"transcription_id": id, "timings": timings}))
}

fn levels_value(levels: &Levels) -> Map<String, Value> {
    let value = |level: &Level| json!({"current_queue_level_ms": level.current_ms, "max_queue_level_ms": level.max_ms});
    levels.iter().map(|(language, level)| (language.clone(), value(level))).collect()
}

pub fn tts_buffer_stats(now: f64, levels: &Levels) -> Outgoing {
    let mut stats = Map::from_iter([("timestamp".to_owned(), json!(now))]);
    stats.extend(levels_value(levels));
    Outgoing::new("tts_buffer_stats", json!({"stats": stats}))
}

/// Queue levels without an envelope (protocol.md 5.3).
pub fn queue_levels(levels: &Levels) -> Outgoing {
    Outgoing { shape: Shape::Bare, ..Outgoing::new("queue_levels", Value::Object(levels_value(levels))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_is_cut_into_chunks_with_an_empty_end() {
        let chunks = speech("id", "es", &vec![7; 10_000], &Packing::default());
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
    fn bare_levels_have_no_envelope() {
        let level = Level { current_ms: 1200, max_ms: 20_000 };
        let text = queue_levels(&Levels::from([("es".to_owned(), level)])).into_text(true);
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            json!({"es": {"current_queue_level_ms": 1200, "max_queue_level_ms": 20_000}})
        );
    }
}
