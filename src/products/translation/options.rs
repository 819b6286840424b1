//! Options of a translation, checked and with every default filled in.

use std::ffi::CString;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::spacing::SpacingLimits;
use crate::audio::convert::InputFormat;
use crate::audio::format::Format;
use crate::audio::mix::Selection;
use crate::audio::samples::Encoding;
use crate::client::Client;
use crate::client::endpoints::Stream;
use crate::error::Result;
use crate::event::About;
use crate::session::handle::options::{
    DEFAULT_CHUNK_MS, DEFAULT_END_SILENCE_S, DEFAULT_END_TIMEOUT, DEFAULT_GAP_BEFORE_PAUSE,
    DEFAULT_GAP_BEFORE_SILENCE, DEFAULT_INPUT_BUFFER_MS, DEFAULT_READY_TIMEOUT, InputSetup, SessionSetup,
    StreamAddress, check_gap, check_input, dialect, event_limits, liveness, range, stream_address,
};
use crate::session::input::gap::Policy;
use crate::session::output::{OutputMode, PlayoutOptions};
use crate::session::stream::Route;
use crate::session::stream::deadlines::Timing;
use crate::session::stream::outbox::DEFAULT_COMMANDS;
use crate::wire::translation::dialect::Dialect;
use crate::wire::translation::task::{self, QueueSettings};

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
    /// Comma-separated; replaces the usual list.
    pub message_types: Option<String>,
    pub zlib_output: bool,
    /// A JSON object merged into the settings of the transcription.
    pub transcription_json: Option<String>,
    /// A JSON object: target language to its overrides. Without `target_languages` it names the targets too.
    pub targets_json: Option<String>,
    /// "all", "none" or ids separated by commas; so are the next two.
    pub hotwords_glossaries: Option<String>,
    pub verification_glossaries: Option<String>,
    pub translation_glossaries: Option<String>,
    /// Merged into the task that the options above give; a whole task when there are no languages.
    pub task_json: Option<String>,
    /// The caller's format; without a rate it has that of the wire.
    pub encoding: Encoding,
    pub sample_rate: Option<u32>,
    pub channels: Option<u32>,
    /// The channel that is used, counted from 1; otherwise all are mixed.
    pub channel: Option<u32>,
    /// The wire format; without it the task's, else one that suits the input.
    pub wire_sample_rate: Option<u32>,
    pub chunk_ms: Option<u32>,
    pub input_buffer_ms: Option<u32>,
    pub event_limit: Option<u32>,
    pub event_bytes_limit: Option<u32>,
    pub connect_timeout: Option<Duration>,
    pub ready_timeout: Option<Duration>,
    pub end_timeout: Option<Duration>,
    pub liveness_timeout: Option<Duration>,
    pub task_interval: Option<Duration>,
    pub pause_interval: Option<Duration>,
    pub speak_per_minute: Option<u32>,
    pub command_limit: Option<u32>,
    /// Use the protocol of clients with an API key, whatever the credentials.
    pub dialect_v2: bool,
    /// A REST session of the caller, or the caller's own address and token.
    pub stream: Option<StreamAddress>,
    /// Silence that completes the last phrase, in seconds.
    pub end_silence_s: Option<u32>,
    pub session_tag: u64,
    pub session_name: Option<Arc<CString>>,
    /// Transcripts have the service's JSON.
    pub transcript_json: bool,
    pub output: OutputMode,
    /// The players' initial format.
    pub output_encoding: Encoding,
    pub output_sample_rate: Option<u32>,
    pub output_channels: Option<u32>,
    pub playout_prime_ms: Option<u32>,
    pub playout_cap_ms: Option<u32>,
    pub playout_target_ms: Option<u32>,
    /// Gain of the original under the translation; `None`: not mixed.
    pub original_percent: Option<u32>,
    pub duck_percent: Option<u32>,
    pub duck_attack_ms: Option<u32>,
    pub duck_release_ms: Option<u32>,
    pub queue: QueueSettings,
    /// What happens when input stops, and after how long; without a time the policy's default.
    pub gap_policy: Policy,
    pub gap_after: Option<Duration>,
    /// While connecting, new input replaces the oldest.
    pub drop_oldest: bool,
}

/// Options of a translation, checked and with every default filled in.
pub struct Setup {
    pub session: SessionSetup,
    pub route: Route,
    pub timing: Timing,
    pub input: InputSetup,
    pub output: OutputMode,
    pub playout: PlayoutOptions,
    pub dialect: Dialect,
    pub task: Value,
    pub spacing: SpacingLimits,
    pub command_limit: u32,
}

