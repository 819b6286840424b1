//! The counters that both ends share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

use super::lane::{Lane, LaneEntry};
use crate::lock::{Mutex, Rank};

/// For `delivered`: nothing waits in the network.
pub(super) const ALL_SENT: u64 = u64::MAX;
/// For `speed`: the line takes audio as fast as it is spoken.
pub(super) const FULL_SPEED: u64 = 1000;

/// How long a chunk may take to leave.
const MOST_LEAVING_MS: u64 = 500;
/// Shorter ones would be mostly overhead.
const LEAST_CHUNK_MS: u64 = 40;

/// What both sides share. All counters except the rate are frames.
pub(super) struct Shared {
    pub taken: AtomicU64,
    /// Taken out of the rings: sent or dropped.
    pub sent: AtomicU64,
    /// Acknowledged by the server's system, or `ALL_SENT`.
    pub delivered: AtomicU64,
    /// Thousandths of a second of audio that the line takes per second, at most 1000.
    pub speed: AtomicU64,
    pub dropped: AtomicU64,
    /// `taken` when the current ring began.
    pub lane_start: AtomicU64,
    pub capacity: AtomicU64,
    /// How much must wait in the current ring before the driver has work.
    pub needed: AtomicU64,
    /// Frames that make a full chunk.
    pub chunk: AtomicU64,
    pub sample_rate: AtomicU64,
    pub lanes: Mutex<VecDeque<Lane>>,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared {
            taken: AtomicU64::default(),
            sent: AtomicU64::default(),
            delivered: AtomicU64::new(ALL_SENT),
            speed: AtomicU64::new(FULL_SPEED),
            dropped: AtomicU64::default(),
            lane_start: AtomicU64::default(),
            capacity: AtomicU64::default(),
            needed: AtomicU64::default(),
            chunk: AtomicU64::default(),
            sample_rate: AtomicU64::default(),
            lanes: Mutex::new(Rank::Lanes, VecDeque::new()),
        }
    }
}

impl Shared {
    /// From now on that ring is filled; this many of its frames make a chunk.
    pub(super) fn begin(&self, inlet: &LaneEntry, chunk_frames: usize) {
        let capacity = inlet.producer.buffer().capacity() / inlet.frame_bytes;
        self.sample_rate.store(inlet.format.sample_rate.into(), Ordering::Relaxed);
        self.capacity.store(capacity as u64, Ordering::Relaxed);
        self.chunk.store(chunk_frames as u64, Ordering::Relaxed);
        self.needed.store(chunk_frames as u64, Ordering::Release);
        self.lane_start.store(self.taken.load(Ordering::Relaxed), Ordering::Release);
    }

    /// The part of a full chunk, in frames of either rate, that is sent at once. A chunk takes at most half a second
    /// to leave, because a ping behind it waits as long, and so does its own content.
    pub(super) fn fitting(&self, full: u64, frames_per_second: u64) -> u64 {
        match self.speed.load(Ordering::Relaxed) {
            FULL_SPEED => full,
            speed => {
                let least = frames_per_second * LEAST_CHUNK_MS / 1000;
                (frames_per_second * MOST_LEAVING_MS * speed / FULL_SPEED / 1000).max(least).min(full)
            }
        }
    }

    /// Frames that do not wait any more: dropped or acknowledged.
    pub(super) fn gone(&self) -> u64 {
        self.delivered.load(Ordering::Acquire).min(self.sent.load(Ordering::Acquire))
    }

    /// On a slow line, only as much as it delivers in the time of the capacity, but enough to fill a chunk.
    pub(super) fn most_waiting(&self) -> u64 {
        let capacity = self.capacity.load(Ordering::Relaxed);
        match self.speed.load(Ordering::Relaxed) {
            FULL_SPEED => capacity,
            speed => {
                let rate = self.sample_rate.load(Ordering::Relaxed);
                let chunk = self.fitting(self.chunk.load(Ordering::Relaxed), rate);
                // A chunk is recognised when all of it has arrived: on average half a chunk later.
                (capacity * speed / FULL_SPEED).saturating_sub(chunk / 2).max(2 * chunk).min(capacity)
            }
        }
    }

    pub(super) fn note_sent(&self, frames: usize) {
        let sent = self.sent.load(Ordering::Relaxed) + frames as u64;
        self.sent.store(sent, Ordering::Release);
    }
}
