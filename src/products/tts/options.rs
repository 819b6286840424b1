//! Options of text-to-speech, checked and with every default filled in.

use std::time::Duration;

use crate::audio::format::OUTPUT;
use crate::client::Client;
use crate::client::endpoints::Stream;
use crate::error::{Error, Result, range};
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

/// `None` and empty mean the default.
#[derive(Default)]
pub struct TtsOptions {
    pub language: Option<String>,
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
        check_voice(&self.voice)?;
        let texts = self.texts_per_second.unwrap_or(DEFAULT_TEXTS_PER_SECOND);
        Ok(Setup {
            session: self.session.setup(END_S),
            stream: self.session.stream(client, Stream::TextToSpeech, String::new())?,
            timing: self.timing()?,
            output: self.output.mode,
            playout: PlayoutSetup { apart: true, ..self.output.setup(DEFAULT_BUFFER_MS)? },
            sample_rate: self.rate()?,
            text_limit: if self.session.is_v2(client) { 1024 } else { 256 },
            texts_per_second: range("texts_per_second", texts, 1, 1000)?,
            command_limit: self.session.commands(DEFAULT_COMMANDS)?,
            splits: self.splits,
            format: self.format,
            language: self.language.ok_or_else(|| Error::invalid("language is missing"))?,
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
    fn timing(&self) -> Result<Timing> {
        let (liveness, end) = (self.session.liveness()?, self.session.end());
        Ok(Timing { ready: Duration::ZERO, liveness, end, asks: false })
    }

    /// Playout converts from the rate of all other speech, so that rate is requested.
    fn rate(&self) -> Result<u32> {
        let usual = OUTPUT.sample_rate;
        let rate = range("sample_rate", self.sample_rate.unwrap_or(usual), 8000, 48_000)?;
        if self.output.mode != OutputMode::Events && rate != usual {
            let text = format!(
                "speech that is played has {usual} Hz on the wire: set output.format.sample_rate instead"
            );
            return Err(Error::invalid(text));
        }
        Ok(rate)
    }
}

/// Wide bounds: the service has its own limits and errors (protocol.md 15 row 35).
pub(crate) fn check_voice(voice: &Voice) -> Result<()> {
    range("deaccent_percent", voice.deaccent_percent.unwrap_or(0), 0, 100)?;
    range("speed_percent", voice.speed_percent.unwrap_or(0), 0, 1000)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::of_tests::{with_key, with_pair};

    fn english() -> TtsOptions {
        TtsOptions { language: Some("en".into()), ..TtsOptions::default() }
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
    fn nonsense_is_refused() {
        for wrong in [
            TtsOptions::default(),
            TtsOptions { sample_rate: Some(7999), ..english() },
            TtsOptions {
                sample_rate: Some(8000),
                output: OutputOptions { mode: OutputMode::Both, ..OutputOptions::default() },
                ..english()
            },
            TtsOptions { texts_per_second: Some(1001), ..english() },
            TtsOptions {
                session: SessionOptions { command_limit: Some(1025), ..SessionOptions::default() },
                ..english()
            },
            TtsOptions { voice: Voice { deaccent_percent: Some(101), ..Voice::default() }, ..english() },
            TtsOptions {
                session: SessionOptions {
                    liveness_timeout: Some(Duration::from_secs(1)),
                    ..SessionOptions::default()
                },
                ..english()
            },
            TtsOptions {
                output: OutputOptions { channels: Some(9), ..OutputOptions::default() },
                ..english()
            },
        ] {
            assert!(wrong.setup(&with_pair()).is_err());
        }
    }
}
