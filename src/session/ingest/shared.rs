//! The figures that both ends know.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

use super::inlet::Inlet;
use super::lane::Lane;

use crate::lock::{Mutex, Rank};

/// What both sides know. All figures but the rate are frames.
pub(super) struct Shared {
    pub taken: AtomicU64,
    /// Out of the rings: on its way, or dropped.
    pub sent: AtomicU64,
    pub dropped: AtomicU64,
    /// `taken` when the current ring began.
    pub lane_start: AtomicU64,
    pub capacity: AtomicU64,
    /// What must wait in the current ring for the driver to have something to do.
    pub needed: AtomicU64,
    pub sample_rate: AtomicU64,
    pub lanes: Mutex<VecDeque<Lane>>,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared {
            taken: AtomicU64::default(),
            sent: AtomicU64::default(),
            dropped: AtomicU64::default(),
            lane_start: AtomicU64::default(),
            capacity: AtomicU64::default(),
            needed: AtomicU64::default(),
            sample_rate: AtomicU64::default(),
            lanes: Mutex::new(Rank::Lanes, VecDeque::new()),
        }
    }
}

impl Shared {
    pub fn begin_lane(&self, inlet: &Inlet, lane: &Lane, chunk_frames: usize) {
        let capacity = inlet.producer.buffer().capacity() / inlet.frame_bytes;
        self.sample_rate.store(inlet.format.sample_rate.into(), Ordering::Relaxed);
        self.capacity.store(capacity as u64, Ordering::Relaxed);
        self.needed.store(lane.needed(chunk_frames) as u64, Ordering::Release);
        self.lane_start.store(self.taken.load(Ordering::Relaxed), Ordering::Release);
    }

    pub fn note_sent(&self, frames: usize) {
        let sent = self.sent.load(Ordering::Relaxed) + frames as u64;
        self.sent.store(sent, Ordering::Release);
    }
}
