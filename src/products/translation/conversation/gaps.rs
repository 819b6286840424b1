//! What the driver does while the caller's input is missing; when, [`gap`] says.

use std::time::Duration;

use tokio::time::Instant;

use super::{Conversation, Stage};
use crate::error::Result;
use crate::lock::lock;
use crate::session::handle::stats::Counters;
use crate::session::input::gap;
use crate::session::input::gap::{Gap, Step};
use crate::session::stream::outbox::Command;
use crate::wire::translation::outgoing;

impl Conversation<'_> {
    /// Does what the policy for missing input wants; `false` when it wants nothing or has to wait.
    pub(crate) fn mind_gap(&mut self) -> Result<bool> {
        match self.session.gap_step() {
            Step::None => Ok(false),
            Step::Begin => {
                self.session.log(|| "input is missing: silence is sent".to_owned());
                let missing = self.chunks.settle();
                let missing = self.length(missing);
                self.with_gap(|gap| gap.fill(missing));
                Ok(true)
            }
            Step::Fill => self.write_silence(),
            Step::Pause => self.write_own_pause(),
            Step::Resume => self.write_own(Command::Resume, "input is back: the task is resumed"),
        }
    }

    /// A command just sent may pause or resume the task; `is_own`: the policy's and not the owner's.
    pub(crate) fn note_effect(&mut self, is_own: bool) {
        if let Some(effect) = self.dialogue.commands.take_effect() {
            self.with_gap(|gap| gap.sent(effect, is_own, Instant::now()));
        }
    }

    /// Whether the policy paused the task and did not resume it yet.
    pub(crate) fn holds_input(&self) -> bool {
        self.translation.gap.as_ref().is_some_and(|gap| lock(gap).holds())
    }

    /// Whether input waits for the policy's resume.
    pub(crate) fn holds_fresh_input(&self) -> bool {
        self.session.gap_step() == Step::Resume
    }

    /// Before READY, if the newest input counts more than the oldest.
    pub(crate) fn drop_old_input(&mut self) {
        let is_early = matches!(self.dialogue.stage, Stage::Fresh | Stage::Preparing);
        if let Some(keep_ms) = self.keep_ms.filter(|_| is_early) {
            self.chunks.drop_older_than(keep_ms);
        }
    }

    fn write_silence(&mut self) -> Result<bool> {
        let socket = &mut self.socket;
        let frames = self.chunks.next_silent(|chunk, _| {
            socket.queue_text(outgoing::audio_len(chunk.len()), |frame| {
                outgoing::append_audio(chunk, &[], frame);
            })
        })?;
        self.session.note_chunk(self.chunks);
        self.fit_the_line();
        Counters::add(&self.session.counters.chunks_sent, 1);
        Counters::add(&self.session.counters.silence_frames_sent, frames as u64);
        let (silence, missing) = (self.length(frames), self.length(self.chunks.chunk_frames()));
        self.with_gap(|gap| gap.filled(silence, missing));
        Ok(true)
    }

    /// After the owner's commands, and after what is left of the input: it would be stale after the resume.
    fn write_own_pause(&mut self) -> Result<bool> {
        if self.translation.outbox.len() > 0 {
            return Ok(false);
        }
        if self.write_chunk_of(true)? {
            return Ok(true);
        }
        let is_sent = self.write_own(Command::Pause, "input is missing: the task is paused")?;
        if is_sent {
            Counters::add(&self.session.counters.gap_pauses, 1);
        }
        Ok(is_sent)
    }

    fn write_own(&mut self, command: Command, log: &str) -> Result<bool> {
        debug_assert_eq!(self.dialogue.stage, Stage::Live);
        let Some(message) = self.dialogue.commands.own(command, Instant::now()) else { return Ok(false) };
        self.note_effect(true);
        self.session.log(|| log.to_owned());
        self.queue(&message)?;
        Ok(true)
    }

    fn with_gap(&self, change: impl FnOnce(&mut Gap)) {
        if let Some(gap) = &self.translation.gap {
            change(&mut lock(gap));
        }
    }

    fn length(&self, frames: usize) -> Duration {
        gap::duration(frames as u64, self.translation.wire.sample_rate)
    }
}
