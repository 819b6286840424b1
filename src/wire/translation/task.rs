//! The task: the settings of a translation (protocol.md 6).

use serde_json::{Map, Value, json};

use super::glossaries::Glossaries;
use super::incoming::OutputFormat;
use crate::audio::format::Format;
use crate::error::{Error, Result};

/// The rates that the service accepts (protocol.md 6).
pub const MIN_WIRE_RATE: u32 = 16_000;
pub const MAX_WIRE_RATE: u32 = 48_000;

/// One target and its settings.
pub type Target = (String, Map<String, Value>);

/// The settings that have a field of their own. Everything else comes as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskOptions {
    pub source_language: String,
    pub targets: Vec<Target>,
    pub input: Format,
    pub zlib_output: bool,
    pub voice_id: Option<String>,
    pub voice_cloning: bool,
    pub translate_partials: bool,
    pub silence_threshold_ms: Option<u32>,
    pub message_types: Option<Vec<String>>,
    /// Merged into `pipeline.transcription`, key by key.
    pub transcription: Map<String, Value>,
    pub hotwords_glossaries: Option<Glossaries>,
    pub verification_glossaries: Option<Glossaries>,
    pub translation_glossaries: Option<Glossaries>,
    pub queue: QueueSettings,
}

/// Limits of the service's queue of speech, and whether it speaks faster to shorten it, for all targets (protocol.md
/// 6.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSettings {
    pub level_ms: Option<u32>,
    pub max_level_ms: Option<u32>,
    pub auto_tempo: Option<bool>,
    pub min_tempo_percent: Option<u32>,
    pub max_tempo_percent: Option<u32>,
}

impl QueueSettings {
    fn write(&self, task: &mut Value) {
        if *self == QueueSettings::default() {
            return;
        }
        let mut global = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                global.insert(key.into(), value);
            }
        };
        let factor = |percent: u32| json!(f64::from(percent) / 100.0);
        put("desired_queue_level_ms", self.level_ms.map(Value::from));
        put("max_queue_level_ms", self.max_level_ms.map(Value::from));
        put("auto_tempo", self.auto_tempo.map(Value::from));
        put("min_tempo", self.min_tempo_percent.map(factor));
        put("max_tempo", self.max_tempo_percent.map(factor));
        task["pipeline"]["translation_queue_configs"] = json!({ "global": global });
    }
}

/// The official helper's defaults (protocol.md 6.6).
const USUAL_MESSAGE_TYPES: [&str; 3] =
    ["translated_transcription", "partial_transcription", "validated_transcription"];

/// Builds the object that `set_task` carries, as the official helper does (protocol.md 6.6).
pub fn build(options: &TaskOptions) -> Result<Value> {
    let translations: Vec<Value> =
        options.targets.iter().map(|target| translation(target, options)).collect();
    let output_format = if options.zlib_output { "zlib_pcm_s16le" } else { "pcm_s16le" };
    let mut task = json!({
        "input_stream": {
            "content_type": "audio",
            "source": {
                "type": "ws",
                "format": "pcm_s16le",
                "sample_rate": options.input.sample_rate,
                "channels": options.input.channels,
            },
        },
        "output_stream": {"content_type": "audio", "target": {"type": "ws", "format": output_format}},
        "pipeline": {
            "transcription": transcription(options)?,
            "translations": translations,
            "allowed_message_types": message_types(options),
        },
    });
    options.queue.write(&mut task);
    Ok(task)
}

fn message_types(options: &TaskOptions) -> Vec<String> {
    options.message_types.clone().unwrap_or_else(|| {
        let partials = options.translate_partials.then_some("partial_translated_transcription");
        USUAL_MESSAGE_TYPES.into_iter().chain(partials).map(str::to_owned).collect()
    })
}

/// Glossaries are written after the caller's own keys, as in the official helper of 2.2.
fn transcription(options: &TaskOptions) -> Result<Map<String, Value>> {
    let mut settings = Map::new();
    settings.insert("source_language".into(), json!(options.source_language));
    if let Some(threshold) = options.silence_threshold_ms {
        let seconds = f64::from(threshold) / 1000.0;
        settings.insert("segment_confirmation_silence_threshold".into(), json!(seconds));
    }
    settings.extend(options.transcription.clone());
    if let Some(glossaries) = &options.hotwords_glossaries {
        glossaries.write("hotwords", &mut settings);
    }
    if let Some(glossaries) = &options.verification_glossaries {
        let verification = settings.entry("verification").or_insert_with(|| json!({}));
        let verification = verification.as_object_mut().ok_or_else(|| {
            Error::invalid("verification in the JSON of the transcription is not a JSON object")
        })?;
        glossaries.write("verification", verification);
    }
    Ok(settings)
}

