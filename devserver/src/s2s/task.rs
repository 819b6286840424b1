//! The settings object of `set_task`: what the server reads from it and what it refuses (protocol.md 6 and 14).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::detection;
use crate::audio::OUTPUT_RATE;
use crate::engine::{Settings, Source, Target, Tempo};
use crate::languages;
use crate::validation::fields::Reader;
use crate::validation::refusal::{DICT, LIST, Refusal, VALUE};

/// Sent unless the task lists others (protocol.md 6.5).
const DEFAULT_MESSAGES: [&str; 3] =
    ["translated_transcription", "partial_transcription", "validated_transcription"];
/// Tempos that are accepted, relative to normal speed.
const TEMPOS: std::ops::RangeInclusive<f64> = 0.5..=3.0;
/// The service's name for the model of `set_task` (protocol.md 5.6).
pub const MODEL: &str = "SetTaskRequestMessage";

/// An accepted task.
#[derive(Clone, Debug)]
pub struct Task {
    pub settings: Settings,
    pub channels: u16,
    pub input: InputFormat,
    pub output: Output,
    pub allowed: BTreeSet<String>,
    /// As the client sent it, for the echo.
    pub raw: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputFormat {
    Pcm,
    Wav,
}

/// Format of translated speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Text only.
    None,
    Pcm,
    Zlib,
}

/// Reads and checks a task. The error is the content of a `VALIDATION_ERROR`.
pub fn parse(raw: &Map<String, Value>, engine: &Source) -> Result<Task, Refusal> {
    let mut reader = Reader::default();
    let task = reader.task(raw, engine);
    let problems = reader.into_problems();
    match task.filter(|_| problems.is_empty()) {
        Some(task) => Ok(task),
        None => Err(Refusal::new(MODEL, problems)),
    }
}

impl Reader {
    fn task(&mut self, raw: &Map<String, Value>, engine: &Source) -> Option<Task> {
        let input = self.input(raw);
        let output = self.output(raw, input.as_ref().map(|i| i.kind));
        let pipeline = self.object(raw, "pipeline", "pipeline")?;
        let speech = self.transcription(pipeline, engine);
        let tempos = self.queues(raw, pipeline);
        let targets = self.translations(pipeline, speech.as_ref().map(|s| s.0.as_str()), &tempos);
        let allowed = self.allowed_messages(raw, pipeline);
        let (input, (source, closing_silence)) = (input?, speech?);
        let (targets, output) = (targets?, output?);
        let speech = output != Output::None;
        self.installed(engine, &source, &targets, speech);
        let detectable = detection::codes(pipeline["transcription"].get("detectable_languages"));
        let settings = Settings { rate: input.rate, source, detectable, targets, closing_silence, speech };
        Some(Task {
            settings,
            channels: input.channels,
            input: input.format,
            output,
            allowed,
            raw: raw.clone(),
        })
    }

