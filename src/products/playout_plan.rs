//! How speech is played: checked options with every default filled in.

use super::translation::options::TranslationOptions;
use crate::audio::format::{Format, OUTPUT, PlayoutFormat};
use crate::audio::samples::Encoding;
use crate::error::{Error, Result};
use crate::session::handle::options::{DEFAULT_CHUNK_MS, check_output, range};
use crate::session::output::{OriginalOptions, PlayoutOptions};

const DEFAULT_PRIME_MS: u32 = 60;
const DEFAULT_CAP_MS: u32 = 30_000;
const DEFAULT_DUCK_PERCENT: u32 = 20;
const DEFAULT_ATTACK_MS: u32 = 50;
const DEFAULT_RELEASE_MS: u32 = 300;

/// How speech without an original is played; `None` is the default.
#[derive(Default)]
pub struct LineWishes {
    pub encoding: Encoding,
    pub sample_rate: Option<u32>,
    pub channels: Option<u32>,
    pub prime_ms: Option<u32>,
    pub cap_ms: Option<u32>,
    pub target_ms: Option<u32>,
}

impl LineWishes {
    pub(crate) fn plan(&self, usual_cap_ms: u32) -> Result<PlayoutOptions> {
        let format = PlayoutFormat {
            encoding: self.encoding,
            sample_rate: self.sample_rate.unwrap_or(OUTPUT.sample_rate),
            channels: self.channels.unwrap_or(OUTPUT.channels),
        };
        check_output(format)?;
        let cap_ms = range("output.buffer_ms", self.cap_ms.unwrap_or(usual_cap_ms), 500, 600_000)?;
        let prime_ms = range("output.prime_ms", self.prime_ms.unwrap_or(DEFAULT_PRIME_MS), 1, 2000)?;
        if prime_ms > cap_ms {
            return Err(Error::invalid("output.prime_ms is more than output.buffer_ms"));
        }
        let target_ms = self.target_ms.map(|ms| range("output.target_ms", ms, 1, cap_ms)).transpose()?;
        Ok(PlayoutOptions { format, prime_ms, cap_ms, target_ms, original: None, apart: false })
    }
}

impl TranslationOptions {
    pub(crate) fn playout(&self, wire: Format) -> Result<PlayoutOptions> {
        let line = LineWishes {
            encoding: self.output_encoding,
            sample_rate: self.output_sample_rate,
            channels: self.output_channels,
            prime_ms: self.playout_prime_ms,
            cap_ms: self.playout_cap_ms,
            target_ms: self.playout_target_ms,
        };
        Ok(PlayoutOptions { original: self.original(wire)?, ..line.plan(DEFAULT_CAP_MS)? })
    }

    fn original(&self, wire: Format) -> Result<Option<OriginalOptions>> {
        let Some(percent) = self.original_percent else { return Ok(None) };
        Ok(Some(OriginalOptions {
            wire,
            chunk_ms: self.chunk_ms.unwrap_or(DEFAULT_CHUNK_MS),
            percent: range("output.original.gain_percent", percent, 1, 100)?,
            duck_percent: range(
                "output.original.duck_percent",
                self.duck_percent.unwrap_or(DEFAULT_DUCK_PERCENT),
                1,
                100,
            )?,
            attack_ms: range(
                "output.original.attack_ms",
                self.duck_attack_ms.unwrap_or(DEFAULT_ATTACK_MS),
                1,
                10_000,
            )?,
            release_ms: range(
                "output.original.release_ms",
                self.duck_release_ms.unwrap_or(DEFAULT_RELEASE_MS),
                1,
                10_000,
            )?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(options: TranslationOptions) -> Result<PlayoutOptions> {
        options.playout(Format::default())
    }

    #[test]
    fn nothing_said_is_what_the_service_sends() {
        let usual = planned(TranslationOptions::default()).unwrap();
        assert_eq!(usual.format, PlayoutFormat { encoding: Encoding::S16, sample_rate: 24_000, channels: 1 });
        assert_eq!((usual.prime_ms, usual.cap_ms, usual.target_ms), (60, 30_000, None));
        assert!(usual.original.is_none());
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let options = TranslationOptions::default;
        for wrong in [
            TranslationOptions { output_sample_rate: Some(7999), ..options() },
            TranslationOptions { output_channels: Some(9), ..options() },
            TranslationOptions { playout_prime_ms: Some(2001), ..options() },
            TranslationOptions { playout_cap_ms: Some(499), ..options() },
            TranslationOptions { playout_prime_ms: Some(600), playout_cap_ms: Some(500), ..options() },
            TranslationOptions { playout_target_ms: Some(501), playout_cap_ms: Some(500), ..options() },
            TranslationOptions { original_percent: Some(101), ..options() },
            TranslationOptions { original_percent: Some(100), duck_percent: Some(101), ..options() },
        ] {
            assert!(planned(wrong).is_err());
        }
    }
}
