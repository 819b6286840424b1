//! How speech is given out.

use crate::audio::format::{Format, MAX_RATE, MIN_RATE, OUTPUT, PlayoutFormat};
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, range};

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

/// `None` and empty mean the default.
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
    /// How loud the original is under the translation; not at all without it.
    pub original_percent: Option<u32>,
    pub duck_percent: Option<u32>,
    pub duck_attack_ms: Option<u32>,
    pub duck_release_ms: Option<u32>,
}

/// How every line starts, checked and with every default filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayoutSetup {
    pub format: PlayoutFormat,
    /// How much must wait before a phrase begins or continues after an underrun.
    pub prime_ms: u32,
    /// Limit of what may wait; above it whole phrases are dropped.
    pub cap_ms: u32,
    /// Speech is shortened while more than this waits.
    pub target_ms: Option<u32>,
    /// The speaker is heard under the translation.
    pub original: Option<OriginalSetup>,
    /// Phrases may arrive in turns: each is heard whole before the next, in the order in which they began to arrive.
    pub apart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalSetup {
    /// What goes out.
    pub wire: Format,
    pub chunk_ms: u32,
    pub percent: u32,
    pub duck_percent: u32,
    pub attack_ms: u32,
    pub release_ms: u32,
}

impl OutputOptions {
    /// Of speech without an original.
    pub fn setup(&self, usual_buffer_ms: u32) -> Result<PlayoutSetup> {
        let format = PlayoutFormat {
            encoding: self.encoding,
            sample_rate: self.sample_rate.unwrap_or(OUTPUT.sample_rate),
            channels: self.channels.unwrap_or(OUTPUT.channels),
        };
        check(format)?;
        let cap_ms = range("output.buffer_ms", self.buffer_ms.unwrap_or(usual_buffer_ms), 500, 600_000)?;
        let prime_ms = range("output.prime_ms", self.prime_ms.unwrap_or(DEFAULT_PRIME_MS), 1, 2000)?;
        if prime_ms > cap_ms {
            return Err(Error::invalid("output.prime_ms is more than output.buffer_ms"));
        }
        let target_ms = self.target_ms.map(|ms| range("output.target_ms", ms, 1, cap_ms)).transpose()?;
        Ok(PlayoutSetup { format, prime_ms, cap_ms, target_ms, original: None, apart: false })
    }

    /// The original goes out in chunks of `chunk_ms`.
    pub fn original(&self, wire: Format, chunk_ms: u32) -> Result<Option<OriginalSetup>> {
        let Some(percent) = self.original_percent else { return Ok(None) };
        let duck = self.duck_percent.unwrap_or(DEFAULT_DUCK_PERCENT);
        let attack = self.duck_attack_ms.unwrap_or(DEFAULT_ATTACK_MS);
        let release = self.duck_release_ms.unwrap_or(DEFAULT_RELEASE_MS);
        Ok(Some(OriginalSetup {
            wire,
            chunk_ms,
            percent: range("output.original.gain_percent", percent, 1, 100)?,
            duck_percent: range("output.original.duck_percent", duck, 1, 100)?,
            attack_ms: range("output.original.attack_ms", attack, 1, 10_000)?,
            release_ms: range("output.original.release_ms", release, 1, 10_000)?,
        }))
    }
}

/// What can be converted.
pub(crate) fn check(format: PlayoutFormat) -> Result<()> {
    range("output.format.sample_rate", format.sample_rate, MIN_RATE, MAX_RATE)?;
    range("output.format.channels", format.channels, 1, 8)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(options: OutputOptions) -> Result<PlayoutSetup> {
        let original = options.original(Format::default(), 320)?;
        Ok(PlayoutSetup { original, ..options.setup(30_000)? })
    }

    #[test]
    fn nothing_said_is_what_the_service_sends() {
        let usual = setup(OutputOptions::default()).unwrap();
        assert_eq!(usual.format, PlayoutFormat { encoding: Encoding::S16, sample_rate: 24_000, channels: 1 });
        assert_eq!((usual.prime_ms, usual.cap_ms, usual.target_ms), (60, 30_000, None));
        assert!(usual.original.is_none());
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let options = OutputOptions::default;
        for wrong in [
            OutputOptions { sample_rate: Some(7999), ..options() },
            OutputOptions { channels: Some(9), ..options() },
            OutputOptions { prime_ms: Some(2001), ..options() },
            OutputOptions { buffer_ms: Some(499), ..options() },
            OutputOptions { prime_ms: Some(600), buffer_ms: Some(500), ..options() },
            OutputOptions { target_ms: Some(501), buffer_ms: Some(500), ..options() },
            OutputOptions { original_percent: Some(101), ..options() },
            OutputOptions { original_percent: Some(100), duck_percent: Some(101), ..options() },
        ] {
            assert!(setup(wrong).is_err());
        }
    }
}
