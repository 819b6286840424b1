//! The clocks of a stream: start, end, idling, pings, and the faults that wait for a time.

use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::super::messages::{self, Outgoing};
use super::{Flow, PING_EVERY, Phase, Stream};

/// Pings of a stream that reads nothing, so that it looks alive.
const STALLED_PING_EVERY: Duration = Duration::from_secs(1);
/// How soon to look again whether a blast is over.
const BLAST_LOOK: Duration = Duration::from_millis(5);

impl Stream {
    pub(super) fn idle_at(&self) -> Option<Instant> {
        // Who does not read cannot complain that nothing comes.
        (self.phase == Phase::Running && self.socket.is_reading())
            .then(|| self.last_audio + self.shared.config.idle_timeout)
    }

    pub(super) fn stall_at(&self) -> Option<Instant> {
        (self.phase == Phase::Running).then(|| self.pacing.stall_at()).flatten()
    }

    pub(super) fn phase_at(&self) -> Option<Instant> {
        match self.phase {
            Phase::Starting(at) => at,
            // All speech leaves before the marker.
            Phase::Ending(at, _) => Some(self.held.speech_until().map_or(at, |speech| speech.max(at))),
            Phase::NoTask | Phase::Running | Phase::Paused | Phase::Over => None,
        }
    }

    pub(super) fn next_event(&self) -> Instant {
        let faults = &self.session.faults;
        let fault = |after: Option<Duration>| after.map(|d| self.opened + d);
        let stall_reading = fault(faults.stall_reading_after).filter(|_| self.socket.is_reading());
        [
            fault(faults.reset_after),
            fault(faults.silent_after),
            fault(faults.close().map(|c| c.0)),
            self.idle_at(),
            self.stall_at(),
            self.phase_at(),
            self.held.next_at(),
            self.session.expires_at(),
            stall_reading,
        ]
        .into_iter()
        .flatten()
        .fold(self.next_ping, Instant::min)
    }

    /// A message that has already arrived goes first: a busy server must not blame its clients for silence.
    pub(super) fn on_timer(&mut self) -> Flow {
        let flow = match self.socket.next().now_or_never() {
            Some(Some(message)) => self.on_message(message),
            Some(None) => Flow::Gone(None),
            None => Flow::Go,
        };
        if matches!(flow, Flow::Go) { self.on_time(Instant::now()) } else { flow }
    }

    pub(super) fn on_time(&mut self, now: Instant) -> Flow {
        let faults = &self.session.faults;
        let due = |at: Option<Instant>| at.is_some_and(|at| now >= at);
        let fault = |after: Option<Duration>| due(after.map(|d| self.opened + d));
        if fault(faults.reset_after) {
            return Flow::Reset;
        }
        if fault(faults.silent_after) {
            return Flow::Silent;
        }
        if let Some((after, code)) = faults.close()
            && fault(Some(after))
        {
            return Flow::Close(code, "closed on purpose");
        }
        if due(self.session.expires_at()) {
            return Flow::Close(1008, "session expired");
        }
        if fault(faults.stall_reading_after) && self.socket.is_reading() {
            self.socket.stop_reading();
            self.next_ping = now;
        }
        self.send_due(now);
        if now >= self.next_ping {
            let reads = self.socket.is_reading();
            self.next_ping = now + if reads { PING_EVERY } else { STALLED_PING_EVERY };
            self.socket.send(Message::Ping(Default::default()), None);
        }
        if due(self.stall_at())
            && let Some(warning) = self.pacing.stalled(now)
        {
            self.send(messages::warning(warning));
        }
        if due(self.idle_at()) {
            self.send_error("SERVICE_TIMEOUT", "No input audio was received for too long");
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
            Phase::Ending(_, marker) if self.socket.is_blasting() => {
                self.phase = Phase::Ending(Instant::now() + BLAST_LOOK, marker);
                Flow::Go
            }
            Phase::Ending(_, marker) => self.finish_stream(marker),
            Phase::NoTask | Phase::Running | Phase::Paused | Phase::Over => Flow::Go,
        }
    }

    /// What was held back comes first: the marker is always the last message.
    fn finish_stream(&mut self, marker: Option<&'static str>) -> Flow {
        for message in self.held.all() {
            self.send_now(message);
        }
        if let Some(marker) = marker.filter(|_| !self.session.faults.no_eos) {
            self.send(Outgoing::new(marker, serde_json::json!({})));
        }
        if self.session.faults.no_close {
            self.phase = Phase::Over;
            return Flow::Go;
        }
        Flow::Close(1000, "")
    }
}
