//! The audio of a session that the network still has to deliver, and its speed.
//!
//! Audio that was written waits in the system until the line takes it. It counts as waiting until it is acknowledged.
//! A line that is slower than the audio gets less: shorter chunks, and no more than it delivers within the time that
//! `input_buffer_ms` stands for.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Sent;
use crate::net::websocket::{Gauge, Level};

/// How long the line is observed before it is judged.
const FIRST_LOOK: Duration = Duration::from_millis(200);
/// Measurements cover the last one or two of these periods.
const WINDOW: Duration = Duration::from_secs(1);
/// Data that is unacknowledged for longer than a round trip and this time waits in the network.
const LATE: Duration = Duration::from_millis(200);
/// The same for the very first chunk: half a second of audio would take seconds on a slow line.
const FIRST_LATE: Duration = Duration::from_millis(60);
/// Assumed speed of a line whose first chunk is late.
const SUSPECT_SPEED: f64 = 0.15;
/// Assumed speed of a line that may be distant rather than slow, as far as the system reports.
const LEAST_DISTANT_SPEED: f64 = 0.25;
/// A longer time between two acknowledgements is an interruption, and says nothing about the speed.
const INTERRUPTION: Duration = Duration::from_secs(1);

/// State of one open stream. Only the library's thread uses it.
pub(crate) struct Uplink {
    gauge: Arc<Gauge>,
    /// Chunks that were not acknowledged, oldest first.
    flight: VecDeque<Flight>,
    last: Level,
    looked: Instant,
    window: Window,
    before: Window,
    /// Since the last acknowledgement.
    silence: Window,
    /// For a line without waiting data.
    round_trip: Duration,
    /// Bytes per second, once the line was found slow.
    capacity: Option<f64>,
    /// The line could not take everything at once, so it is not only distant.
    is_saturated: bool,
    /// A whole chunk has arrived.
    is_proven: bool,
    /// The first chunk is late and arrives more slowly than real time: an assumption until the line is measured.
    is_suspect: bool,
    /// Bytes per second that the audio needs.
    needed: f64,
    /// The caller's frames that were acknowledged before anything that is on its way.
    delivered: u64,
}

/// One chunk: its position in the stream, and the caller's frames in it.
struct Flight {
    begin: u64,
    end: u64,
    frames: Sent,
    at: Instant,
}

/// What the line delivered while it had data.
#[derive(Clone, Copy, Default)]
struct Window {
    busy: Duration,
    /// Part of that time in which not everything could be sent.
    saturated: Duration,
    bytes: u64,
}

/// Result of a look at the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    /// Number of the caller's frames that are acknowledged.
    pub delivered: u64,
    /// Seconds of audio that the line takes per second; infinite until it is found slow.
    pub speed: f64,
    /// That speed is an assumption.
    pub is_suspected: bool,
}

impl Uplink {
    pub(crate) fn new(gauge: Arc<Gauge>, now: Instant) -> Uplink {
        Uplink {
            last: gauge.look(),
            gauge,
            flight: VecDeque::new(),
            looked: now,
            window: Window::default(),
            before: Window::default(),
            silence: Window::default(),
            round_trip: Duration::ZERO,
            capacity: None,
            is_saturated: false,
            is_proven: false,
            is_suspect: false,
            needed: 0.0,
            delivered: 0,
        }
    }

    /// A chunk of this many seconds was queued behind everything else.
    pub(crate) fn queued(&mut self, frames: Sent, seconds: f64, now: Instant) {
        let (begin, end) = (self.gauge.last_frame(), self.gauge.queued());
        if self.is_idle() {
            // Earlier data is not part of the measurement.
            self.last = Level { queued: begin, sent: begin, acknowledged: begin };
            self.silence = Window::default();
            if self.round_trip.is_zero() {
                self.round_trip = self.gauge.round_trip();
            }
            // The round trip says nothing about the speed.
            self.looked = now + self.round_trip;
        }
        // Counts as sent until the next look: most chunks are sent at once.
        self.last.sent += end.saturating_sub(self.last.queued);
        self.last.queued = end;
        if seconds > 0.0 {
            self.needed = (end - begin) as f64 / seconds;
        }
        self.flight.push_back(Flight { begin, end, frames, at: now });
    }

    /// Nothing is unacknowledged.
    pub(crate) fn is_idle(&self) -> bool {
        self.flight.is_empty()
    }

