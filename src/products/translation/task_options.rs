//! From the options to the task that `set_task` carries.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::options::TranslationOptions;
use crate::audio::format::Format;
use crate::error::{Error, Result, Status};
use crate::wire::json::fault;
use crate::wire::list::split_list;
use crate::wire::translation::glossaries::Glossaries;
use crate::wire::translation::task::{self, MAX_WIRE_RATE, MIN_WIRE_RATE, Target, TaskOptions};

impl TranslationOptions {
    /// The task that these options describe, checked for contradictions but not against the service's limits.
    pub fn task(&self) -> Result<Value> {
        let patch =
            self.task_json.as_deref().map(|json| parse_object("the JSON of the task", json)).transpose()?;
        let targets = self.targets()?;
        let mut task = match (&self.source_language, targets.is_empty()) {
            (Some(source), false) => task::build(&self.task_options(source, targets)?)?,
            // The JSON is the whole task.
            (None, true) if patch.is_some() => Value::Null,
            _ => {
                return Err(Error::invalid(
                    "give the source language and the target languages, or a whole task",
                ));
            }
        };
        if let Some(patch) = patch {
            task::merge(&mut task, Value::Object(patch));
        }
        if !task::input_is_pcm(&task) {
            return Err(Error::new(Status::Unsupported, "the input format of the task must be pcm_s16le"));
        }
        self.check_wire(task::input_format(&task))?;
        Ok(task)
    }

    fn task_options(&self, source: &str, targets: Vec<Target>) -> Result<TaskOptions> {
        let transcription = self.transcription_json.as_deref();
        Ok(TaskOptions {
            source_language: source.to_owned(),
            targets,
            input: self.wire(),
            zlib_output: self.zlib_output,
            voice_id: self.voice_id.clone(),
            voice_cloning: self.voice_cloning,
            translate_partials: self.translate_partials,
            silence_threshold_ms: self.silence_threshold_ms,
            message_types: self.message_types.as_deref().map(split_list),
            transcription: transcription
                .map_or(Ok(Map::new()), |json| parse_object("the JSON of the transcription", json))?,
            hotwords_glossaries: glossaries("of hotwords", &self.hotwords_glossaries)?,
            verification_glossaries: glossaries("of verification", &self.verification_glossaries)?,
            translation_glossaries: glossaries("of translation", &self.translation_glossaries)?,
            queue: self.queue,
        })
    }

    /// Every target as often as it is listed, with its overrides.
    fn targets(&self) -> Result<Vec<Target>> {
        let overrides = self.targets_json.as_deref().map_or(Ok(Vec::new()), parse_targets)?;
        let Some(listed) = self.target_languages.as_deref().map(split_list) else {
            return Ok(overrides);
        };
        if let Some((stranger, _)) = overrides.iter().find(|(language, _)| !listed.contains(language)) {
            let text =
                format!("the JSON of the targets names {stranger}, which is not among the target languages");
            return Err(Error::invalid(text));
        }
        let own = |language: &String| overrides.iter().find(|(known, _)| known == language);
        Ok(listed
            .into_iter()
            .map(|language| {
                let settings = own(&language).map(|(_, settings)| settings.clone()).unwrap_or_default();
                (language, settings)
            })
            .collect())
    }

    /// The wire format unless `task_json` sets another one: mono, at the rate of the input if the service accepts it
    /// (protocol.md 6), so that nothing is resampled without need.
    fn wire(&self) -> Format {
        let by_input = || self.input.sample_rate.map(|rate| rate.clamp(MIN_WIRE_RATE, MAX_WIRE_RATE));
        let usual = Format::default();
        Format {
            sample_rate: self.wire_sample_rate.or_else(by_input).unwrap_or(usual.sample_rate),
            channels: usual.channels,
        }
    }

    fn check_wire(&self, declared: Format) -> Result<()> {
        let Some(wanted) = self.wire_sample_rate else { return Ok(()) };
        if wanted == declared.sample_rate {
            Ok(())
        } else {
            Err(Error::invalid(
                "the JSON of the task declares another sample rate than the one chosen for the wire",
            ))
        }
    }
}

/// Reads a text that must hold a JSON object; `name` is for the error.
pub(super) fn parse_object(name: &str, json: &str) -> Result<Map<String, Value>> {
    let value: Value = serde_json::from_str(json)
        .map_err(|error| Error::invalid(format!("{name} is not valid JSON: {}", fault(&error))))?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Error::invalid(format!("{name} is not a JSON object"))),
    }
}

