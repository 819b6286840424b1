//! How much a party has spoken.

use crate::sync::{AtomicU64, Ordering};

/// Counted by the thread for signal processing.
#[derive(Default)]
pub(super) struct Talk {
    spoke_ms: AtomicU64,
    spurts: AtomicU64,
    overlap_ms: AtomicU64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TalkStats {
    /// Pauses between words included.
    pub spoke_ms: u64,
    pub spurts: u64,
    /// While the other party spoke too.
    pub overlap_ms: u64,
}

impl Talk {
    #[cfg(feature = "vad")]
    pub(super) fn begin(&self) {
        self.spurts.fetch_add(1, Ordering::Relaxed);
    }

    #[cfg(feature = "vad")]
    pub(super) fn speak(&self, ms: u64) {
        self.spoke_ms.fetch_add(ms, Ordering::Relaxed);
    }

    #[cfg(feature = "vad")]
    pub(super) fn overlap(&self, ms: u64) {
        self.overlap_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(super) fn stats(&self) -> TalkStats {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        TalkStats {
            spoke_ms: load(&self.spoke_ms),
            spurts: load(&self.spurts),
            overlap_ms: load(&self.overlap_ms),
        }
    }
}
