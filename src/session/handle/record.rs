//! Recording a session: start and stop.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::audio::format::Format;
use crate::error::{Error, Result};
use crate::runtime;
use crate::session::Session;
use crate::session::output::Taps;
use crate::session::output::recorder::Recorder;

/// How long creating a file may take before the recording starts without it.
const CREATION: Duration = Duration::from_secs(1);

impl Session {
    /// Starts recording the speaker and what is played of one language.
    pub fn record_start(&self, path: &Path, language: &[u8]) -> Result<()> {
        let (wire, chunk_ms) = self.input()?.wire();
        let wire = Format { sample_rate: wire.sample_rate, channels: wire.channels };
        let line = self.playout()?.line(language);
        let line = line
            .ok_or_else(|| Error::invalid("there is no such target language, or several and none named"))?;
        self.recording.check_room()?;
        let runtime = runtime::start()?;
        let taps = Arc::new(Taps::default());
        let recorder = Recorder::new(wire, chunk_ms, taps.clone())?;
        let end = self.recording.begin(recorder, runtime, path)?;
        line.attach(&taps);
        end.wait_created(CREATION).inspect_err(|_| self.recording.forget(&end))
    }

    /// Ends the recording and waits until its file is complete.
    pub fn record_stop(&self, timeout: Duration) -> Result<()> {
        self.recording.stop();
        let end = self.recording.last_end();
        end.ok_or_else(|| Error::invalid("no recording was started"))?.wait(timeout)
    }
}
