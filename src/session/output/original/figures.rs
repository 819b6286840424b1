//! How the original reaches one player: counted by the player, read from any thread.

use crate::sync::{AtomicU64, Ordering};

/// One player writes. Each value is independent, so there is no order between them.
#[derive(Default)]
pub(crate) struct OriginalFigures {
    lag_us: AtomicU64,
    most_lag_us: AtomicU64,
    concealed_ns: AtomicU64,
    lost_ns: AtomicU64,
    skipped_ns: AtomicU64,
}

/// A snapshot, in ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OriginalStats {
    /// How much waited before the last read, and the most that ever did.
    pub lag_ms: u64,
    pub most_lag_ms: u64,
    /// Sound that was made up for what was late or lost.
    pub concealed_ms: u64,
    /// What the speaker lost on its way here.
    pub lost_ms: u64,
    /// What was here and was not heard, because too much waited.
    pub skipped_ms: u64,
}

impl OriginalFigures {
    /// This many frames wait.
    pub(crate) fn note_lag(&self, frames: usize, rate: u32) {
        let us = frames as u64 * 1_000_000 / u64::from(rate);
        self.lag_us.store(us, Ordering::Relaxed);
        if us > self.most_lag_us.load(Ordering::Relaxed) {
            self.most_lag_us.store(us, Ordering::Relaxed);
        }
    }

    pub(crate) fn conceal(&self, frames: usize, rate: u32) {
        add(&self.concealed_ns, frames, rate);
    }

    pub(crate) fn lose(&self, frames: usize, rate: u32) {
        add(&self.lost_ns, frames, rate);
    }

    pub(crate) fn skip(&self, frames: usize, rate: u32) {
        add(&self.skipped_ns, frames, rate);
    }

    pub(crate) fn stats(&self) -> OriginalStats {
        let ms = |counter: &AtomicU64, parts: u64| counter.load(Ordering::Relaxed) / parts;
        OriginalStats {
            lag_ms: ms(&self.lag_us, 1000),
            most_lag_ms: ms(&self.most_lag_us, 1000),
            concealed_ms: ms(&self.concealed_ns, 1_000_000),
            lost_ms: ms(&self.lost_ns, 1_000_000),
            skipped_ms: ms(&self.skipped_ns, 1_000_000),
        }
    }
}

/// There is one writer: a plain addition is enough.
fn add(counter: &AtomicU64, frames: usize, rate: u32) {
    let ns = frames as u64 * 1_000_000_000 / u64::from(rate);
    counter.store(counter.load(Ordering::Relaxed) + ns, Ordering::Relaxed);
}