impl TranslationOptions {
    pub fn setup(self, client: &Client) -> Result<Setup> {
        let task = self.task()?;
        let wire = within(task::input_format(&task))?;
        let dialect = dialect(self.dialect_v2, self.stream.as_ref(), client);
        let commands = self.command_limit.unwrap_or(DEFAULT_COMMANDS);
        Ok(Setup {
            session: self.session()?,
            route: Route {
                to: Stream::Translation,
                stream: stream_address(self.stream.as_ref(), Stream::Translation, client)?,
                query: String::new(),
                connect_timeout: self.connect_timeout.unwrap_or(client.connect_timeout),
            },
            timing: Timing {
                ready: self.ready_timeout.unwrap_or(DEFAULT_READY_TIMEOUT),
                liveness: liveness(self.liveness_timeout)?,
                end: self.end_timeout.unwrap_or(DEFAULT_END_TIMEOUT),
                asks: dialect == Dialect::V1,
            },
            input: self.input(wire)?,
            output: self.output,
            playout: self.playout(wire)?,
            dialect,
            task,
            spacing: self.spacing()?,
            command_limit: range("limits.command_count", commands, 1, 1024)?,
        })
    }

    fn session(&self) -> Result<SessionSetup> {
        let silence_s = self.end_silence_s.unwrap_or(DEFAULT_END_SILENCE_S);
        Ok(SessionSetup {
            about: About { tag: self.session_tag, name: self.session_name.clone() },
            end_s: range("end_silence_ms / 1000", silence_s, 1, 30)?,
            event_limits: event_limits(self.event_limit, self.event_bytes_limit),
            wants_json: self.transcript_json,
        })
    }

    fn gap_after(&self) -> Result<Duration> {
        let usual = if self.gap_policy == Policy::Pause {
            DEFAULT_GAP_BEFORE_PAUSE
        } else {
            DEFAULT_GAP_BEFORE_SILENCE
        };
        check_gap(self.gap_after.unwrap_or(usual))
    }

    fn input(&self, wire: Format) -> Result<InputSetup> {
        let buffer_ms = self.input_buffer_ms.unwrap_or(DEFAULT_INPUT_BUFFER_MS);
        Ok(InputSetup {
            format: self.input_format(wire)?,
            wire: wire.into(),
            chunk_ms: range("input.chunk_ms", self.chunk_ms.unwrap_or(DEFAULT_CHUNK_MS), 20, 1000)?,
            buffer_ms: range("input.buffer_ms", buffer_ms, 20, 60_000)?,
            gap_policy: self.gap_policy,
            gap_after: self.gap_after()?,
            drop_oldest: self.drop_oldest,
        })
    }

    fn input_format(&self, wire: Format) -> Result<InputFormat> {
        let sample_rate = self.sample_rate.unwrap_or(wire.sample_rate);
        let channels = self.channels.unwrap_or(wire.channels);
        check_input(sample_rate, channels)?;
        let selection = match self.channel {
            Some(channel) => {
                Selection::One(range("input.format.channel", channel, 1, channels)? as usize - 1)
            }
            None => Selection::All,
        };
        Ok(InputFormat { encoding: self.encoding, sample_rate, channels, selection })
    }

    fn spacing(&self) -> Result<SpacingLimits> {
        let usual = SpacingLimits::default();
        let speak_per_minute = self.speak_per_minute.unwrap_or(usual.speak_per_minute);
        Ok(SpacingLimits {
            task: self.task_interval.unwrap_or(usual.task),
            pause: self.pause_interval.unwrap_or(usual.pause),
            speak_per_minute: range("command_pace.speak_per_minute", speak_per_minute, 1, 60_000)?,
        })
    }
}

