//! Options of speech-to-text, checked and with every default filled in.

use std::time::Duration;

use crate::audio::convert::InputFormat;
use crate::audio::format::{Format, WireFormat};
use crate::audio::samples::Encoding;
use crate::client::Client;
use crate::client::endpoints::Stream;
use crate::error::{Error, Result, Status};
use crate::session::handle::options::{SessionOptions, SessionSetup, StreamSetup};
use crate::session::input::gap::Policy;
use crate::session::input::{InputOptions, InputSetup};
use crate::session::stream::deadlines::Timing;
use crate::session::stream::outbox::DEFAULT_COMMANDS;
use crate::wire::stt::Container;
use crate::wire::stt::query::{Finalization, Settings};

/// The rate that the service assumes for raw audio (protocol.md 9.1).
const USUAL_RATE: u32 = 16_000;
/// The rate of telephones, which alone use mu-law and A-law.
const TELEPHONE_RATE: u32 = 8000;
/// Bytes per second of encoded audio that the times of the input stand for: 256 kbit/s.
const ENCODED_RATE: u32 = 32_000;
/// The highest rate that the service is known to take (protocol.md 9.1).
const MAX_WIRE_RATE: u32 = 48_000;
/// As long as the official bridges wait (protocol.md 9.2).
pub(crate) const DEFAULT_FINALIZE_TIMEOUT: Duration = Duration::from_secs(10);
/// As long as a bridge waits for a final (protocol.md 9.2).
const DEFAULT_END_S: u32 = 10;

/// `None` and empty mean the default. Numbers are within their bounds: whoever sets them has checked that.
#[derive(Default)]
pub struct SttOptions {
    /// Without it the service detects the language.
    pub language: Option<String>,
    /// Comma-separated.
    pub translate_languages: Option<String>,
    pub filler_filter: Option<bool>,
    pub finalization: Option<Finalization>,
    pub finalization_timeout_s: Option<u32>,
    /// How long an answer to `finalize` may take.
    pub finalize_timeout: Option<Duration>,
    /// `end_timeout`: how long to wait for the last texts.
    pub session: SessionOptions,
    /// What goes out too, if it is one channel.
    pub input: InputOptions,
    /// Encoded bytes are sent instead of samples; of `input` only its times count.
    pub container: Option<Container>,
}

/// Options of speech-to-text, checked and with every default filled in.
pub struct Setup {
    pub session: SessionSetup,
    pub stream: StreamSetup,
    pub timing: Timing,
    pub input: InputSetup,
    pub finalize_timeout: Duration,
    /// How many translations follow each final.
    pub targets: usize,
    pub command_limit: u32,
    pub is_encoded: bool,
}

impl SttOptions {
    pub fn setup(self, client: &Client) -> Result<Setup> {
        if self.input.gap_policy == Policy::Pause {
            return Err(Error::new(Status::Unsupported, "speech-to-text cannot be paused"));
        }
        let input = self.input_options().setup(self.usual_format(), wire_of)?;
        let settings = self.settings();
        Ok(Setup {
            session: self.session.setup(self.end_s()),
            stream: self.session.stream(client, Stream::SpeechToText, settings.query(input.wire))?,
            timing: self.timing(),
            input,
            finalize_timeout: self.finalize_timeout.unwrap_or(DEFAULT_FINALIZE_TIMEOUT),
            targets: settings.targets().len(),
            command_limit: self.session.commands(DEFAULT_COMMANDS),
            is_encoded: self.container.is_some(),
        })
    }

    fn end_s(&self) -> u32 {
        self.session.end_timeout.map_or(DEFAULT_END_S, |timeout| (timeout.as_secs() as u32).max(1))
    }

    /// Nothing is said before READY, and the limit of the end is the caller's alone.
    fn timing(&self) -> Timing {
        let liveness = self.session.liveness();
        Timing { ready: Duration::ZERO, liveness, end: Duration::ZERO, asks: false }
    }

    fn input_options(&self) -> InputOptions {
        if self.container.is_none() {
            return self.input;
        }
        let InputOptions { buffer_ms, chunk_ms, .. } = self.input;
        InputOptions { encoding: Encoding::Opaque, buffer_ms, chunk_ms, ..InputOptions::default() }
    }

    fn usual_format(&self) -> Format {
        let sample_rate = match self.input_options().encoding {
            Encoding::S16 | Encoding::F32 => USUAL_RATE,
            Encoding::MuLaw | Encoding::ALaw => TELEPHONE_RATE,
            Encoding::Opaque => ENCODED_RATE,
        };
        Format { sample_rate, channels: 1 }
    }

    fn settings(&self) -> Settings {
        Settings {
            container: self.container,
            language: self.language.clone(),
            translate_languages: self.translate_languages.clone(),
            filler_filter: self.filler_filter,
            finalization: self.finalization,
            finalization_timeout_s: self.finalization_timeout_s,
        }
    }
}

/// One channel is sent unchanged at a rate that the service takes; everything else becomes one channel of 16 bits.
fn wire_of(input: InputFormat) -> WireFormat {
    let sample_rate = input.sample_rate.min(MAX_WIRE_RATE);
    let is_sendable = input.channels == 1 && input.sample_rate == sample_rate;
    let encoding = if is_sendable { input.encoding } else { Encoding::S16 };
    WireFormat { encoding, sample_rate, channels: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientOptions;
    use crate::client::of_tests::{client, with_key, with_key_and, with_pair};

    fn refusal(options: SttOptions, client: &Client) -> Error {
        options.setup(client).err().unwrap()
    }

    fn at(url: &str) -> ClientOptions {
        ClientOptions { stt_url: Some(url.into()), ..ClientOptions::default() }
    }

    #[test]
    fn one_channel_goes_out_as_it_is_and_several_as_16_bit() {
        let wire = |encoding, sample_rate, channels| {
            let options = SttOptions {
                input: InputOptions { encoding, sample_rate, channels, ..InputOptions::default() },
                ..SttOptions::default()
            };
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
        assert_eq!(wire(Encoding::F32, Some(96_000), None), (s16, 48_000, 1, false));
    }

    #[test]
    fn nonsense_is_refused() {
        let second = SttOptions {
            input: InputOptions { channel: Some(2), ..InputOptions::default() },
            ..SttOptions::default()
        };
        assert_eq!(refusal(second, &with_pair()).status, Status::InvalidArgument);
        let paused = SttOptions {
            input: InputOptions { gap_policy: Policy::Pause, ..InputOptions::default() },
            ..SttOptions::default()
        };
        assert_eq!(refusal(paused, &with_pair()).status, Status::Unsupported);
    }

    #[test]
    fn the_stream_is_where_the_credentials_say() {
        let address = |client: &Client| {
            let setup = SttOptions::default().setup(client).unwrap();
            setup.stream.address.map(|stream| (stream.ws_url, stream.token.expose().to_owned()))
        };
        let official = "wss://stream.palabra.ai/asr/v1/speech-to-text/stream";
        assert_eq!(address(&with_key("EU")), Some((official.into(), "the key".into())));
        assert_eq!(address(&with_key_and("eu", at("ws://h/x"))), Some(("ws://h/x".into(), "the key".into())));
        assert_eq!(address(&with_pair()), None, "a REST session will tell");
        let elsewhere = refusal(SttOptions::default(), &with_key("us"));
        assert!(elsewhere.text.contains("no speech-to-text in the region us"), "{}", elsewhere.text);
        let nobody = client(ClientOptions::default());
        assert_eq!(refusal(SttOptions::default(), &nobody).status, Status::Auth);
    }
}
