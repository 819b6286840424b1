//! Options of a translation, checked and with every default filled in.

use std::time::Duration;

use serde_json::Value;

use super::spacing::SpacingLimits;
use crate::audio::convert::InputFormat;
use crate::audio::format::Format;
use crate::client::Client;
use crate::client::endpoints::Stream;
use crate::error::{Error, Result};
use crate::session::handle::options::{SessionOptions, SessionSetup, StreamSetup};
use crate::session::input::{InputOptions, InputSetup};
use crate::session::output::echo::{check_cleaning, cleaned_format, is_cleaned};
use crate::session::output::{EchoPolicy, OutputMode, OutputOptions, PlayoutSetup};
use crate::session::stream::deadlines::Timing;
use crate::session::stream::outbox::DEFAULT_COMMANDS;
use crate::wire::translation::dialect::Dialect;
use crate::wire::translation::task::{self, MAX_WIRE_RATE, QueueSettings};

/// As the official clients have it for files (protocol.md 13).
const DEFAULT_END_SILENCE_S: u32 = 4;
const DEFAULT_BUFFER_MS: u32 = 30_000;

/// `None` and empty mean the default. Numbers are within their bounds: whoever sets them has checked that.
#[derive(Clone, Default)]
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
    /// What goes out; without it what the task declares, else what suits the input.
    pub wire_sample_rate: Option<u32>,
    pub queue: QueueSettings,
    /// Silence that completes the last phrase, in seconds.
    pub end_silence_s: Option<u32>,
    pub task_interval: Option<Duration>,
    pub pause_interval: Option<Duration>,
    pub speak_per_minute: Option<u32>,
    pub session: SessionOptions,
    /// Without a rate it is that of the wire.
    pub input: InputOptions,
    pub output: OutputOptions,
    /// What is done about what is played and sent back.
    pub echo: EchoPolicy,
    /// Of what is sent.
    pub suppresses_noise: bool,
    pub controls_gain: bool,
}

/// Options of a translation, checked and with every default filled in.
pub struct Setup {
    pub session: SessionSetup,
    pub stream: StreamSetup,
    pub timing: Timing,
    /// What the caller sends. The input takes what is left of it.
    pub sent: InputFormat,
    pub input: InputSetup,
    pub output: OutputMode,
    pub playout: PlayoutSetup,
    pub dialect: Dialect,
    pub task: Value,
    pub spacing: SpacingLimits,
    pub command_limit: u32,
    pub echo: EchoPolicy,
    pub suppresses_noise: bool,
    pub controls_gain: bool,
}

impl TranslationOptions {
    pub fn setup(self, client: &Client) -> Result<Setup> {
        check_cleaning(self.suppresses_noise, self.controls_gain)?;
        self.echo.check()?;
        let task = self.task()?;
        let wire = within(task::input_format(&task))?;
        let dialect = if self.session.is_v2(client) { Dialect::V2 } else { Dialect::V1 };
        let input = self.input.setup(wire, |_| wire.into())?;
        let (sent, input) = (input.format, self.cleaned(input));
        Ok(Setup {
            session: self.session.setup(self.end_silence_s.unwrap_or(DEFAULT_END_SILENCE_S)),
            stream: self.session.stream(client, Stream::Translation, String::new())?,
            timing: Timing {
                ready: self.session.ready(),
                liveness: self.session.liveness(),
                end: self.session.end(),
                asks: dialect == Dialect::V1,
            },
            sent,
            input,
            output: self.output.mode,
            playout: PlayoutSetup {
                original: Some(self.output.original(input.format)),
                ..self.output.setup(DEFAULT_BUFFER_MS)?
            },
            dialect,
            task,
            spacing: self.spacing(),
            command_limit: self.session.commands(DEFAULT_COMMANDS),
            echo: self.echo,
            suppresses_noise: self.suppresses_noise,
            controls_gain: self.controls_gain,
        })
    }

    fn cleaned(&self, mut input: InputSetup) -> InputSetup {
        if is_cleaned(self.echo, self.suppresses_noise, self.controls_gain) {
            input.format = cleaned_format(input.format);
        }
        input
    }