    fn input<'a>(&mut self, raw: &'a Map<String, Value>) -> Option<Input<'a>> {
        let stream = self.object(raw, "input_stream", "input_stream")?;
        let place = "input_stream -> source";
        let source = self.object(stream, "source", place)?;
        self.word(stream, "content_type", "input_stream", &["audio", "ws"]);
        let kind = self.stream_kind(source, place);
        let format = self.word(source, "format", place, &["pcm_s16le", "wav", "opus"]);
        let rate = self.whole(source, "sample_rate", place, (16_000.0, 48_000.0));
        let channels = self.whole(source, "channels", place, (1.0, 2.0));
        if format == Some("opus") {
            self.wrong(format!("{place} -> format"), "this server cannot decode opus", VALUE);
        }
        Some(Input {
            kind,
            format: if format == Some("wav") { InputFormat::Wav } else { InputFormat::Pcm },
            rate: rate.unwrap_or(f64::from(OUTPUT_RATE)) as u32,
            channels: channels.unwrap_or(1.0) as u16,
        })
    }

    fn stream_kind<'a>(&mut self, of: &'a Map<String, Value>, place: &str) -> &'a str {
        match self.word(of, "type", place, &["ws", "webrtc", "livekit"]) {
            // An older name of the same type (protocol.md 16).
            Some("livekit") => "webrtc",
            Some(kind) => kind,
            None => "ws",
        }
    }

    fn output(&mut self, raw: &Map<String, Value>, input_kind: Option<&str>) -> Option<Output> {
        if matches!(raw.get("output_stream"), None | Some(Value::Null)) {
            return Some(Output::None);
        }
        let stream = self.object(raw, "output_stream", "output_stream")?;
        let place = "output_stream -> target";
        let target = self.object(stream, "target", place)?;
        self.word(stream, "content_type", "output_stream", &["audio", "ws"]);
        let kind = self.stream_kind(target, place);
        if input_kind.is_some_and(|input| input != kind) {
            self.wrong(place, "source and target types must be equal", VALUE);
        }
        let format = self.word(target, "format", place, &["pcm_s16le", "zlib_pcm_s16le"]);
        Some(if format == Some("zlib_pcm_s16le") { Output::Zlib } else { Output::Pcm })
    }

    /// The source language and the silence that ends a phrase.
    fn transcription(&mut self, pipeline: &Map<String, Value>, engine: &Source) -> Option<(String, f64)> {
        let place = "pipeline -> transcription";
        let settings = self.object(pipeline, "transcription", place)?;
        let language = self.language(
            settings.get("source_language"),
            &format!("{place} -> source_language"),
            languages::SPOKEN,
        );
        let silence =
            self.number(settings, "segment_confirmation_silence_threshold", place, (0.3, 2.0)).unwrap_or(0.7);
        let source = match language?.as_str() {
            "auto" => detection::source(&detection::codes(settings.get("detectable_languages")), engine),
            language => language.to_owned(),
        };
        Some((source, silence))
    }

    fn translations(
        &mut self,
        pipeline: &Map<String, Value>,
        source: Option<&str>,
        tempos: &BTreeMap<String, Tempo>,
    ) -> Option<Vec<Target>> {
        let place = "pipeline -> translations";
        let Some(list) = pipeline.get("translations").and_then(Value::as_array) else {
            self.not_a(LIST, pipeline.get("translations"), place);
            return None;
        };
        let mut targets: Vec<Target> = Vec::new();
        for (n, entry) in list.iter().enumerate() {
            let place = format!("{place} -> {n} -> target_language");
            let Some(language) = self.language(entry.get("target_language"), &place, languages::TARGETS)
            else {
                continue;
            };
            let sources = detection::codes(entry.get("allowed_source_languages"));
            let applies = source.is_none_or(|source| detection::applies(&sources, source));
            if applies && targets.iter().all(|t| t.language != language) {
                let partials = entry.get("translate_partial_transcriptions") == Some(&Value::Bool(true));
                let of_all = tempos.get("global").copied().unwrap_or_default();
                let mut tempo = tempos.get(&language).copied().unwrap_or(of_all);
                let generation = entry.get("speech_generation");
                let wanted = |key: &str| generation.and_then(|generation| generation.get(key));
                tempo.is_auto &= wanted("speech_tempo_auto") != Some(&Value::Bool(false));
                let voice = wanted("voice_id").and_then(Value::as_str).unwrap_or_default().to_owned();
                targets.push(Target { language, sources, partials, voice, tempo });
            }
        }
        Some(targets)
    }

    /// Refuses languages that the installed programs do not have.
    fn installed(&mut self, engine: &Source, source: &str, targets: &[Target], speech: bool) {
        if let Err(why) = engine.can_hear(source) {
            return self.wrong("pipeline -> transcription -> source_language", why, VALUE);
        }
        for Target { language, .. } in targets {
            let spoken = || if speech { engine.can_speak(language) } else { Ok(()) };
            if let Err(why) = engine.can_translate(source, language).and_then(|()| spoken()) {
                self.wrong("pipeline -> translations -> target_language", why, VALUE);
            }
        }
    }

    /// The levels and tempos of each language that is named, and of `global`.
    fn queues(&mut self, raw: &Map<String, Value>, pipeline: &Map<String, Value>) -> BTreeMap<String, Tempo> {
        let key = "translation_queue_configs";
        let mut tempos = BTreeMap::new();
        let Some(queues) = pipeline.get(key).or_else(|| raw.get(key)).filter(|q| !q.is_null()) else {
            return tempos;
        };
        let place = format!("pipeline -> {key}");
        let Value::Object(queues) = queues else {
            self.not_a(DICT, Some(queues), &place);
            return tempos;
        };
        for name in queues.keys() {
            let place = format!("{place} -> {name}");
            let Some(levels) = self.object(queues, name, &place) else { continue };
            let mut level = |key: &str| self.number(levels, key, &place, (0.0, f64::MAX));
            let usual = Tempo::default();
            let tempo = Tempo {
                desired_level_ms: level("desired_queue_level_ms").unwrap_or(usual.desired_level_ms),
                max_level_ms: level("max_queue_level_ms").unwrap_or(usual.max_level_ms),
                // The other keys are not checked, so only valid values are used.
                is_auto: levels.get("auto_tempo") != Some(&Value::Bool(false)),
                slowest: tempo(levels, "min_tempo").unwrap_or(usual.slowest),
                fastest: tempo(levels, "max_tempo").unwrap_or(usual.fastest),
            };
            if tempo.max_level_ms <= tempo.desired_level_ms {
                let message = "max_queue_level_ms must be greater than desired_queue_level_ms";
                self.wrong(format!("{place} -> __root__"), message, VALUE);
            }
            tempos.insert(name.clone(), tempo);
        }
        tempos
    }

    /// The list stands in `pipeline`, or beside it in older documents (protocol.md 6.5). Unknown names are ignored.
    fn allowed_messages(
        &mut self,
        raw: &Map<String, Value>,
        pipeline: &Map<String, Value>,
    ) -> BTreeSet<String> {
        let key = "allowed_message_types";
        match pipeline.get(key).or_else(|| raw.get(key)) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            None | Some(Value::Null) => DEFAULT_MESSAGES.map(str::to_owned).into(),
            other => {
                self.not_a(LIST, other, &format!("pipeline -> {key}"));
                BTreeSet::new()
            }
        }
    }
}