/// The service has its own, narrower limits and errors; these only limit memory.
fn within(wire: Format) -> Result<Format> {
    range("the sample rate of the task", wire.sample_rate, 8000, 48_000)?;
    range("the number of channels of the task", wire.channels, 1, 8)?;
    Ok(wire)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientOptions;
    use crate::client::credentials::Credentials;
    use crate::client::secret::Secret;
    use crate::error::Status;

    const LOCAL: &str = "ws://h/{random_hash}/s";

    fn client(options: ClientOptions) -> Client {
        Client::new(ClientOptions { ignore_environment: true, ..options }).unwrap()
    }

    fn with_pair() -> Client {
        client(ClientOptions {
            credentials: Some(Credentials::new("id", "secret")),
            ..ClientOptions::default()
        })
    }

    fn with_key(region: &str, translation_url: Option<&str>) -> Client {
        client(ClientOptions {
            api_key: Some(Secret::new("the key")),
            region: Some(region.into()),
            translation_url: translation_url.map(str::to_owned),
            ..ClientOptions::default()
        })
    }

    fn spanish() -> TranslationOptions {
        TranslationOptions {
            source_language: Some("en".into()),
            target_languages: Some("es".into()),
            ..TranslationOptions::default()
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for options in [
            TranslationOptions { sample_rate: Some(4000), ..spanish() },
            TranslationOptions { sample_rate: Some(50_000), ..spanish() },
            TranslationOptions { channels: Some(9), ..spanish() },
            TranslationOptions { channel: Some(2), ..spanish() },
            TranslationOptions { channels: Some(2), channel: Some(3), ..spanish() },
            TranslationOptions { wire_sample_rate: Some(8000), ..spanish() },
            TranslationOptions { wire_sample_rate: Some(96_000), ..spanish() },
            TranslationOptions { chunk_ms: Some(5), ..spanish() },
            TranslationOptions { liveness_timeout: Some(Duration::from_secs(1)), ..spanish() },
            TranslationOptions { speak_per_minute: Some(1_000_000), ..spanish() },
            TranslationOptions { command_limit: Some(5000), ..spanish() },
            TranslationOptions { gap_after: Some(Duration::from_millis(19)), ..spanish() },
            TranslationOptions { gap_after: Some(Duration::from_secs(3601)), ..spanish() },
        ] {
            assert_eq!(options.setup(&with_pair()).err().unwrap().status, Status::InvalidArgument);
        }
    }

    #[test]
    fn the_wire_follows_the_input_unless_told() {
        let formats = |options: TranslationOptions| {
            let setup = options.setup(&with_pair()).unwrap();
            let (input, wire) = (setup.input.format, setup.input.wire);
            ((input.sample_rate, input.channels), (wire.sample_rate, wire.channels))
        };
        let input = |sample_rate, channels| TranslationOptions { sample_rate, channels, ..spanish() };
        let declared = |json: &str, options| TranslationOptions { task_json: Some(json.into()), ..options };
        assert_eq!(formats(spanish()), ((24_000, 1), (24_000, 1)));
        for (rate, on_wire) in [
            (8000, 16_000),
            (11_025, 16_000),
            (16_000, 16_000),
            (22_050, 22_050),
            (24_000, 24_000),
            (44_100, 44_100),
            (48_000, 48_000),
        ] {
            assert_eq!(formats(input(Some(rate), Some(2))), ((rate, 2), (on_wire, 1)));
        }
        let told = TranslationOptions { wire_sample_rate: Some(16_000), ..spanish() };
        assert_eq!(formats(told), ((16_000, 1), (16_000, 1)));
        let told = TranslationOptions { wire_sample_rate: Some(24_000), ..input(Some(8000), None) };
        assert_eq!(formats(told), ((8000, 1), (24_000, 1)));
        let stereo = r#"{"input_stream":{"source":{"sample_rate":16000,"channels":2}}}"#;
        assert_eq!(formats(declared(stereo, spanish())), ((16_000, 2), (16_000, 2)));
        assert_eq!(formats(declared(stereo, input(Some(48_000), Some(1)))), ((48_000, 1), (16_000, 2)));
    }

    #[test]
    fn the_dialect_follows_the_credentials_unless_told() {
        let dialect = |options: TranslationOptions, client: &Client| options.setup(client).unwrap().dialect;
        let stream = || Some(StreamAddress { ws_url: "ws://h".into(), token: Secret::new("t") });
        let key = with_key("eu", None);
        assert_eq!(dialect(spanish(), &with_pair()), Dialect::V1);
        assert_eq!(dialect(spanish(), &key), Dialect::V2);
        assert_eq!(dialect(TranslationOptions { stream: stream(), ..spanish() }, &key), Dialect::V1);
        let told = TranslationOptions { stream: stream(), dialect_v2: true, ..spanish() };
        assert_eq!(dialect(told, &with_pair()), Dialect::V2);
    }

    #[test]
    fn a_key_needs_no_rest_session() {
        let address = |client: &Client| spanish().setup(client).unwrap().route.stream;
        assert!(address(&with_pair()).is_none());
        let hosted = address(&with_key("EU", None)).unwrap();
        assert!(hosted.ws_url.starts_with("wss://streaming.palabra.ai/streaming-api/"), "{}", hosted.ws_url);
        assert_eq!(hosted.token.expose(), "the key");
        let local = address(&with_key("mars", Some(LOCAL))).unwrap().ws_url;
        assert_eq!(local.len(), "ws://h//s".len() + 32);
        assert_ne!(Some(local), address(&with_key("mars", Some(LOCAL))).map(|stream| stream.ws_url));
    }

    #[test]
    fn a_region_without_translation_says_so() {
        for (region, part) in [("us", "no translation"), ("mars", "unknown region")] {
            let error = spanish().setup(&with_key(region, None)).err().unwrap();
            assert_eq!(error.status, Status::InvalidArgument);
            assert!(error.text.contains(part), "{}", error.text);
        }
    }
}
