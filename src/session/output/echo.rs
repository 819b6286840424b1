//! What is known of the echo of what is played.

use crate::audio::convert::InputFormat;
use crate::audio::format::Format;
use crate::error::{Error, Result, Status};
use crate::sync::{AtomicI32, AtomicU64, Ordering};

/// What is cleaned has one of these rates.
const NARROW: u32 = 16_000;
const WIDE: u32 = 48_000;

/// What is done about what comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EchoPolicy {
    #[default]
    Off,
    Measure,
    /// And take it out.
    Cancel,
}

impl EchoPolicy {
    /// Refuses what was not built into the library.
    pub(crate) fn check(self) -> Result<()> {
        check_feature(self == EchoPolicy::Off, "measure or cancel an echo")
    }
}

/// Refuses to suppress noise, or to control gain, if that was not built into the library.
pub(crate) fn check_cleaning(suppresses_noise: bool, controls_gain: bool) -> Result<()> {
    check_feature(!suppresses_noise, "suppress noise")?;
    check_feature(!controls_gain, "control gain")
}

fn check_feature(is_off: bool, what: &str) -> Result<()> {
    if is_off || cfg!(feature = "echo") {
        return Ok(());
    }
    let text = format!("this library cannot {what}: build it with PALABRA_WITH_ECHO (cargo feature echo)");
    Err(Error::new(Status::Unsupported, text))
}

/// Whether what is sent is cleaned before it is passed on.
pub(crate) fn is_cleaned(echo: EchoPolicy, suppresses_noise: bool, controls_gain: bool) -> bool {
    echo == EchoPolicy::Cancel || suppresses_noise || controls_gain
}

/// What is passed on of what is sent in this format, if it is cleaned: as wide as that.
pub(crate) fn cleaned_format(sent: InputFormat) -> InputFormat {
    let sample_rate = if sent.sample_rate <= NARROW { NARROW } else { WIDE };
    InputFormat::plain(Format { sample_rate, channels: 1 })
}

/// Sound that the thread for signal processing was too late for.
#[derive(Default)]
pub(crate) struct Overrun(AtomicU64);

impl Overrun {
    /// Wait-free, as sending.
    pub(crate) fn add(&self, frames: usize, rate: u32) {
        if frames > 0 {
            self.0.fetch_add(frames as u64 * 1_000_000_000 / u64::from(rate), Ordering::Relaxed);
        }
    }

    pub(crate) fn ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed) / 1_000_000
    }
}

/// Written by the thread for signal processing.
pub(crate) struct EchoFigures {
    /// -1: there is none, or it is not known yet.
    delay_ms: AtomicI32,
    level_db: AtomicI32,
}

/// An echo, as it was found last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EchoStats {
    pub delay_ms: u32,
    pub level_db: i32,
}

impl Default for EchoFigures {
    fn default() -> EchoFigures {
        EchoFigures { delay_ms: AtomicI32::new(-1), level_db: AtomicI32::new(0) }
    }
}

impl EchoFigures {
    #[cfg(feature = "echo")]
    pub(crate) fn set(&self, echo: Option<EchoStats>) {
        self.level_db.store(echo.map_or(0, |echo| echo.level_db), Ordering::Relaxed);
        self.delay_ms.store(echo.map_or(-1, |echo| echo.delay_ms as i32), Ordering::Relaxed);
    }

    pub(crate) fn stats(&self) -> Option<EchoStats> {
        let delay_ms = u32::try_from(self.delay_ms.load(Ordering::Relaxed)).ok()?;
        Some(EchoStats { delay_ms, level_db: self.level_db.load(Ordering::Relaxed) })
    }
}
