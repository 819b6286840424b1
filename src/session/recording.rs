//! Recording a session: what its owner can ask for.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::Session;
use super::playout::Taps;
use super::recorder::{End, Recorder};
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};
use crate::runtime::{self, Runtime};

/// At most one at a time.
pub struct Recording {
    running: Mutex<Option<(Recorder, Runtime)>>,
    /// The last one that was stopped.
    end: Mutex<Option<Arc<End>>>,
}

impl Default for Recording {
    fn default() -> Recording {
        Recording { running: Mutex::new(Rank::Recording, None), end: Mutex::new(Rank::RecordingEnd, None) }
    }
}

impl Recording {
    /// A chunk of what the speaker said goes out.
    pub fn add_original(&self, chunk: [&[u8]; 2]) {
        if let Some((recorder, _)) = lock(&self.running).as_mut() {
            recorder.add_original(chunk);
        }
    }

    /// Completes the file in the background; without one that runs nothing happens.
    pub fn stop(&self) {
        if let Some((recorder, runtime)) = lock(&self.running).take() {
            *lock(&self.end) = Some(recorder.stop(runtime.job()));
        }
    }
}

impl Session {
    /// Begins to record the speaker and what is played of one language.
    pub fn record_start(&self, path: &Path, language: &[u8]) -> Result<()> {
        let translation = self.translation()?;
        let line = self.playout()?.line(language).ok_or(Status::InvalidArgument)?;
        let mut running = lock(&self.recording.running);
        if running.is_some() {
            return Err(Error::new(Status::Busy, "a recording is running already"));
        }
        let taps = Arc::new(Taps::default());
        let runtime = runtime::start()?;
        let recorder = Recorder::start(path, translation.wire, translation.chunk_ms, taps.clone())?;
        line.attach(&taps)?;
        // Also when the conversation is over: what is left is still played.
        runtime.ticker().watch(self.recording.clone());
        *running = Some((recorder, runtime));
        Ok(())
    }

    /// Ends the recording and waits until its file is complete.
    pub fn record_stop(&self, timeout: Duration) -> Result<()> {
        self.recording.stop();
        let end = lock(&self.recording.end).clone();
        end.ok_or_else(|| Error::invalid("no recording was started"))?.wait(timeout)
    }
}

impl runtime::ticker::Tick for Recording {
    fn tick(&self) -> bool {
        lock(&self.running).as_mut().map(|(recorder, _)| recorder.tick()).is_some()
    }
}
