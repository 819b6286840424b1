//! Where the blocks of a sound belong in time, though they come early or late.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::session::output::Taps;
use crate::session::output::mono::Mono;

/// What has not come after so long does not come.
pub(super) const LATE_MS: u64 = 300;
/// The earliest block of so long tells whether a sound has moved in time.
const SPAN_MS: u64 = 1000;

/// Tells the time in ms since the beginning. It is asked before and behind what was taken: a thread that stands still in between finds
/// late what was there, as any block can be, and never ahead of its time; and what was not there is not missing since then.
pub(super) type Time<'a> = &'a mut dyn FnMut() -> u64;

/// Of one sound. Counts samples; times are ms since the beginning.
pub(super) struct Course {
    rate: u64,
    /// How late a block may be without a gap, in samples.
    slack: u64,
    /// Until now, those that are gone included.
    end: u64,
    /// Nothing has come for a while.
    is_idle: bool,
    /// How far the earliest block was ahead of the time, and how far it usually is.
    earliest: Option<i64>,
    usual: i64,
}

impl Course {
    pub(super) fn new(rate: u32, slack_ms: u64) -> Course {
        let rate = rate.into();
        Course { rate, slack: slack_ms * rate / 1000, end: 0, is_idle: true, earliest: None, usual: 0 }
    }

    pub(super) fn in_ms(&self, ms: u64) -> u64 {
        ms * self.rate / 1000
    }

    /// So many samples have arrived between these times, since the last call. Returns what is missing before them.
    pub(super) fn arrive(&mut self, before_ms: u64, now_ms: u64, samples: usize) -> usize {
        if samples == 0 {
            let before = self.in_ms(before_ms).saturating_add_signed(self.usual);
            let gap = self.pad_until(before.saturating_sub(self.in_ms(LATE_MS)));
            self.is_idle |= gap > 0;
            return gap;
        }
        let now = self.in_ms(now_ms);
        let usual = now.saturating_add_signed(self.usual);
        let begin = usual.saturating_sub(samples as u64);
        let mut gap = 0;
        if self.is_idle || begin > self.end + self.slack {
            gap = self.pad_until(begin);
            self.is_idle = false;
        }
        self.end += samples as u64;
        let ahead = self.end as i64 - now as i64;
        self.earliest = self.earliest.max(Some(ahead));
        gap
    }

    /// It is known what has not come.
    pub(super) fn explain_gap(&mut self) {
        self.is_idle = false;
    }

    fn pad_until(&mut self, until: u64) -> usize {
        let missing = until.saturating_sub(self.end);
        self.end += missing;
        missing as usize
    }

    /// It goes on so many samples later.
    pub(super) fn move_by(&mut self, samples: i64) {
        self.end = self.end.saturating_add_signed(samples);
        self.usual += samples;
    }

    /// How far the earliest block since the last call was ahead of the time, which is usual from now on; `None`: there was none.
    pub(super) fn ahead(&mut self) -> Option<i64> {
        let ahead = self.earliest.take()?;
        self.usual = ahead;
        Some(ahead)
    }
}

/// Says when it is time to see whether sounds have moved.
#[derive(Default)]
pub(super) struct Span {
    checked_ms: u64,
}

impl Span {
    pub(super) fn is_over(&mut self, now_ms: u64) -> bool {
        let is_over = now_ms >= self.checked_ms + SPAN_MS;
        if is_over {
            self.checked_ms = now_ms;
        }
        is_over
    }
}

/// A sound that audio threads have copied, without its gaps.
pub(super) struct Side {
    pub taps: Arc<Taps>,
    pub course: Course,
    mono: Mono,
    arrived: Vec<i16>,
    pub waiting: VecDeque<i16>,
    /// Samples that come next and are too many.
    excess: usize,
}

impl Side {
    pub(super) fn new(taps: Arc<Taps>, rate: u32, slack_ms: u64) -> Side {
        Side {
            taps,
            course: Course::new(rate, slack_ms),
            mono: Mono::new(rate),
            arrived: Vec::new(),
            waiting: VecDeque::new(),
            excess: 0,
        }
    }

    /// Takes what has arrived until now.
    pub(super) fn take(&mut self, time: Time<'_>) {
        let Side { taps, course, mono, arrived, waiting, excess } = self;
        let before_ms = time();
        taps.drain(|rate, samples| arrived.extend(mono.convert(rate, samples)));
        let left_out = arrived.len().min(*excess);
        *excess -= left_out;
        let gap = course.arrive(before_ms, time(), arrived.len() - left_out);
        waiting.extend(std::iter::repeat_n(0, gap));
        waiting.extend(arrived.drain(..).skip(left_out));
    }

    /// Clocks drift, and lines stop and go on: what is late or early by more than that is moved.
    pub(super) fn align(&mut self, tolerance_ms: u64) {
        let tolerance = self.course.in_ms(tolerance_ms) as i64;
        let Some(ahead) = self.course.ahead().filter(|ahead| ahead.abs() > tolerance) else { return };
        if ahead > 0 {
            self.excess = ahead as usize;
            self.course.usual = 0;
        } else {
            self.waiting.extend(std::iter::repeat_n(0, ahead.unsigned_abs() as usize));
            self.course.move_by(-ahead);
        }
    }
}