    /// Returns whether there is a chunk with the caller's audio of which nothing is acknowledged.
    pub(crate) fn is_unheard(&self) -> bool {
        let has_audio = self.flight.iter().filter(|flight| flight.frames.count() > 0);
        has_audio.map(|flight| flight.begin).any(|begin| begin >= self.last.acknowledged)
    }

    /// The service has heard everything. What the system does not acknowledge any more are answers to pings and the like,
    /// whose length on an encrypted line is not known exactly.
    pub(crate) fn all_is_heard(&mut self) {
        if let Some(flight) = self.flight.drain(..).next_back() {
            self.delivered = flight.frames.end;
        }
    }

    /// Returns whether a message waits until the system has sent what it holds.
    pub(crate) fn is_awaited(&self) -> bool {
        self.gauge.is_awaited()
    }

    pub(crate) fn look(&mut self, now: Instant) -> Seen {
        let level = self.gauge.look();
        self.note(level, now);
        self.seen()
    }

    fn note(&mut self, mut level: Level, now: Instant) {
        level.acknowledged = level.acknowledged.max(self.last.acknowledged);
        let bytes = level.acknowledged - self.last.acknowledged;
        if self.last.acknowledged < self.last.queued {
            let step = now.saturating_duration_since(self.looked);
            self.silence.busy += step;
            if self.last.sent < self.last.queued {
                self.silence.saturated += step;
            }
        }
        if bytes > 0 {
            let silence = std::mem::take(&mut self.silence);
            self.window.busy += silence.busy.min(INTERRUPTION);
            self.window.saturated += silence.saturated.min(INTERRUPTION);
            self.window.bytes += bytes;
        }
        self.looked = self.looked.max(now);
        self.last = level;
        while let Some(flight) = self.flight.front().filter(|flight| flight.end <= level.acknowledged) {
            self.delivered = flight.frames.end;
            self.is_proven = true;
            self.flight.pop_front();
        }
        self.suspect(now);
        let is_late = self.flight.front().is_some_and(|flight| now - flight.at > LATE + self.round_trip);
        self.judge(is_late);
        if self.window.busy >= WINDOW {
            self.before = std::mem::take(&mut self.window);
        }
    }

    /// Where the system reports no round trip time, a distant line looks the same.
    fn suspect(&mut self, now: Instant) {
        let first = self.flight.front().filter(|_| !self.is_proven && !self.round_trip.is_zero());
        self.is_suspect = first.is_some_and(|flight| {
            let late = (now - flight.at).saturating_sub(self.round_trip);
            let arrived = self.last.acknowledged.saturating_sub(flight.begin) as f64;
            late > FIRST_LATE && arrived < self.needed * late.as_secs_f64()
        });
    }

    /// Only a line that could not take everything at once, or is late, shows its speed. Any line shows a lower bound.
    fn judge(&mut self, is_late: bool) {
        let (now, before) = (self.window, self.before);
        let (busy, bytes) = (now.busy + before.busy, now.bytes + before.bytes);
        if busy < FIRST_LOOK || bytes == 0 {
            return;
        }
        let measured = bytes as f64 / busy.as_secs_f64();
        self.is_saturated = 2 * (now.saturated + before.saturated) >= busy;
        if self.is_saturated || is_late || self.capacity.is_some_and(|capacity| capacity < measured) {
            self.capacity = Some(measured);
        }
    }

    /// As of the last look.
    pub(crate) fn seen(&self) -> Seen {
        let delivered = self.flight.front().map_or(self.delivered, |flight| {
            let done = self.last.acknowledged.saturating_sub(flight.begin) as f64;
            let part = (done / (flight.end - flight.begin).max(1) as f64).min(1.0);
            flight.frames.begin + (flight.frames.count() as f64 * part) as u64
        });
        let speed = match self.capacity {
            Some(capacity) if self.needed > 0.0 => {
                let is_known = self.is_saturated || !self.round_trip.is_zero();
                let least = if is_known { 0.0 } else { LEAST_DISTANT_SPEED };
                (capacity / self.needed).max(least)
            }
            None if self.is_suspect => SUSPECT_SPEED,
            _ => f64::INFINITY,
        };
        Seen { delivered, speed, is_suspected: self.capacity.is_none() && self.is_suspect }
    }
}
