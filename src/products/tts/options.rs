//! Options of text-to-speech, checked and with every default filled in.

use std::ffi::CString;
use std::sync::Arc;
use std::time::Duration;

use crate::audio::format::OUTPUT;
use crate::client::Client;
use crate::client::endpoints::Stream;
use crate::error::{Error, Result};
use crate::event::About;
use crate::products::playout_plan::LineWishes;
use crate::session::handle::options::{
    DEFAULT_END_SILENCE_S, DEFAULT_END_TIMEOUT, SessionSetup, StreamAddress, dialect, event_limits, liveness,
    range, stream_address,
};
use crate::session::output::{OutputMode, PlayoutOptions};
use crate::session::stream::Route;
use crate::session::stream::deadlines::Timing;
use crate::wire::translation::dialect::Dialect;
use crate::wire::tts::Format;
use crate::wire::tts::outgoing::Voice;

const DEFAULT_VOICE: &str = "default_low";
const DEFAULT_MODEL: &str = "auto";
/// One published limit is 50, another 20 (protocol.md 16).
pub(crate) const DEFAULT_TEXTS_PER_SECOND: u32 = 20;
/// Tokens that a language model produces while the stream is being opened.
pub(crate) const DEFAULT_COMMANDS: u32 = 256;
/// Speech of a long text arrives much faster than it is played, and none of it should be lost.
const DEFAULT_CAP_MS: u32 = 300_000;

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
    pub command_limit: Option<u32>,
    pub event_limit: Option<u32>,
    pub event_bytes_limit: Option<u32>,
    pub connect_timeout: Option<Duration>,
    pub end_timeout: Option<Duration>,
    pub liveness_timeout: Option<Duration>,
    pub dialect_v2: bool,
    pub stream: Option<StreamAddress>,
    /// Events have the service's JSON.
    pub wants_json: bool,
    pub session_tag: u64,
    pub session_name: Option<Arc<CString>>,
    pub output: OutputMode,
    pub line: LineWishes,
}

/// Options of text-to-speech, checked and with every default filled in.
pub struct Setup {
    pub session: SessionSetup,
    pub route: Route,
    pub timing: Timing,
    pub output: OutputMode,
    pub playout: PlayoutOptions,
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
        let commands = self.command_limit.unwrap_or(DEFAULT_COMMANDS);
        Ok(Setup {
            session: self.session(),
            route: self.route(client)?,
            timing: self.timing()?,
            output: self.output,
            playout: PlayoutOptions { apart: true, ..self.line.plan(DEFAULT_CAP_MS)? },
            sample_rate: self.rate()?,
            text_limit: match dialect(self.dialect_v2, self.stream.as_ref(), client) {
                Dialect::V1 => 256,
                Dialect::V2 => 1024,
            },
            texts_per_second: range("texts_per_second", texts, 1, 1000)?,
            command_limit: range("limits.command_count", commands, 1, 1024)?,
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

    fn session(&self) -> SessionSetup {
        SessionSetup {
            about: About { tag: self.session_tag, name: self.session_name.clone() },
            end_s: DEFAULT_END_SILENCE_S,
            event_limits: event_limits(self.event_limit, self.event_bytes_limit),
            wants_json: self.wants_json,
        }
    }

    fn route(&self, client: &Client) -> Result<Route> {
        let to = Stream::TextToSpeech;
        Ok(Route {
            to,
            stream: stream_address(self.stream.as_ref(), to, client)?,
            query: String::new(),
            connect_timeout: self.connect_timeout.unwrap_or(client.connect_timeout),
        })
    }

    fn timing(&self) -> Result<Timing> {
        let end = self.end_timeout.unwrap_or(DEFAULT_END_TIMEOUT);
        Ok(Timing { ready: Duration::ZERO, liveness: liveness(self.liveness_timeout)?, end, asks: false })
    }

    /// Playout converts from the rate of all other speech, so that rate is requested.
    fn rate(&self) -> Result<u32> {
        let usual = OUTPUT.sample_rate;
        let rate = range("sample_rate", self.sample_rate.unwrap_or(usual), 8000, 48_000)?;
        if self.output != OutputMode::Events && rate != usual {
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
    use crate::client::ClientOptions;
    use crate::client::credentials::Credentials;
    use crate::client::secret::Secret;

    fn english() -> TtsOptions {
        TtsOptions { language: Some("en".into()), ..TtsOptions::default() }
    }

    fn with_pair() -> Client {
        let credentials = Some(Credentials::new("id", "secret"));
        Client::new(ClientOptions { credentials, ignore_environment: true, ..ClientOptions::default() })
            .unwrap()
    }

    fn with_key(region: &str) -> Client {
        let (api_key, region) = (Some(Secret::new("the key")), Some(region.to_owned()));
        Client::new(ClientOptions { api_key, region, ignore_environment: true, ..ClientOptions::default() })
            .unwrap()
    }

    #[test]
    fn nothing_said_is_what_the_official_clients_say() {
        let setup = english().setup(&with_pair()).unwrap();
        assert_eq!((setup.model.as_str(), setup.sample_rate, setup.format), ("auto", 24_000, Format::Pcm));
        let voice =
            Voice { id: Some("default_low".into()), deaccent_percent: Some(100), speed_percent: None };
        assert_eq!((setup.voice, setup.texts_per_second), (voice, 20));
        assert!(setup.route.stream.is_none(), "the REST session tells");
    }

    #[test]
    fn the_limit_and_the_address_follow_the_credentials() {
        assert_eq!(english().setup(&with_pair()).unwrap().text_limit, 256);
        let setup = english().setup(&with_key("us")).unwrap();
        assert_eq!(setup.text_limit, 1024);
        assert!(setup.route.stream.unwrap().ws_url.starts_with("wss://stream.us.palabra.ai/tts-api/"));
        assert!(english().setup(&with_key("mars")).err().unwrap().text.contains("unknown region"));
    }

    #[test]
    fn nonsense_is_refused() {
        for wrong in [
            TtsOptions::default(),
            TtsOptions { sample_rate: Some(7999), ..english() },
            TtsOptions { sample_rate: Some(8000), output: OutputMode::Both, ..english() },
            TtsOptions { texts_per_second: Some(1001), ..english() },
            TtsOptions { command_limit: Some(1025), ..english() },
            TtsOptions { voice: Voice { deaccent_percent: Some(101), ..Voice::default() }, ..english() },
            TtsOptions { liveness_timeout: Some(Duration::from_secs(1)), ..english() },
            TtsOptions { line: LineWishes { channels: Some(9), ..LineWishes::default() }, ..english() },
        ] {
            assert!(wrong.setup(&with_pair()).is_err());
        }
    }
}
