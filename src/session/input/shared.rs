//! The counters that both ends share.

use crate::sync::{AtomicBool, AtomicU64, Ordering};
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use super::lane::{Lane, LaneEntry};
use crate::lock::{Mutex, Rank};
use crate::runtime::reserve::Reserve;

/// For `delivered`: nothing waits in the network.
pub(super) const ALL_SENT: u64 = u64::MAX;
/// For `speed`: the line takes audio as fast as it is spoken.
pub(super) const FULL_SPEED: u64 = 1000;

/// How long a chunk may take to leave.
const MOST_LEAVING_MS: u64 = 500;
/// Shorter ones would be mostly overhead.
const LEAST_CHUNK_MS: u64 = 40;

/// For `made_up`: no loss needs silence.
const EVERYTHING: u64 = u64::MAX;

/// What both sides share. All counters except the rate and the length of what was dropped are frames.
pub(super) struct Shared {
    /// Audio and losses.
    pub taken: AtomicU64,
    /// Losses of those.
    pub skipped: AtomicU64,
    /// Taken out of the rings: sent, gathered for the next chunk, or dropped.
    pub sent: AtomicU64,
    /// Of those, kept where another order of sending is, with a limit of its own, and not in a chunk yet.
    pub moved: AtomicU64,
    /// In chunks that were sent.
    pub passed: AtomicU64,
    /// Of those, acknowledged by the server's system, or `ALL_SENT`.
    pub delivered: AtomicU64,
    /// Thousandths of a second of audio that the line takes per second, at most 1000.
    pub speed: AtomicU64,
    /// Nobody has measured that speed yet.
    pub is_suspected: AtomicBool,
    pub dropped: AtomicU64,
    /// How long the dropped frames were, in us.
    pub dropped_us: AtomicU64,
    /// Dropped frames that the caller was told of.
    pub told: AtomicU64,
    /// Frames that were taken and dropped after that, of which the caller was not told.
    pub unsent: AtomicU64,
    /// The first frames, this many, must be sent even if they fill no chunk.
    pub flushed: AtomicU64,
    /// Frames of losses for which silence was sent already.
    pub made_up: AtomicU64,
    /// Fewer frames were taken than the caller had.
    pub was_refused: AtomicBool,
    /// `taken` when the current ring began.
    pub lane_start: AtomicU64,
    pub capacity: AtomicU64,
    /// How much of the capacity may wait until the oldest is dropped; all of it if nothing is.
    pub kept: AtomicU64,
    /// How much must wait in the current ring before the driver has work.
    pub needed: AtomicU64,
    /// When so many frames were taken the driver must make space in the ring.
    pub space_ends: AtomicU64,
    /// No driver makes space any more.
    pub is_unattended: AtomicBool,
    /// Frames that make a full chunk.
    pub chunk: AtomicU64,
    pub sample_rate: AtomicU64,
    /// Rings that the driver takes over later; `None` once it is gone.
    pub lanes: Mutex<Option<VecDeque<Lane>>>,
    /// For what comes when the ring is full.
    pub reserve: OnceLock<Arc<Reserve>>,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared {
            taken: AtomicU64::default(),
            skipped: AtomicU64::default(),
            sent: AtomicU64::default(),
            passed: AtomicU64::default(),
            delivered: AtomicU64::new(ALL_SENT),
            moved: AtomicU64::new(0),
            speed: AtomicU64::new(FULL_SPEED),
            is_suspected: AtomicBool::new(false),
            dropped: AtomicU64::default(),
            dropped_us: AtomicU64::default(),
            told: AtomicU64::default(),
            unsent: AtomicU64::default(),
            flushed: AtomicU64::default(),
            made_up: AtomicU64::default(),
            was_refused: AtomicBool::default(),
            lane_start: AtomicU64::default(),
            capacity: AtomicU64::default(),
            kept: AtomicU64::default(),
            needed: AtomicU64::default(),
            space_ends: AtomicU64::new(u64::MAX),
            is_unattended: AtomicBool::new(false),
            chunk: AtomicU64::default(),
            sample_rate: AtomicU64::default(),
            lanes: Mutex::new(Rank::Lanes, Some(VecDeque::new())),
            reserve: OnceLock::new(),
        }
    }
}

impl Shared {
    /// From now on that ring is filled; this many of its frames make a chunk.
    pub(super) fn begin(&self, inlet: &LaneEntry, chunk_frames: usize, headroom_ms: u32) {
        let capacity = inlet.capacity;
        let kept = capacity.saturating_sub(inlet.format.frames_in_ms(headroom_ms));
        self.kept.store(kept as u64, Ordering::Relaxed);
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

    /// Frames that the server's system has acknowledged, as far as ours reports.
    pub(super) fn arrived(&self) -> u64 {
        self.delivered.load(Ordering::Acquire).min(self.passed.load(Ordering::Acquire))
    }

    /// Frames that do not wait any more.
    pub(super) fn gone(&self) -> u64 {
        self.arrived() + self.dropped.load(Ordering::Acquire)
    }

    /// Frames in chunks that were sent, and dropped ones.
    pub(super) fn left(&self) -> u64 {
        self.passed.load(Ordering::Acquire) + self.dropped.load(Ordering::Acquire)
    }

    /// Silence for so many frames was sent in place of losses that the caller may still state. `is_over`: what was
    /// sent before does not count any more.
    pub(super) fn make_up(&self, is_over: bool, frames: u64) {
        if is_over || self.made_up.load(Ordering::Relaxed) == EVERYTHING {
            self.made_up.store(frames, Ordering::Relaxed);
        } else if frames > 0 {
            self.made_up.fetch_add(frames, Ordering::Relaxed);
        }
    }

    /// No loss needs silence: time stands still.
    pub(super) fn make_up_everything(&self) {
        self.made_up.store(EVERYTHING, Ordering::Relaxed);
    }

    /// Frames of a loss that need no silence. The sending thread calls it: one attempt, so that it never waits.
    pub(super) fn take_made_up(&self, frames: u64) -> u64 {
        let made_up = self.made_up.load(Ordering::Relaxed);
        if made_up == EVERYTHING {
            return frames;
        }
        let used = frames.min(made_up);
        let order = Ordering::Relaxed;
        let is_ours = self.made_up.compare_exchange(made_up, made_up - used, order, order).is_ok();
        if is_ours { used } else { 0 }
    }

    /// On a slow line, only as much as it delivers in the time of the capacity, but enough to fill a chunk.
    pub(super) fn most_waiting(&self) -> u64 {
        let capacity = self.kept.load(Ordering::Relaxed);
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