    fn spacing(&self) -> SpacingLimits {
        let usual = SpacingLimits::default();
        SpacingLimits {
            task: self.task_interval.unwrap_or(usual.task),
            pause: self.pause_interval.unwrap_or(usual.pause),
            speak_per_minute: self.speak_per_minute.unwrap_or(usual.speak_per_minute),
        }
    }
}

/// The service has its own, narrower limits and errors; these only limit memory.
fn within(wire: Format) -> Result<Format> {
    if wire.is_usable() && wire.sample_rate <= MAX_WIRE_RATE {
        return Ok(wire);
    }
    let Format { sample_rate, channels } = wire;
    Err(Error::invalid(format!(
        "the task declares {sample_rate} Hz with {channels} channel(s), which cannot be sent"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientOptions;
    use crate::client::of_tests::{with_key, with_key_and, with_pair};
    use crate::client::secret::Secret;
    use crate::error::Status;
    use crate::session::handle::options::StreamAddress;

    const LOCAL: &str = "ws://h/{random_hash}/s";

    fn spanish() -> TranslationOptions {
        TranslationOptions {
            source_language: Some("en".into()),
            target_languages: Some("es".into()),
            ..TranslationOptions::default()
        }
    }

    fn at(url: &str) -> ClientOptions {
        ClientOptions { translation_url: Some(url.into()), ..ClientOptions::default() }
    }

    #[test]
    fn nonsense_is_refused() {
        let declared = |json: &str| TranslationOptions { task_json: Some(json.into()), ..spanish() };
        for options in [
            TranslationOptions {
                input: InputOptions { channel: Some(2), ..InputOptions::default() },
                ..spanish()
            },
            TranslationOptions {
                input: InputOptions { channels: Some(2), channel: Some(3), ..InputOptions::default() },
                ..spanish()
            },
            declared(r#"{"input_stream":{"source":{"sample_rate":96000}}}"#),
            declared(r#"{"input_stream":{"source":{"channels":9}}}"#),
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
        let input = |sample_rate, channels| TranslationOptions {
            input: InputOptions { sample_rate, channels, ..InputOptions::default() },
            ..spanish()
        };
        let declared = |json: &str, options| TranslationOptions { task_json: Some(json.into()), ..options };
        assert_eq!(formats(spanish()), ((24_000, 1), (24_000, 1)));
        for (rate, on_wire) in [
            (8000, 16_000),
            (11_025, 16_000),
            (16_000, 16_000),
            (22_050, 22_050),
            (24_000, 24_000),
            (44_100, 44_100),
            (44_101, 44_101),
            (48_000, 48_000),
            (96_000, 48_000),
            (176_400, 48_000),
            (192_000, 48_000),
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
        let key = with_key("eu");
        assert_eq!(dialect(spanish(), &with_pair()), Dialect::V1);
        assert_eq!(dialect(spanish(), &key), Dialect::V2);
        assert_eq!(
            dialect(
                TranslationOptions {
                    session: SessionOptions { stream: stream(), ..SessionOptions::default() },
                    ..spanish()
                },
                &key
            ),
            Dialect::V1
        );
        let told = TranslationOptions {
            session: SessionOptions { stream: stream(), dialect_v2: true, ..SessionOptions::default() },
            ..spanish()
        };
        assert_eq!(dialect(told, &with_pair()), Dialect::V2);
    }

    #[test]
    fn a_key_needs_no_rest_session() {
        let address = |client: &Client| spanish().setup(client).unwrap().stream.address;
        assert!(address(&with_pair()).is_none());
        let hosted = address(&with_key("EU")).unwrap();
        assert!(hosted.ws_url.starts_with("wss://streaming.palabra.ai/streaming-api/"), "{}", hosted.ws_url);
        assert_eq!(hosted.token.expose(), "the key");
        let local = address(&with_key_and("mars", at(LOCAL))).unwrap().ws_url;
        assert_eq!(local.len(), "ws://h//s".len() + 32);
        assert_ne!(Some(local), address(&with_key_and("mars", at(LOCAL))).map(|stream| stream.ws_url));
    }

    #[test]
    fn a_region_without_translation_says_so() {
        for (region, part) in [("us", "no translation"), ("mars", "unknown region")] {
            let error = spanish().setup(&with_key(region)).err().unwrap();
            assert_eq!(error.status, Status::InvalidArgument);
            assert!(error.text.contains(part), "{}", error.text);
        }
    }
}
