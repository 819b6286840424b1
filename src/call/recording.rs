//! A call in a file: all parties on one clock, whoever joins and leaves.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::handle::Call;
use super::holds::LEGS;
use super::leg::{CopyFor, Leg};
use crate::error::Result;
use crate::lock::lock;
use crate::runtime::{self, calls};
use crate::session::output::PartiesOptions;
use crate::session::output::recorder::PartiesRecorder;

/// What is recorded.
#[derive(Clone, Copy, Debug)]
pub struct CallRecordOptions {
    pub sample_rate: Option<u32>,
    /// Also what each party hears of the translation, on channels of its own.
    pub has_translations: bool,
}

impl Call {
    /// Each party is on the channel with the number of its leg.
    pub fn record_start(&self, path: &Path, options: CallRecordOptions) -> Result<()> {
        self.recording.check_room()?;
        let runtime = runtime::start()?.on(self.shard);
        let channels = if options.has_translations { 2 * LEGS } else { LEGS };
        let recorder = PartiesRecorder::new(PartiesOptions { sample_rate: options.sample_rate, channels })?;
        let end = self.recording.begin(recorder, runtime, path)?;
        let legs: Vec<_> =
            lock(&self.roster).places.iter().flatten().map(|place| place.leg.clone()).collect();
        legs.iter().for_each(|leg| self.record_leg(leg));
        self.recording.wait_created(&end)
    }

    /// A leg is there, and is recorded if a recording runs.
    pub(super) fn record_leg(&self, leg: &Arc<Leg>) {
        let taps = self
            .recording
            .with_running(|recorder| Some((recorder.tap(leg.number())?, recorder.tap(LEGS + leg.number()))));
        if let Ok(Some((said, heard))) = taps {
            leg.copy(CopyFor::Recording, said);
            if let Some(heard) = heard {
                leg.ear().tap(&heard);
            }
        }
    }

    /// What is said and heard from now on is not recorded; silence is, in its place.
    pub fn record_pause(&self) -> Result<()> {
        self.recording.with_running(|recorder| recorder.pause(true))
    }

    pub fn record_resume(&self) -> Result<()> {
        self.recording.with_running(|recorder| recorder.pause(false))
    }

    /// Ends the recording and waits until its file is complete; another thread may end this.
    pub fn record_stop_for(&self, call: &calls::Call, timeout: Duration) -> Result<()> {
        self.recording.stop_for(call, timeout, || self.life.close_requested())
    }
}
