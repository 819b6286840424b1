//! What comes back of what a session plays is measured.

use std::sync::Arc;

use super::session::Session;
use crate::error::{Error, Result, Status};
use crate::runtime;
use crate::session::listening::echo::{EchoListener, Setup};
use crate::session::output::Taps;
use crate::session::output::play::said::Said;
use crate::session::output::play::voice_tap::VoiceTap;

impl Session {
    /// From its opening on, in its first language.
    pub(crate) fn measure_echo(&mut self) -> Result<()> {
        let format = self.input()?.format().ok_or(Status::Busy)?;
        let line = self.playout.as_ref().and_then(|playout| playout.line(b""));
        let line = line.ok_or_else(|| Error::invalid("echo can be measured only of speech that is read"))?;
        let [read, sent] = [(); 2].map(|()| Arc::new(Taps::default()));
        line.attach_mixed(&read);
        let listener = EchoListener::new(Setup {
            read,
            sent: sent.clone(),
            events: self.delivery.mailbox().clone(),
            leg: -1,
            figures: self.echo.clone(),
        });
        self.said = Some(Said::new(VoiceTap::new(format, sent)));
        runtime::start()?.process(Box::new(listener))
    }
}
