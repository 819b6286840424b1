//! Recording a session: start and stop.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::audio::format::Format;
use crate::error::{Error, Result};
use crate::runtime;
use crate::runtime::calls::Call;
use crate::session::Session;
use crate::session::input::Sent;
use crate::session::output::Taps;
use crate::session::output::recorder::{Place, RecordOptions, Recorder};

impl Session {
    /// Starts recording the speaker and what is played of one language.
    pub fn record_start(&self, path: &Path, options: RecordOptions<'_>) -> Result<()> {
        let (wire, chunk_ms) = self.input()?.wire();
        let wire = Format { sample_rate: wire.sample_rate, channels: wire.channels };
        let line = self.playout()?.line(options.language);
        let line = line
            .ok_or_else(|| Error::invalid("there is no such target language, or several and none named"))?;
        self.recording.check_room()?;
        let runtime = runtime::start()?.on(self.shard);
        let taps = Arc::new(Taps::default());
        let recorder = Recorder::new(wire, chunk_ms, options.sample_rate, taps.clone())?;
        let end = self.recording.begin(recorder, runtime, path)?;
        line.attach(&taps);
        self.recording.wait_created(&end)
    }

    /// What is sent and played from now on is not recorded; silence is, in its place.
    pub fn record_pause(&self) -> Result<()> {
        let (taken, _) = self.input()?.frames();
        self.recording.with_running(|recorder| recorder.pause(taken))
    }

    /// What is sent and played from now on is recorded again.
    pub fn record_resume(&self) -> Result<()> {
        let (taken, _) = self.input()?.frames();
        self.recording.with_running(|recorder| recorder.resume(taken))
    }

    /// A chunk of the speaker was sent.
    pub(crate) fn place_recorded(&self, sent: Sent) {
        if let (Some(input), Some(_)) = (&self.input, &self.playout) {
            let (dropped, sample_rate) = (input.dropped(), input.sample_rate());
            let (begin, end) = (sent.begin + dropped, sent.end + dropped);
            self.recording.place_original(Place { begin, end, sample_rate, dropped });
        }
    }

    /// Ends the recording and waits until its file is complete.
    pub fn record_stop(&self, timeout: Duration) -> Result<()> {
        self.record_stop_for(&Call::default(), timeout)
    }

    /// As [`Session::record_stop`], for a call that another thread may end. The file is completed in any case.
    pub fn record_stop_for(&self, call: &Call, timeout: Duration) -> Result<()> {
        self.recording.stop_for(call, timeout, || self.life.close_requested())
    }
}
