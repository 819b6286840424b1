//! What the caller wants of a translation, checked and with every default filled in.

use std::time::Duration;

use serde_json::Value;

use super::mailbox::Limits;
use crate::audio::format::Format;
use crate::client::secret::Secret;
use crate::client::{Client, credentials};
use crate::error::{Error, Result, Status};
use crate::net::url::Url;
use crate::wire::translation::task::{self, TaskOptions};

pub(crate) const DEFAULT_CHUNK_MS: u32 = 320;
pub(crate) const DEFAULT_INPUT_BUFFER_MS: u32 = 2000;
pub(crate) const DEFAULT_READY_TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const DEFAULT_END_TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const DEFAULT_LIVENESS_TIMEOUT: Duration = Duration::from_secs(15);
pub(crate) const DEFAULT_EVENT_LIMITS: Limits = Limits { events: 1000, bytes: 16 << 20 };

/// `None` and empty mean the default.
#[derive(Default)]
pub struct TranslationOptions {
    pub source_language: Option<String>,
    /// Comma-separated.
    pub target_languages: Option<String>,
    pub voice_id: Option<String>,
    pub voice_cloning: bool,
    pub translate_partials: bool,
    pub silence_threshold_ms: Option<u32>,
    /// Merged over what the options above give; a whole task when there are no languages.
    pub task_json: Option<String>,
    pub sample_rate: Option<u32>,
    pub channels: Option<u32>,
    pub chunk_ms: Option<u32>,
    pub input_buffer_ms: Option<u32>,
    pub event_limit: Option<u32>,
    pub event_bytes_limit: Option<u32>,
    pub connect_timeout: Option<Duration>,
    pub ready_timeout: Option<Duration>,
    pub end_timeout: Option<Duration>,
    pub liveness_timeout: Option<Duration>,
    /// A REST session of the caller's, or an address and token from elsewhere.
    pub stream: Option<StreamAddress>,
    pub session_tag: u64,
}

#[derive(Clone)]
pub struct StreamAddress {
    pub ws_url: String,
    pub token: Secret,
}

/// Everything the driver needs to know.
pub struct Plan {
    pub task: Value,
    pub input: Format,
    pub chunk_ms: u32,
    pub input_buffer_ms: u32,
    pub event_limits: Limits,
    pub connect_timeout: Duration,
    pub ready_timeout: Duration,
    pub end_timeout: Duration,
    pub liveness_timeout: Duration,
    /// `None`: create a REST session, and delete it in the end.
    pub stream: Option<StreamAddress>,
    pub tag: u64,
}

impl TranslationOptions {
    pub fn plan(self, client: &Client) -> Result<Plan> {
        match &self.stream {
            Some(stream) => drop(Url::parse(&stream.ws_url)?),
            None => drop(credentials::require(client.credentials.as_ref())?),
        }
        let task = self.task()?;
        let input = task::input_format(&task);
        let limits = DEFAULT_EVENT_LIMITS;
        Ok(Plan {
            input: within(input)?,
            task,
            chunk_ms: range("chunk_ms", self.chunk_ms.unwrap_or(DEFAULT_CHUNK_MS), 20, 1000)?,
            input_buffer_ms: range(
                "input_buffer_ms",
                self.input_buffer_ms.unwrap_or(DEFAULT_INPUT_BUFFER_MS),
                20,
                60_000,
            )?,
            event_limits: Limits {
                events: self.event_limit.map_or(limits.events, |events| events as usize),
                bytes: self.event_bytes_limit.map_or(limits.bytes, |bytes| bytes as usize),
            },
            connect_timeout: self.connect_timeout.unwrap_or(client.connect_timeout),
            ready_timeout: self.ready_timeout.unwrap_or(DEFAULT_READY_TIMEOUT),
            end_timeout: self.end_timeout.unwrap_or(DEFAULT_END_TIMEOUT),
            liveness_timeout: liveness(self.liveness_timeout)?,
            stream: self.stream,
            tag: self.session_tag,
        })
    }

    fn task(&self) -> Result<Value> {
        let patch = self.task_json.as_deref().map(parse_task).transpose()?;
        let targets = split_languages(self.target_languages.as_deref().unwrap_or_default());
        let mut task = match (&self.source_language, targets.is_empty()) {
            (Some(source), false) => task::build(&self.task_options(source, targets)),
            // The JSON is the whole task.
            (None, true) if patch.is_some() => Value::Null,
            _ => {
                return Err(Error::invalid(
                    "give source_language and target_languages, or a whole task_json",
                ));
            }
        };
        if let Some(patch) = patch {
            task::merge(&mut task, patch);
        }
        if !task::input_is_pcm(&task) {
            return Err(Error::new(Status::Unsupported, "the input format of the task must be pcm_s16le"));
        }
        self.check_agrees(task::input_format(&task))?;
        Ok(task)
    }

