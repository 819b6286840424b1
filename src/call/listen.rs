//! What a party says is listened to.

#[cfg(feature = "echo")]
mod echo;
#[cfg(feature = "vad")]
mod speech;

use std::sync::Arc;

use super::handle::Call;
use super::leg::Leg;
use super::options::LegOptions;
use crate::error::{Error, Result, Status};

/// Refuses what was not built into the library.
pub(super) fn check(options: &LegOptions) -> Result<()> {
    if options.listens() && !cfg!(feature = "vad") {
        let text = "this library cannot detect speech: build it with PALABRA_WITH_VAD (cargo feature vad)";
        return Err(Error::new(Status::Unsupported, text));
    }
    options.echo.check()
}

impl Call {
    /// A party has joined, and what it says is listened to if that was asked for.
    pub(super) fn listen_to(&self, leg: &Arc<Leg>) -> Result<()> {
        #[cfg(feature = "vad")]
        self.detect_speech(leg)?;
        #[cfg(feature = "echo")]
        if leg.options().echo.measures() {
            self.measure_echo(leg)?;
        }
        let _ = leg;
        Ok(())
    }
}
