//! Options of text-to-speech, checked and with every default filled in.

use std::time::Duration;

use crate::audio::format::OUTPUT;
use crate::client::Client;
use crate::client::endpoints::Stream;
use crate::error::{Error, Result};
use crate::session::handle::options::{SessionOptions, SessionSetup, StreamSetup};
use crate::session::output::{OutputMode, OutputOptions, PlayoutSetup};
use crate::session::stream::deadlines::Timing;
use crate::wire::tts::Format;
use crate::wire::tts::outgoing::Voice;

const DEFAULT_VOICE: &str = "default_low";
const DEFAULT_MODEL: &str = "auto";
/// One published limit is 50, another 20 (protocol.md 16).
pub(crate) const DEFAULT_TEXTS_PER_SECOND: u32 = 20;
/// Tokens that a language model produces while the stream is being opened.
pub(crate) const DEFAULT_COMMANDS: u32 = 256;
/// A long text comes much faster than it is spoken, and none of it should be lost.
const DEFAULT_BUFFER_MS: u32 = 300_000;

/// The end is asked for; the service is told of none.
const END_S: u32 = 1;

/// `None` and empty mean the default. Numbers are within their bounds: whoever sets them has checked that.
#[derive(Default)]
pub struct TtsOptions {
    /// Required.
    pub language: String,
    pub model: Option<String>,
    pub voice: Voice,
    pub format: Format,
    pub sample_rate: Option<u32>,
    /// Texts that are too long for one message are split.
    pub splits: bool,
    pub texts_per_second: Option<u32>,
    pub session: SessionOptions,
    pub output: OutputOptions,
}

/// Options of text-to-speech, checked and with every default filled in.
pub struct Setup {
    pub session: SessionSetup,
    pub stream: StreamSetup,
    pub timing: Timing,
    pub output: OutputMode,
    pub playout: PlayoutSetup,
    pub language: String,
    pub model: String,
    pub voice: Voice,
    pub format: Format,
    pub sample_rate: u32,
    pub splits: bool,
    pub text_limit: usize,
    pub texts_per_second: u32,
    pub command_limit: u32,
}

impl TtsOptions {
    pub fn setup(self, client: &Client) -> Result<Setup> {
        Ok(Setup {
            session: self.session.setup(END_S),
            stream: self.session.stream(client, Stream::TextToSpeech, String::new())?,
            timing: self.timing(),
            output: self.output.mode,
            playout: PlayoutSetup { apart: true, ..self.output.setup(DEFAULT_BUFFER_MS)? },
            sample_rate: self.rate()?,
            text_limit: if self.session.is_v2(client) { 1024 } else { 256 },
            texts_per_second: self.texts_per_second.unwrap_or(DEFAULT_TEXTS_PER_SECOND),
            command_limit: self.session.commands(DEFAULT_COMMANDS),
            splits: self.splits,
            format: self.format,
            language: self.language,
            model: self.model.unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
            voice: Voice {
                id: self.voice.id.or_else(|| Some(DEFAULT_VOICE.to_owned())),
                // The service's default has changed; the official clients always send it (protocol.md 8.1).
                deaccent_percent: self.voice.deaccent_percent.or(Some(100)),
                ..self.voice
            },
        })
    }

    /// The service has no answer to what it hears first.
    fn timing(&self) -> Timing {
        let (liveness, end) = (self.session.liveness(), self.session.end());
        Timing { ready: Duration::ZERO, liveness, end, asks: false }
    }

    /// Playout converts from the rate of all other speech, so that rate is requested.
    fn rate(&self) -> Result<u32> {
        let usual = OUTPUT.sample_rate;
        let rate = self.sample_rate.unwrap_or(usual);
        if self.output.mode != OutputMode::Events && rate != usual {
            let text = format!(
                "speech that is played has {usual} Hz on the wire: set the rate of the output instead"
            );
            return Err(Error::invalid(text));
        }
        Ok(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::of_tests::{with_key, with_pair};

    fn english() -> TtsOptions {
        TtsOptions { language: "en".into(), ..TtsOptions::default() }
    }

    #[test]
    fn nothing_said_is_what_the_official_clients_say() {
        let setup = english().setup(&with_pair()).unwrap();
        assert_eq!((setup.model.as_str(), setup.sample_rate, setup.format), ("auto", 24_000, Format::Pcm));
        let voice =
            Voice { id: Some("default_low".into()), deaccent_percent: Some(100), speed_percent: None };
        assert_eq!((setup.voice, setup.texts_per_second), (voice, 20));
        assert!(setup.stream.address.is_none(), "the REST session tells");
    }

    #[test]
    fn the_limit_and_the_address_follow_the_credentials() {
        assert_eq!(english().setup(&with_pair()).unwrap().text_limit, 256);
        let setup = english().setup(&with_key("us")).unwrap();
        assert_eq!(setup.text_limit, 1024);
        assert!(setup.stream.address.unwrap().ws_url.starts_with("wss://stream.us.palabra.ai/tts-api/"));
        assert!(english().setup(&with_key("mars")).err().unwrap().text.contains("unknown region"));
    }

    #[test]
    fn speech_that_is_played_has_the_usual_rate() {
        let played = TtsOptions {
            sample_rate: Some(8000),
            output: OutputOptions { mode: OutputMode::Both, ..OutputOptions::default() },
            ..english()
        };
        let error = played.setup(&with_pair()).err().unwrap();
        assert!(error.text.contains("24000 Hz on the wire"), "{}", error.text);
    }
}
