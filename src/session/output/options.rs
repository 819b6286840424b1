//! How speech is given out.

use super::levels::OriginalLevels;
use crate::audio::convert::InputFormat;
use crate::audio::format::{OUTPUT, PlayoutFormat};
use crate::audio::samples::Encoding;
use crate::error::{Error, Result};

const DEFAULT_PRIME_MS: u32 = 60;
const DEFAULT_DUCK_PERCENT: u32 = 20;
const DEFAULT_ATTACK_MS: u32 = 50;
const DEFAULT_RELEASE_MS: u32 = 300;

/// Delivery of speech. Numbers are part of the ABI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputMode {
    #[default]
    Events = 0,
    Playout = 1,
    Both = 2,
}

/// `None` and empty mean the default. Numbers are within their bounds: whoever sets them has checked that.
#[derive(Clone, Copy, Default)]
pub struct OutputOptions {
    pub mode: OutputMode,
    /// What players take unless they say otherwise.
    pub encoding: Encoding,
    pub sample_rate: Option<u32>,
    pub channels: Option<u32>,
    pub prime_ms: Option<u32>,
    pub buffer_ms: Option<u32>,
    pub target_ms: Option<u32>,
    /// A player that reads nothing for this long misses what is due meanwhile; it misses nothing without it.
    pub reader_lag_ms: Option<u32>,
    /// How loud the original is under the translation; not at all without it.
    pub original_percent: Option<u32>,
    pub duck_percent: Option<u32>,
    pub duck_attack_ms: Option<u32>,
    pub duck_release_ms: Option<u32>,
}

/// How every line starts, with every default filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayoutSetup {
    pub format: PlayoutFormat,
    /// How much must wait before a phrase begins or continues after an underrun.
    pub prime_ms: u32,
    /// Limit of what may wait; above it whole phrases are dropped.
    pub cap_ms: u32,
    /// Speech is shortened while more than this waits.
    pub target_ms: Option<u32>,
    /// What is due while nobody reads for longer is missed.
    pub reader_lag_ms: Option<u32>,
    /// The speaker can be heard under the translation.
    pub original: Option<OriginalSetup>,
    /// Phrases may arrive in turns: each is heard whole before the next, in the order in which they began to arrive.
    pub apart: bool,
    /// Noise as that of the speaker's line is heard in place of silence.
    pub comfort: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalSetup {
    /// What the speaker sends.
    pub input: InputFormat,
    pub levels: OriginalLevels,
}

impl OutputOptions {
    /// Of speech without an original.
    pub fn setup(&self, usual_buffer_ms: u32) -> Result<PlayoutSetup> {
        let format = PlayoutFormat {
            encoding: self.encoding,
            sample_rate: self.sample_rate.unwrap_or(OUTPUT.sample_rate),
            channels: self.channels.unwrap_or(OUTPUT.channels),
        };
        let cap_ms = self.buffer_ms.unwrap_or(usual_buffer_ms);
        let prime_ms = self.prime_ms.unwrap_or(DEFAULT_PRIME_MS);
        let larger = |what: &str| {
            Err(Error::invalid(format!(
                "{what} is more than the buffer of the output holds, which is {cap_ms} ms"
            )))
        };
        if prime_ms > cap_ms {
            return larger("what must be buffered before speech starts");
        }
        if self.target_ms.is_some_and(|target_ms| target_ms > cap_ms) {
            return larger("the target level");
        }
        Ok(PlayoutSetup {
            format,
            prime_ms,
            cap_ms,
            target_ms: self.target_ms,
            reader_lag_ms: self.reader_lag_ms,
            original: None,
            apart: false,
            comfort: false,
        })
    }

    /// The original is sent in this format.
    pub fn original(&self, input: InputFormat) -> OriginalSetup {
        OriginalSetup { input, levels: self.original_levels() }
    }

    pub fn original_levels(&self) -> OriginalLevels {
        OriginalLevels {
            percent: self.original_percent.unwrap_or(0),
            duck_percent: self.duck_percent.unwrap_or(DEFAULT_DUCK_PERCENT),
            attack_ms: self.duck_attack_ms.unwrap_or(DEFAULT_ATTACK_MS),
            release_ms: self.duck_release_ms.unwrap_or(DEFAULT_RELEASE_MS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(options: OutputOptions) -> Result<PlayoutSetup> {
        options.setup(30_000)
    }

    #[test]
    fn nothing_said_is_what_the_service_sends() {
        let usual = setup(OutputOptions::default()).unwrap();
        assert_eq!(usual.format, PlayoutFormat { encoding: Encoding::S16, sample_rate: 24_000, channels: 1 });
        assert_eq!((usual.prime_ms, usual.cap_ms, usual.target_ms), (60, 30_000, None));
        assert!(usual.original.is_none());
        let levels = OutputOptions::default().original_levels();
        assert_eq!((levels.is_on(), levels.duck_percent), (false, 20));
    }

    #[test]
    fn what_the_buffer_cannot_hold_is_refused() {
        let options = OutputOptions::default;
        for wrong in [
            OutputOptions { prime_ms: Some(600), buffer_ms: Some(500), ..options() },
            OutputOptions { target_ms: Some(501), buffer_ms: Some(500), ..options() },
        ] {
            assert!(setup(wrong).is_err());
        }
    }
}
