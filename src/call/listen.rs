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
#[cfg(feature = "echo")]
use crate::session::output::EchoPolicy;
use crate::session::output::echo::check_cleaning;

/// Refuses what was not built into the library.
pub(super) fn check(options: &LegOptions) -> Result<()> {
    if options.listens() && !cfg!(feature = "vad") {
        let text = "this library cannot detect speech: build it with PALABRA_WITH_VAD (cargo feature vad)";
        return Err(Error::new(Status::Unsupported, text));
    }
    check_cleaning(options.suppresses_noise, options.controls_gain)?;
    options.echo.check()
}

impl Call {
    /// A party has joined, and what it says is listened to if that was asked for.
    pub(super) fn listen_to(&self, leg: &Arc<Leg>) -> Result<()> {
        #[cfg(feature = "vad")]
        self.detect_speech(leg)?;
        #[cfg(feature = "echo")]
        if leg.options().is_cleaned() {
            self.clean(leg)?;
        } else if leg.options().echo == EchoPolicy::Measure {
            self.measure_echo(leg)?;
        }
        let _ = leg;
        Ok(())
    }
}
