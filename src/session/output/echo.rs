//! What is known of the echo of what is played.

use crate::error::{Error, Result, Status};
use crate::sync::{AtomicI32, Ordering};

/// What is done about what comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EchoPolicy {
    #[default]
    Off,
    Measure,
}

impl EchoPolicy {
    #[cfg(feature = "echo")]
    pub(crate) fn measures(self) -> bool {
        self == EchoPolicy::Measure
    }

    /// Refuses what was not built into the library.
    pub(crate) fn check(self) -> Result<()> {
        if self == EchoPolicy::Off || cfg!(feature = "echo") {
            return Ok(());
        }
        let text =
            "this library cannot measure an echo: build it with PALABRA_WITH_ECHO (cargo feature echo)";
        Err(Error::new(Status::Unsupported, text))
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
