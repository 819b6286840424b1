//! What comes back of what a session plays is measured.

use std::sync::Arc;

use super::session::Session;
use crate::error::{Error, Result, Status};
use crate::runtime;
use crate::session::listening::echo::EchoListener;
use crate::session::output::play::said::Said;
use crate::session::output::play::voice_tap::VoiceTap;
use crate::session::output::{Line, Taps};

impl Session {
    /// From its opening on, in its first language.
    pub(crate) fn measure_echo(&mut self) -> Result<()> {
        let format = self.input()?.format().ok_or(Status::Busy)?;
        let [read, sent] = [(); 2].map(|()| Arc::new(Taps::counted(self.overrun.clone())));
        self.first_line()?.attach_mixed(&read);
        let listener = EchoListener::new(read, sent.clone(), self.told());
        self.said = Some(Said::new(VoiceTap::new(format, sent)));
        runtime::start()?.process(Box::new(listener))
    }

    /// What is read of it comes back.
    pub(super) fn first_line(&self) -> Result<&Line> {
        let line = self.playout.as_ref().and_then(|playout| playout.line(b""));
        line.ok_or_else(|| Error::invalid("an echo can be only of speech that is read"))
    }
}
