//! Options of speech-to-text, checked and with every default filled in.

use std::ffi::CString;
use std::sync::Arc;
use std::time::Duration;

use crate::audio::convert::InputFormat;
use crate::audio::format::WireFormat;
use crate::audio::mix::Selection;
use crate::audio::samples::Encoding;
use crate::client::Client;
use crate::client::endpoints::Stream;
use crate::error::{Error, Result, Status};
use crate::event::About;
use crate::session::handle::options::{
    DEFAULT_CHUNK_MS, DEFAULT_GAP_BEFORE_SILENCE, DEFAULT_INPUT_BUFFER_MS, InputSetup, SessionSetup,
    StreamAddress, check_gap, check_input, event_limits, liveness, range, stream_address,
};
use crate::session::input::gap::Policy;
use crate::session::stream::Route;
use crate::session::stream::deadlines::Timing;
use crate::session::stream::outbox::DEFAULT_COMMANDS;
use crate::wire::stt::query::{Finalization, Settings};

/// The rate that the service assumes for raw audio (protocol.md 9.1).
const USUAL_RATE: u32 = 16_000;
/// The rate of telephones, which alone use mu-law and A-law.
const TELEPHONE_RATE: u32 = 8000;
/// As long as the official bridges wait (protocol.md 9.2).
pub(crate) const DEFAULT_FINALIZE_TIMEOUT: Duration = Duration::from_secs(10);
/// As long as a bridge waits for a final (protocol.md 9.2).
const DEFAULT_END_S: u32 = 10;
/// Longer than any pause in speech that needs a limit.
const MAX_FINALIZATION_S: u32 = 3600;

/// `None` and empty mean the default.
#[derive(Default)]
pub struct SttOptions {
    /// Without it the service detects the language.
    pub language: Option<String>,
    /// Comma-separated.
    pub translate_languages: Option<String>,
    pub filler_filter: Option<bool>,
    pub finalization: Option<Finalization>,
    pub finalization_timeout_s: Option<u32>,
    /// The caller's format, which is also the wire format if it has one channel.
    pub encoding: Encoding,
    pub sample_rate: Option<u32>,
    pub channels: Option<u32>,
    /// The channel that is used, counted from 1; otherwise all are mixed.
    pub channel: Option<u32>,
    pub chunk_ms: Option<u32>,
    pub input_buffer_ms: Option<u32>,
    /// How long an answer to `finalize` may take.
    pub finalize_timeout: Option<Duration>,
    pub event_limit: Option<u32>,
    pub event_bytes_limit: Option<u32>,
    pub connect_timeout: Option<Duration>,
    pub liveness_timeout: Option<Duration>,
    /// The caller's own address and token.
    pub stream: Option<StreamAddress>,
    pub command_limit: Option<u32>,
    /// How long to wait for the last texts.
    pub end_timeout: Option<Duration>,
    pub session_tag: u64,
    pub session_name: Option<Arc<CString>>,
    /// Transcripts have the service's JSON.
    pub transcript_json: bool,
    /// What happens when input stops, and after how long.
    pub gap_policy: Policy,
    pub gap_after: Option<Duration>,
    /// While the session connects, the newest input is kept, not the oldest.
    pub drop_oldest: bool,
}

/// Options of speech-to-text, checked and with every default filled in.
pub struct Setup {
    pub session: SessionSetup,
    pub route: Route,
    pub timing: Timing,
    pub input: InputSetup,
    pub finalize_timeout: Duration,
    /// How many translations follow each final.
    pub targets: usize,
    pub command_limit: u32,
}

impl SttOptions {
    pub fn setup(self, client: &Client) -> Result<Setup> {
        if self.gap_policy == Policy::Pause {
            return Err(Error::new(Status::Unsupported, "speech-to-text cannot be paused"));
        }
        let input = self.input()?;
        let settings = self.settings()?;
        let commands = self.command_limit.unwrap_or(DEFAULT_COMMANDS);
        Ok(Setup {
            session: SessionSetup {
                about: About { tag: self.session_tag, name: self.session_name.clone() },
                end_s: self.end_timeout.map_or(DEFAULT_END_S, |timeout| (timeout.as_secs() as u32).max(1)),
                event_limits: event_limits(self.event_limit, self.event_bytes_limit),
                wants_json: self.transcript_json,
            },
            route: Route {
                to: Stream::SpeechToText,
                stream: stream_address(self.stream.as_ref(), Stream::SpeechToText, client)?,
                query: settings.query(input.wire),
                connect_timeout: self.connect_timeout.unwrap_or(client.connect_timeout),
            },
            timing: self.timing()?,
            input,
            finalize_timeout: self.finalize_timeout.unwrap_or(DEFAULT_FINALIZE_TIMEOUT),
            targets: settings.targets().len(),
            command_limit: range("limits.command_count", commands, 1, 1024)?,
        })
    }

    /// Nothing is sent before READY, and only the caller limits the end.
    fn timing(&self) -> Result<Timing> {
        let liveness = liveness(self.liveness_timeout)?;
        Ok(Timing { ready: Duration::ZERO, liveness, end: Duration::ZERO, asks: false })
    }

    fn settings(&self) -> Result<Settings> {
        let timeout = self.finalization_timeout_s;
        Ok(Settings {
            language: self.language.clone(),
            translate_languages: self.translate_languages.clone(),
            filler_filter: self.filler_filter,
            finalization: self.finalization,
            finalization_timeout_s: timeout
                .map(|seconds| range("finalization_timeout_s", seconds, 1, MAX_FINALIZATION_S))
                .transpose()?,
        })
    }