fn translation((language, overrides): &Target, options: &TaskOptions) -> Value {
    let mut speech = Map::new();
    // A cloned voice wins over a chosen one.
    if options.voice_cloning {
        speech.insert("voice_cloning".into(), json!(true));
    } else if let Some(voice_id) = &options.voice_id {
        speech.insert("voice_id".into(), json!(voice_id));
    }
    let mut entry = Map::new();
    entry.insert("target_language".into(), json!(language));
    if options.translate_partials {
        entry.insert("translate_partial_transcriptions".into(), json!(true));
    }
    if let Some(glossaries) = &options.translation_glossaries {
        glossaries.write("translation", &mut entry);
    }
    for (key, value) in overrides {
        match (key.as_str(), value) {
            ("speech_generation", Value::Object(own)) => speech.extend(own.clone()),
            _ => drop(entry.insert(key.clone(), value.clone())),
        }
    }
    // Unless an override replaced the object by something else.
    entry.entry("speech_generation").or_insert(Value::Object(speech));
    Value::Object(entry)
}

/// Whether a `current_task` reports a pause (protocol.md 5.3).
pub fn is_paused(current_task: &str) -> bool {
    serde_json::from_str::<Value>(current_task).is_ok_and(|task| task["task_status"] == "paused")
}

/// Merges `patch` into `task`: objects merge key by key, everything else (lists and null too) replaces.
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

/// The target languages of a task, each once.
pub fn target_languages(task: &Value) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    for entry in task["pipeline"]["translations"].as_array().into_iter().flatten() {
        match entry["target_language"].as_str() {
            Some(language) if !languages.iter().any(|known| known == language) => {
                languages.push(language.to_owned());
            }
            _ => {}
        }
    }
    languages
}

/// The input format that a task declares; the service's default where it declares none.
pub fn input_format(task: &Value) -> Format {
    let source = &task["input_stream"]["source"];
    let usual = Format::default();
    Format {
        sample_rate: number(&source["sample_rate"]).unwrap_or(usual.sample_rate),
        channels: number(&source["channels"]).unwrap_or(usual.channels),
    }
}

/// Whether the task's input is plain PCM, the only kind that can be cut into chunks.
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
            targets: vec![("es".into(), Map::new())],
            ..TaskOptions::default()
        }
    }

    fn built(options: &TaskOptions) -> Value {
        build(options).unwrap()
    }

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
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
        assert_eq!(built(&options()), expected);
    }

    #[test]
    fn cloning_wins_over_a_voice() {
        let task = built(&TaskOptions { voice_id: Some("v".into()), voice_cloning: true, ..options() });
        let speech = &task["pipeline"]["translations"][0]["speech_generation"];
        assert_eq!(speech, &json!({"voice_cloning": true}));
    }

    #[test]
    fn thresholds_are_seconds_on_the_wire() {
        let task = built(&TaskOptions { silence_threshold_ms: Some(700), ..options() });
        assert_eq!(task["pipeline"]["transcription"]["segment_confirmation_silence_threshold"], 0.7);
    }

    #[test]
    fn settings_of_the_queue_are_those_of_all_languages() {
        let queue = QueueSettings {
            level_ms: Some(500),
            max_level_ms: Some(3000),
            auto_tempo: Some(false),
            min_tempo_percent: Some(90),
            max_tempo_percent: Some(125),
        };
        let task = built(&TaskOptions { queue, ..options() });
        let expected = json!({"global": {"desired_queue_level_ms": 500, "max_queue_level_ms": 3000, "auto_tempo": false,
            "min_tempo": 0.9, "max_tempo": 1.25}});
        assert_eq!(task["pipeline"]["translation_queue_configs"], expected);
    }

    #[test]
    fn overrides_of_a_target_win() {
        let overrides = object(json!({"speech_generation": {"voice_id": "w"}, "style": "x"}));
        let task = built(&TaskOptions {
            voice_id: Some("v".into()),
            translation_glossaries: Some(Glossaries::Only(vec!["g".into()])),
            targets: vec![("es".into(), overrides), ("fr".into(), Map::new())],
            ..options()
        });
        let expected = json!([
            {"target_language": "es", "speech_generation": {"voice_id": "w"}, "style": "x",
                "allow_translation_glossaries": true, "allowed_translation_glossary_ids": ["g"]},
            {"target_language": "fr", "speech_generation": {"voice_id": "v"},
                "allow_translation_glossaries": true, "allowed_translation_glossary_ids": ["g"]},
        ]);
        assert_eq!(task["pipeline"]["translations"], expected);
    }

    #[test]
    fn glossaries_of_the_source_come_last() {
        let task = built(&TaskOptions {
            transcription: object(json!({"source_language": "auto", "verification": {"style": "x"}})),
            hotwords_glossaries: Some(Glossaries::None),
            verification_glossaries: Some(Glossaries::All),
            ..options()
        });
        let expected = json!({"source_language": "auto", "allow_hotwords_glossaries": false,
            "verification": {"style": "x", "allow_verification_glossaries": true}});
        assert_eq!(task["pipeline"]["transcription"], expected);
        let nonsense = TaskOptions {
            transcription: object(json!({"verification": 7})),
            verification_glossaries: Some(Glossaries::All),
            ..options()
        };
        assert!(build(&nonsense).is_err());
    }

    #[test]
    fn a_paused_task_says_so() {
        assert!(is_paused(r#"{"task_status":"paused"}"#));
        assert!(!is_paused(r#"{"task_status":"running"}"#) && !is_paused("[]") && !is_paused(""));
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
