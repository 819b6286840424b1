//! Two sounds at the same time: what was read, and what was sent.

use std::sync::Arc;

use super::side::{Side, Span, Time};
use crate::session::output::Taps;

/// How late a block may be without a gap.
const SLACK_MS: u64 = 100;
/// A delay is measured as exactly.
const TOLERANCE_MS: u64 = 10;

pub(super) struct Pair {
    read: Side,
    sent: Side,
    span: Span,
}

impl Pair {
    pub(super) fn new(read: Arc<Taps>, sent: Arc<Taps>, rate: u32) -> Pair {
        let [read, sent] = [read, sent].map(|taps| Side::new(taps, rate, SLACK_MS));
        Pair { read, sent, span: Span::default() }
    }

    /// Nobody sends any more.
    pub(super) fn is_over(&self) -> bool {
        Arc::strong_count(&self.sent.taps) == 1
    }

    /// Takes what has arrived until now.
    pub(super) fn take(&mut self, time: Time<'_>) {
        let is_due = self.span.is_over(time());
        for side in [&mut self.read, &mut self.sent] {
            side.take(time);
            if is_due {
                side.align(TOLERANCE_MS);
            }
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