fn glossaries(kind: &str, text: &Option<String>) -> Result<Option<Glossaries>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let named = Glossaries::parse(text);
    named
        .map(Some)
        .ok_or_else(|| Error::invalid(format!("the list of the glossaries {kind} is empty; say all or none")))
}

/// The order of the targets is the order in the text, which a map of serde_json would lose.
struct InOrder(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for InOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(InOrderVisitor)
    }
}

struct InOrderVisitor;

impl<'de> Visitor<'de> for InOrderVisitor {
    type Value = InOrder;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object: language to overrides")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<InOrder, A::Error> {
        let mut entries: Vec<(String, Value)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            match entries.iter_mut().find(|(known, _)| *known == key) {
                Some(known) => known.1 = value,
                None => entries.push((key, value)),
            }
        }
        Ok(InOrder(entries))
    }
}

fn parse_targets(json: &str) -> Result<Vec<Target>> {
    let InOrder(entries) = serde_json::from_str(json).map_err(|error| {
        Error::invalid(format!("the JSON of the targets is not a valid JSON object: {}", fault(&error)))
    })?;
    entries
        .into_iter()
        .map(|(language, overrides)| match overrides {
            Value::Object(overrides) => Ok((language, overrides)),
            _ => Err(Error::invalid(format!(
                "the overrides of {language} in the JSON of the targets are no object"
            ))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spanish() -> TranslationOptions {
        TranslationOptions {
            source_language: Some("en".into()),
            target_languages: Some("es, fr,".into()),
            ..TranslationOptions::default()
        }
    }

    fn languages(options: &TranslationOptions) -> Vec<Value> {
        let task = options.task().unwrap();
        let entries = task["pipeline"]["translations"].as_array().unwrap();
        entries.iter().map(|entry| entry["target_language"].clone()).collect()
    }

    #[test]
    fn targets_are_a_list() {
        assert_eq!(languages(&spanish()), [json!("es"), json!("fr")]);
    }

    #[test]
    fn targets_with_overrides_keep_the_order_of_the_text() {
        let text = r#"{"zh-hans": {}, "ar": {"style": "x"}, "es": {"speech_generation": {"voice_id": "v"}}}"#;
        let alone =
            TranslationOptions { target_languages: None, targets_json: Some(text.into()), ..spanish() };
        assert_eq!(languages(&alone), [json!("zh-hans"), json!("ar"), json!("es")]);
        let listed = TranslationOptions { target_languages: Some("fr,es,ar,zh-hans".into()), ..alone };
        assert_eq!(languages(&listed), [json!("fr"), json!("es"), json!("ar"), json!("zh-hans")]);
        let task = listed.task().unwrap();
        assert_eq!(task["pipeline"]["translations"][1]["speech_generation"], json!({"voice_id": "v"}));
        assert_eq!(task["pipeline"]["translations"][2]["style"], "x");
    }

    #[test]
    fn a_whole_task_needs_no_languages_and_sets_the_input() {
        let json = r#"{"input_stream":{"source":{"sample_rate":16000}},"pipeline":{}}"#;
        let task =
            TranslationOptions { task_json: Some(json.into()), ..TranslationOptions::default() }.task();
        assert_eq!(task::input_format(&task.unwrap()), Format { sample_rate: 16_000, channels: 1 });
    }

    #[test]
    fn contradictions_and_nonsense_are_refused() {
        let task = |json: &str| TranslationOptions { task_json: Some(json.into()), ..spanish() };
        let targets = |json: &str| TranslationOptions { targets_json: Some(json.into()), ..spanish() };
        for options in [
            TranslationOptions::default(),
            TranslationOptions { target_languages: None, ..spanish() },
            TranslationOptions { transcription_json: Some("[]".into()), ..spanish() },
            TranslationOptions { hotwords_glossaries: Some(",".into()), ..spanish() },
            targets("[]"),
            targets(r#"{"es": null}"#),
            targets(r#"{"de": {}}"#),
            task("{"),
            task("[]"),
            TranslationOptions {
                wire_sample_rate: Some(24_000),
                ..task(r#"{"input_stream":{"source":{"sample_rate":16000}}}"#)
            },
        ] {
            assert_eq!(options.task().err().unwrap().status, Status::InvalidArgument);
        }
        let opus = task(r#"{"input_stream":{"source":{"format":"opus"}}}"#);
        assert_eq!(opus.task().err().unwrap().status, Status::Unsupported);
    }
}
