//! The task: the settings of a translation (protocol.md 6).

use serde_json::{Map, Value, json};

use super::incoming::OutputFormat;
use crate::audio::format::Format;

/// The settings that have a name of their own; everything else comes as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskOptions {
    pub source_language: String,
    pub target_languages: Vec<String>,
    pub input: Format,
    pub voice_id: Option<String>,
    pub voice_cloning: bool,
    pub translate_partials: bool,
    pub silence_threshold_ms: Option<u32>,
}

/// Builds the object that `set_task` carries, as the official helper does (protocol.md 6.6).
pub fn build(options: &TaskOptions) -> Value {
    let mut transcription = json!({"source_language": options.source_language});
    if let Some(threshold) = options.silence_threshold_ms {
        transcription["segment_confirmation_silence_threshold"] = json!(f64::from(threshold) / 1000.0);
    }
    let translations: Vec<Value> =
        options.target_languages.iter().map(|language| translation(language, options)).collect();
    let mut message_types =
        vec!["translated_transcription", "partial_transcription", "validated_transcription"];
    if options.translate_partials {
        message_types.push("partial_translated_transcription");
    }
    json!({
        "input_stream": {
            "content_type": "audio",
            "source": {
                "type": "ws",
                "format": "pcm_s16le",
                "sample_rate": options.input.sample_rate,
                "channels": options.input.channels,
            },
        },
        "output_stream": {"content_type": "audio", "target": {"type": "ws", "format": "pcm_s16le"}},
        "pipeline": {
            "transcription": transcription,
            "translations": translations,
            "allowed_message_types": message_types,
        },
    })
}

fn translation(language: &str, options: &TaskOptions) -> Value {
    let mut speech = Map::new();
    // A cloned voice wins over a chosen one.
    if options.voice_cloning {
        speech.insert("voice_cloning".into(), json!(true));
    } else if let Some(voice_id) = &options.voice_id {
        speech.insert("voice_id".into(), json!(voice_id));
    }
    let mut entry = json!({"target_language": language, "speech_generation": speech});
    if options.translate_partials {
        entry["translate_partial_transcriptions"] = json!(true);
    }
    entry
}

/// Lays `patch` over `task`: objects merge key by key, everything else (lists and null too) replaces.
pub fn merge(task: &mut Value, patch: Value) {
    match (task, patch) {
        (Value::Object(task), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(task.entry(key).or_insert(Value::Null), value);
            }
        }
        (task, patch) => *task = patch,
    }
}

/// The input that a task declares; what it leaves out is the service's default.
pub fn input_format(task: &Value) -> Format {
    let source = &task["input_stream"]["source"];
    let usual = Format::default();
    Format {
        sample_rate: number(&source["sample_rate"]).unwrap_or(usual.sample_rate),
        channels: number(&source["channels"]).unwrap_or(usual.channels),
    }
}

/// Whether the task's input is plain PCM, the only input that chunks can be cut from.
pub fn input_is_pcm(task: &Value) -> bool {
    task["input_stream"]["source"]["format"].as_str().is_none_or(|format| format == "pcm_s16le")
}

pub fn output_format(task: &Value) -> OutputFormat {
    match task["output_stream"]["target"]["format"].as_str() {
        Some("zlib_pcm_s16le") => OutputFormat::ZlibPcm,
        _ => OutputFormat::Pcm,
    }
}

/// A number, or a text that holds one (protocol.md 15 row 38).
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|number| number.try_into().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> TaskOptions {
        TaskOptions {
            source_language: "en".into(),
            target_languages: vec!["es".into()],
            ..TaskOptions::default()
        }
    }

    #[test]
    fn the_plain_task_is_the_official_one() {
        let expected = json!({
            "input_stream": {"content_type": "audio", "source":
                {"type": "ws", "format": "pcm_s16le", "sample_rate": 24000, "channels": 1}},
            "output_stream": {"content_type": "audio", "target": {"type": "ws", "format": "pcm_s16le"}},
            "pipeline": {"transcription": {"source_language": "en"},
                "translations": [{"target_language": "es", "speech_generation": {}}],
                "allowed_message_types":
                    ["translated_transcription", "partial_transcription", "validated_transcription"]}
        });
        assert_eq!(build(&options()), expected);
    }

    #[test]
    fn cloning_wins_over_a_voice() {
        let task = build(&TaskOptions { voice_id: Some("v".into()), voice_cloning: true, ..options() });
        let speech = &task["pipeline"]["translations"][0]["speech_generation"];
        assert_eq!(speech, &json!({"voice_cloning": true}));
    }

    #[test]
    fn thresholds_are_seconds_on_the_wire() {
        let task = build(&TaskOptions { silence_threshold_ms: Some(700), ..options() });
        assert_eq!(task["pipeline"]["transcription"]["segment_confirmation_silence_threshold"], 0.7);
    }

    #[test]
    fn a_patch_merges_objects_and_replaces_the_rest() {
        let mut task = json!({"a": {"b": 1, "c": 2}, "list": [1, 2], "gone": {}});
        merge(&mut task, json!({"a": {"b": 3}, "list": [4], "gone": null, "new": {"x": {}}}));
        assert_eq!(task, json!({"a": {"b": 3, "c": 2}, "list": [4], "gone": null, "new": {"x": {}}}));
    }

    #[test]
    fn formats_are_read_back() {
        let task = json!({"input_stream": {"source": {"sample_rate": "16000", "channels": 2}},
            "output_stream": {"target": {"format": "zlib_pcm_s16le"}}});
        assert_eq!(input_format(&task), Format { sample_rate: 16000, channels: 2 });
        assert_eq!(output_format(&task), OutputFormat::ZlibPcm);
        assert_eq!(output_format(&json!({"output_stream": null})), OutputFormat::Pcm);
    }
}