/// A tempo in the accepted range.
fn tempo(levels: &Map<String, Value>, key: &str) -> Option<f64> {
    levels.get(key)?.as_f64().filter(|tempo| TEMPOS.contains(tempo))
}

struct Input<'a> {
    kind: &'a str,
    format: InputFormat,
    rate: u32,
    channels: u16,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Value {
        json!({
            "input_stream": {"content_type": "audio",
                "source": {"type": "ws", "format": "pcm_s16le", "sample_rate": 24000, "channels": 1}},
            "output_stream": {"content_type": "audio", "target": {"type": "ws", "format": "pcm_s16le"}},
            "pipeline": {"transcription": {"source_language": "en"},
                "translations": [{"target_language": "es", "speech_generation": {}}],
                "allowed_message_types": ["translated_transcription"]}
        })
    }

    fn check(task: &Value) -> Result<Task, String> {
        parse(task.as_object().unwrap(), &Source::Loopback).map_err(|refusal| refusal.text())
    }

    /// The sample with one place changed; `null` removes it.
    fn changed(pointer: &str, value: Value) -> Value {
        let mut task = sample();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let map = task.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        map.insert(key.to_owned(), value);
        task
    }

    #[test]
    fn what_the_helper_builds_is_accepted() {
        let task = check(&sample()).unwrap();
        assert_eq!((task.settings.rate, task.channels, task.output), (24_000, 1, Output::Pcm));
        assert_eq!(task.settings.targets, [Target { language: "es".into(), ..Target::default() }]);
        assert_eq!(task.settings.closing_silence, 0.7);
        assert!(task.allowed.contains("translated_transcription") && task.allowed.len() == 1);
    }

    #[test]
    fn mistakes_are_refused_with_their_place() {
        for (pointer, value, part) in [
            ("/input_stream", json!(null), "input_stream: field required"),
            ("/input_stream/source/sample_rate", json!(8000), "input_stream.source.sample_rate: "),
            ("/input_stream/source/sample_rate", json!(24000.5), "not a valid integer"),
            ("/input_stream/source/channels", json!(3), "channels"),
            ("/input_stream/source", json!(null), "input_stream.source: field required"),
            ("/input_stream/source", json!([]), "not a valid dict"),
            ("/input_stream/source/format", json!("mp3"), "input_stream.source.format: "),
            ("/input_stream/source/format", json!("opus"), "cannot decode opus"),
            ("/input_stream/source/type", json!("webrtc"), "types must be equal"),
            ("/output_stream/target/format", json!("mp3"), "output_stream.target.format: "),
            ("/pipeline", json!(null), "pipeline: "),
            ("/pipeline/transcription", json!({}), "source_language: field required"),
            ("/pipeline/transcription/source_language", json!("xx"), "unknown language"),
            ("/pipeline/transcription/segment_confirmation_silence_threshold", json!(0.1), "0.3 to 2"),
            ("/pipeline/translations", json!(null), "pipeline.translations: field required"),
            ("/pipeline/translations", json!([{}]), "pipeline.translations.0.target_language: "),
            ("/pipeline/translations", json!([{"target_language": "xx"}]), "unknown language"),
            (
                "/pipeline/translation_queue_configs",
                json!({"global": {"desired_queue_level_ms": 30000}}),
                "pipeline.translation_queue_configs.global: ",
            ),
            (
                "/pipeline/translation_queue_configs",
                json!({"es": {"max_queue_level_ms": 5000}}),
                "pipeline.translation_queue_configs.es: ",
            ),
            (
                "/pipeline/translation_queue_configs",
                json!({"es": {"max_queue_level_ms": "much"}}),
                "max_queue_level_ms: value must be a number",
            ),
            ("/pipeline/translation_queue_configs", json!([]), "not a valid dict"),
            ("/pipeline/translations", json!({}), "not a valid list"),
            ("/pipeline/allowed_message_types", json!("eos"), "not a valid list"),
        ] {
            let error = check(&changed(pointer, value)).unwrap_err();
            assert!(error.contains(part), "{pointer}: {error}");
        }
    }

    #[test]
    fn liberal_forms_are_accepted() {
        for (pointer, value) in [
            ("/input_stream/source/sample_rate", json!("16000")),
            ("/input_stream/content_type", json!("ws")),
            ("/pipeline/transcription/silence_threshold", json!(99)),
            ("/pipeline/allowed_message_types", json!(["nonsense"])),
            ("/pipeline/translations", json!([])),
            ("/unknown", json!([1])),
        ] {
            let task = check(&changed(pointer, value));
            assert!(task.is_ok(), "{pointer}: {task:?}");
        }
    }

    #[test]
    fn text_only_tasks_have_no_output() {
        assert_eq!(check(&changed("/output_stream", json!(null))).unwrap().output, Output::None);
        let zlib = check(&changed("/output_stream/target/format", json!("zlib_pcm_s16le"))).unwrap();
        assert_eq!(zlib.output, Output::Zlib);
    }

    #[test]
    fn the_message_list_may_stand_beside_the_pipeline() {
        let mut task = sample();
        task["pipeline"].as_object_mut().unwrap().remove("allowed_message_types");
        assert_eq!(check(&task).unwrap().allowed.len(), 3);
        task["allowed_message_types"] = json!(["pipeline_timings"]);
        assert!(check(&task).unwrap().allowed.contains("pipeline_timings"));
    }

    #[test]
    fn each_target_has_its_voice_and_its_tempo() {
        let mut task = changed("/pipeline/translations/0/speech_generation", json!({"voice_id": "mine"}));
        let off = json!({"target_language": "fr", "speech_generation": {"speech_tempo_auto": false}});
        task["pipeline"]["translations"].as_array_mut().unwrap().push(off);
        task["pipeline"]["translation_queue_configs"] = json!({
            "global": {"desired_queue_level_ms": 1000, "max_tempo": 99},
            "es": {"min_tempo": 1.0, "max_tempo": 2.0},
        });
        let targets = check(&task).unwrap().settings.targets;
        assert_eq!((targets[0].voice.as_str(), targets[1].voice.as_str()), ("mine", ""));
        let usual = Tempo::default();
        assert_eq!(targets[0].tempo, Tempo { slowest: 1.0, fastest: 2.0, ..usual });
        assert_eq!(targets[1].tempo, Tempo { desired_level_ms: 1000.0, is_auto: false, ..usual });
    }

    #[test]
    fn detection_takes_the_first_listed_language() {
        let mut task = changed("/pipeline/transcription/source_language", json!("auto"));
        assert_eq!(check(&task).unwrap().settings.source, "en");
        task["pipeline"]["transcription"]["detectable_languages"] = json!(["de", "fr"]);
        task["pipeline"]["translations"] = json!([
            {"target_language": "es", "allowed_source_languages": ["fr"]},
            {"target_language": "it", "allowed_source_languages": ["de"]},
        ]);
        let settings = check(&task).unwrap().settings;
        assert_eq!(settings.source, "de");
        assert_eq!(settings.targets.len(), 1);
        assert_eq!(settings.targets[0].language, "it");
    }
}
