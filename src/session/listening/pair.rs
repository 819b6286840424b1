//! Two sounds at the same time: what was read, and what was sent.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::session::output::Taps;
use crate::session::output::mono::Mono;

/// How late a block may be without a gap.
const SLACK_MS: u64 = 100;
/// What has not come after so long does not come.
const LATE_MS: u64 = 300;
/// Within this both stay together.
const TOLERANCE_MS: i64 = 10;
/// The earliest block of so long tells whether a sound has moved in time.
const SPAN_MS: u64 = 1000;

pub(super) struct Pair {
    read: Side,
    sent: Side,
    checked_ms: u64,
}

struct Side {
    taps: Arc<Taps>,
    mono: Mono,
    arrived: Vec<i16>,
    waiting: VecDeque<i16>,
    /// Samples until now, those that are gone included.
    end: u64,
    has_begun: bool,
    /// How far the earliest block was ahead of the time.
    earliest: Option<i64>,
    /// Samples that come next and are too many.
    excess: usize,
}

impl Pair {
    pub(super) fn new(read: Arc<Taps>, sent: Arc<Taps>, rate: u32) -> Pair {
        Pair { read: Side::new(read, rate), sent: Side::new(sent, rate), checked_ms: 0 }
    }

    /// Nobody sends any more.
    pub(super) fn is_over(&self) -> bool {
        Arc::strong_count(&self.sent.taps) == 1
    }

    /// Takes what has arrived until now; times are ms since the beginning.
    pub(super) fn take(&mut self, now_ms: u64) {
        let is_due = now_ms >= self.checked_ms + SPAN_MS;
        for side in [&mut self.read, &mut self.sent] {
            side.take(now_ms);
            if is_due {
                side.align();
            }
        }
        if is_due {
            self.checked_ms = now_ms;
        }
    }

    /// What was read and sent at the same time.
    pub(super) fn next(&mut self) -> Option<(i16, i16)> {
        if self.read.waiting.is_empty() || self.sent.waiting.is_empty() {
            return None;
        }
        self.read.waiting.pop_front().zip(self.sent.waiting.pop_front())
    }
}

impl Side {
    fn new(taps: Arc<Taps>, rate: u32) -> Side {
        Side {
            taps,
            mono: Mono::new(rate),
            arrived: Vec::new(),
            waiting: VecDeque::new(),
            end: 0,
            has_begun: false,
            earliest: None,
            excess: 0,
        }
    }

    fn frames_in(&self, ms: u64) -> u64 {
        ms * u64::from(self.mono.rate()) / 1000
    }

    fn take(&mut self, now_ms: u64) {
        let Side { taps, mono, arrived, .. } = self;
        taps.drain(|rate, samples| arrived.extend(mono.convert(rate, samples)));
        let now = self.frames_in(now_ms);
        if self.arrived.is_empty() {
            self.pad(now.saturating_sub(self.frames_in(LATE_MS)));
            return;
        }
        let begin = now.saturating_sub(self.arrived.len() as u64);
        if !self.has_begun || begin > self.end + self.frames_in(SLACK_MS) {
            self.pad(begin);
            self.has_begun = true;
        }
        let excess = self.excess.min(self.arrived.len());
        self.excess -= excess;
        self.end += (self.arrived.len() - excess) as u64;
        self.waiting.extend(self.arrived.drain(..).skip(excess));
        let ahead = self.end as i64 - now as i64;
        self.earliest = self.earliest.max(Some(ahead));
    }

    fn pad(&mut self, until: u64) {
        let missing = until.saturating_sub(self.end);
        self.waiting.extend(std::iter::repeat_n(0, missing as usize));
        self.end += missing;
    }

    /// Clocks drift, and lines stop and go on: what is late or early by more than a little is moved.
    fn align(&mut self) {
        let tolerance = TOLERANCE_MS * i64::from(self.mono.rate()) / 1000;
        match self.earliest.take() {
            Some(ahead) if ahead > tolerance => self.excess = ahead as usize,
            Some(ahead) if ahead < -tolerance => self.pad(self.end + ahead.unsigned_abs()),
            _ => {}
        }
    }
}