    fn input(&self) -> Result<InputSetup> {
        let format = self.input_format()?;
        let buffer_ms = self.input_buffer_ms.unwrap_or(DEFAULT_INPUT_BUFFER_MS);
        Ok(InputSetup {
            format,
            wire: wire_of(format),
            chunk_ms: range("input.chunk_ms", self.chunk_ms.unwrap_or(DEFAULT_CHUNK_MS), 20, 1000)?,
            buffer_ms: range("input.buffer_ms", buffer_ms, 20, 60_000)?,
            gap_policy: self.gap_policy,
            gap_after: check_gap(self.gap_after.unwrap_or(DEFAULT_GAP_BEFORE_SILENCE))?,
            drop_oldest: self.drop_oldest,
        })
    }

    fn input_format(&self) -> Result<InputFormat> {
        let usual = match self.encoding {
            Encoding::S16 | Encoding::F32 => USUAL_RATE,
            Encoding::MuLaw | Encoding::ALaw => TELEPHONE_RATE,
        };
        let sample_rate = self.sample_rate.unwrap_or(usual);
        let channels = self.channels.unwrap_or(1);
        check_input(sample_rate, channels)?;
        let selection = match self.channel {
            Some(channel) => {
                Selection::One(range("input.format.channel", channel, 1, channels)? as usize - 1)
            }
            None => Selection::All,
        };
        Ok(InputFormat { encoding: self.encoding, sample_rate, channels, selection })
    }
}

/// One channel is sent unchanged; several become one of 16 bits at the same rate.
fn wire_of(input: InputFormat) -> WireFormat {
    let encoding = if input.channels == 1 { input.encoding } else { Encoding::S16 };
    WireFormat { encoding, sample_rate: input.sample_rate, channels: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientOptions;
    use crate::client::credentials::Credentials;
    use crate::client::secret::Secret;

    fn client(options: ClientOptions) -> Client {
        Client::new(ClientOptions { ignore_environment: true, ..options }).unwrap()
    }

    fn with_pair() -> Client {
        client(ClientOptions {
            credentials: Some(Credentials::new("id", "secret")),
            ..ClientOptions::default()
        })
    }

    fn with_key(region: &str, stt_url: Option<&str>) -> Client {
        client(ClientOptions {
            api_key: Some(Secret::new("the key")),
            region: Some(region.into()),
            stt_url: stt_url.map(str::to_owned),
            ..ClientOptions::default()
        })
    }

    fn refusal(options: SttOptions, client: &Client) -> Error {
        options.setup(client).err().unwrap()
    }

    #[test]
    fn one_channel_goes_out_as_it_is_and_several_as_16_bit() {
        let wire = |encoding, sample_rate, channels| {
            let options = SttOptions { encoding, sample_rate, channels, ..SttOptions::default() };
            let InputSetup { format, wire, .. } = options.setup(&with_pair()).unwrap().input;
            (wire.encoding, wire.sample_rate, wire.channels, format.is_on(wire))
        };
        let s16 = Encoding::S16;
        assert_eq!(wire(s16, None, None), (s16, 16_000, 1, s16.is_little_endian()));
        assert_eq!(wire(Encoding::MuLaw, None, None), (Encoding::MuLaw, 8000, 1, true));
        assert_eq!(wire(Encoding::ALaw, Some(16_000), None), (Encoding::ALaw, 16_000, 1, true));
        assert_eq!(wire(Encoding::F32, Some(44_101), None).1, 44_101);
        assert_eq!(wire(Encoding::MuLaw, None, Some(2)), (s16, 8000, 1, false));
        assert_eq!(wire(Encoding::F32, Some(48_000), Some(8)), (s16, 48_000, 1, false));
    }

    #[test]
    fn nonsense_is_refused() {
        for options in [
            SttOptions { sample_rate: Some(7999), ..SttOptions::default() },
            SttOptions { channels: Some(9), ..SttOptions::default() },
            SttOptions { channel: Some(2), ..SttOptions::default() },
            SttOptions { chunk_ms: Some(1001), ..SttOptions::default() },
            SttOptions { input_buffer_ms: Some(19), ..SttOptions::default() },
            SttOptions { finalization_timeout_s: Some(3601), ..SttOptions::default() },
            SttOptions { liveness_timeout: Some(Duration::from_secs(1)), ..SttOptions::default() },
            SttOptions { gap_after: Some(Duration::from_millis(19)), ..SttOptions::default() },
        ] {
            assert_eq!(refusal(options, &with_pair()).status, Status::InvalidArgument);
        }
        let paused = SttOptions { gap_policy: Policy::Pause, ..SttOptions::default() };
        assert_eq!(refusal(paused, &with_pair()).status, Status::Unsupported);
    }

    #[test]
    fn the_stream_is_where_the_credentials_say() {
        let address = |client: &Client| {
            let setup = SttOptions::default().setup(client).unwrap();
            setup.route.stream.map(|stream| (stream.ws_url, stream.token.expose().to_owned()))
        };
        let official = "wss://stream.palabra.ai/asr/v1/speech-to-text/stream";
        assert_eq!(address(&with_key("EU", None)), Some((official.into(), "the key".into())));
        assert_eq!(address(&with_key("eu", Some("ws://h/x"))), Some(("ws://h/x".into(), "the key".into())));
        assert_eq!(address(&with_pair()), None, "a REST session will tell");
        let elsewhere = refusal(SttOptions::default(), &with_key("us", None));
        assert!(elsewhere.text.contains("no speech-to-text in the region us"), "{}", elsewhere.text);
        let nobody = client(ClientOptions::default());
        assert_eq!(refusal(SttOptions::default(), &nobody).status, Status::Auth);
    }
}
