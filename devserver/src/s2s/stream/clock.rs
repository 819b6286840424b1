//! The timers of a translation: start, end, idle timeout.

use std::time::Duration;

use tokio::time::Instant;

use super::state::{Phase, Stream};
use crate::engine::Busy;
use crate::s2s::messages;
use crate::streams::Flow;
use crate::streams::outgoing::Outgoing;
use crate::time;

/// How soon to check again whether a flood has been sent.
const BLAST_LOOK: Duration = Duration::from_millis(5);

impl Stream {
    pub(super) fn idle_at(&self) -> Option<Instant> {
        (self.phase == Phase::Running).then(|| self.link.idle_at(self.last_audio)).flatten()
    }

    pub(super) fn stall_at(&self) -> Option<Instant> {
        (self.phase == Phase::Running).then(|| self.pacing.stall_at()).flatten()
    }

    pub(super) fn phase_at(&self) -> Option<Instant> {
        match self.phase {
            Phase::Starting(at) => at,
            // The engine wakes the stream when it is free.
            Phase::Ending(..) if self.engine.busy() != Busy::Free => None,
            // All speech is sent before the marker.
            Phase::Ending(at, _) => Some(self.held.speech_until().map_or(at, |speech| speech.max(at))),
            Phase::NoTask | Phase::Running | Phase::Paused | Phase::Over => None,
        }
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        [self.idle_at(), self.stall_at(), self.phase_at(), self.held.next_at()].into_iter().flatten().min()
    }

    pub(super) fn when_due(&mut self, now: Instant) -> Flow {
        let due = |at: Option<Instant>| at.is_some_and(|at| now >= at);
        self.send_due(now);
        if due(self.stall_at())
            && let Some(warning) = self.pacing.stalled(now)
        {
            self.send(messages::warning(warning));
        }
        if due(self.idle_at()) {
            self.link.send_error("SERVICE_TIMEOUT", "No input audio was received for too long");
            return Flow::Close(1008, "no input audio");
        }
        if due(self.phase_at()) {
            return self.next_phase();
        }
        Flow::Go
    }

    pub(super) fn next_phase(&mut self) -> Flow {
        match self.phase {
            Phase::Starting(_) => {
                self.start();
                Flow::Go
            }
            Phase::Ending(_, marker) if self.link.socket.is_blasting() => {
                self.phase = Phase::Ending(time::now() + BLAST_LOOK, marker);
                Flow::Go
            }
            Phase::Ending(_, marker) => self.finish_stream(marker),
            Phase::NoTask | Phase::Running | Phase::Paused | Phase::Over => Flow::Go,
        }
    }

    /// What was held back is sent first: the marker is always the last message.
    fn finish_stream(&mut self, marker: Option<&'static str>) -> Flow {
        for message in self.held.all() {
            self.send_now(message);
        }
        if let Some(marker) = marker.filter(|_| !self.link.session.faults.no_eos) {
            self.send(Outgoing::new(marker, serde_json::json!({})));
        }
        if self.link.session.faults.no_close {
            self.phase = Phase::Over;
            return Flow::Go;
        }
        Flow::Close(1000, "")
    }
}