    fn task_options(&self, source: &str, target_languages: Vec<String>) -> TaskOptions {
        let usual = Format::default();
        TaskOptions {
            source_language: source.to_owned(),
            target_languages,
            input: Format {
                sample_rate: self.sample_rate.unwrap_or(usual.sample_rate),
                channels: self.channels.unwrap_or(usual.channels),
            },
            voice_id: self.voice_id.clone(),
            voice_cloning: self.voice_cloning,
            translate_partials: self.translate_partials,
            silence_threshold_ms: self.silence_threshold_ms,
        }
    }

    /// What the caller sends is what the task declares.
    fn check_agrees(&self, declared: Format) -> Result<()> {
        let agrees = self.sample_rate.is_none_or(|rate| rate == declared.sample_rate)
            && self.channels.is_none_or(|channels| channels == declared.channels);
        if agrees { Ok(()) } else { Err(Error::invalid("task_json declares another input than the config")) }
    }
}

fn parse_task(json: &str) -> Result<Value> {
    let task: Value = serde_json::from_str(json)
        .map_err(|error| Error::invalid(format!("task_json is not valid JSON: {error}")))?;
    if task.is_object() { Ok(task) } else { Err(Error::invalid("task_json is not a JSON object")) }
}

fn split_languages(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

/// The service has its own, narrower limits and its own words for them; these only keep memory sane.
fn within(format: Format) -> Result<Format> {
    range("input_sample_rate", format.sample_rate, 8000, 48_000)?;
    range("input_channels", format.channels, 1, 8)?;
    Ok(format)
}

fn liveness(timeout: Option<Duration>) -> Result<Duration> {
    let timeout = timeout.unwrap_or(DEFAULT_LIVENESS_TIMEOUT);
    let bounds = Duration::from_secs(5)..=Duration::from_secs(30);
    if bounds.contains(&timeout) {
        Ok(timeout)
    } else {
        Err(Error::invalid("liveness_timeout_ms must be between 5000 and 30000"))
    }
}

fn range(name: &str, value: u32, low: u32, high: u32) -> Result<u32> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(Error::invalid(format!("{name} must be between {low} and {high}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Client, ClientOptions};
    use serde_json::json;

    fn plan(options: TranslationOptions) -> Result<Plan> {
        let client = Client::new(ClientOptions {
            credentials: Some(credentials::Credentials::new("id", "secret")),
            ignore_environment: true,
            ..ClientOptions::default()
        })?;
        options.plan(&client)
    }

    fn spanish() -> TranslationOptions {
        TranslationOptions {
            source_language: Some("en".into()),
            target_languages: Some("es, fr,".into()),
            ..TranslationOptions::default()
        }
    }

    fn refusal(options: TranslationOptions) -> Error {
        plan(options).err().unwrap()
    }

    #[test]
    fn targets_are_a_list() {
        let plan = plan(spanish()).unwrap();
        let targets: Vec<_> = plan.task["pipeline"]["translations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["target_language"].clone())
            .collect();
        assert_eq!(targets, [json!("es"), json!("fr")]);
    }

    #[test]
    fn a_whole_task_needs_no_languages_and_sets_the_input() {
        let json = r#"{"input_stream":{"source":{"sample_rate":16000}},"pipeline":{}}"#;
        let plan = plan(TranslationOptions { task_json: Some(json.into()), ..TranslationOptions::default() });
        assert_eq!(plan.unwrap().input, Format { sample_rate: 16_000, channels: 1 });
    }

    #[test]
    fn contradictions_and_nonsense_are_refused() {
        let task = |json: &str| TranslationOptions { task_json: Some(json.into()), ..spanish() };
        for options in [
            TranslationOptions::default(),
            TranslationOptions { target_languages: None, ..spanish() },
            TranslationOptions { sample_rate: Some(4000), ..spanish() },
            TranslationOptions { channels: Some(9), ..spanish() },
            TranslationOptions { chunk_ms: Some(5), ..spanish() },
            TranslationOptions { liveness_timeout: Some(Duration::from_secs(1)), ..spanish() },
            task("{"),
            task("[]"),
            TranslationOptions {
                sample_rate: Some(24_000),
                ..task(r#"{"input_stream":{"source":{"sample_rate":16000}}}"#)
            },
        ] {
            assert_eq!(refusal(options).status, Status::InvalidArgument);
        }
        let opus = task(r#"{"input_stream":{"source":{"format":"opus"}}}"#);
        assert_eq!(refusal(opus).status, Status::Unsupported);
    }
}
