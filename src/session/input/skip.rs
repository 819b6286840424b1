//! Frames that the caller lost: silence takes their place.
//!
//! A ring beside that of the audio says where they belong, so that any number of them costs the same.

use crate::sync::{AtomicU64, Ordering};
use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

/// Losses that may wait: one for each packet of this length, which is shorter than any that is common.
const PACKET_MS: u32 = 10;
const LEAST: u32 = 64;

/// Frames that were lost, after this many frames of the lane. Without the upper half of that number: what waits is much less.
#[derive(Clone, Copy, Default)]
struct Skip {
    at: u32,
    frames: u32,
}

/// The callers' side.
pub(super) struct SkipEntry {
    producer: Producer<Skip>,
    entered: Arc<AtomicU64>,
}

/// The driver's side.
pub(super) struct Skips {
    consumer: Consumer<Skip>,
    entered: Arc<AtomicU64>,
    left: u64,
    /// Frames of the first loss that were taken.
    begun: u32,
}

pub(super) fn open_skips(buffer_ms: u32) -> (SkipEntry, Skips) {
    let losses = (buffer_ms / PACKET_MS).max(LEAST) as usize;
    let (mut producer, consumer) = RingBuffer::new(losses);
    // As with the ring of the audio: no page fault later.
    drop(producer.write_chunk(losses));
    let entered = Arc::new(AtomicU64::new(0));
    (SkipEntry { producer, entered: entered.clone() }, Skips { consumer, entered, left: 0, begun: 0 })
}

impl SkipEntry {
    /// Returns the frames that were entered: all or none.
    pub(super) fn enter(&mut self, at: u64, frames: u64) -> u64 {
        // As many as may wait.
        let Ok(count) = u32::try_from(frames) else { return 0 };
        if count == 0 || self.producer.push(Skip { at: at as u32, frames: count }).is_err() {
            return 0;
        }
        self.entered.fetch_add(frames, Ordering::Release);
        frames
    }
}

impl Skips {
    pub(super) fn waiting(&self) -> usize {
        // A loss can be taken a moment before it is counted.
        self.entered.load(Ordering::Acquire).saturating_sub(self.left) as usize
    }

    /// The frames of audio between this position and the next loss, and the frames of that.
    pub(super) fn next(&self, position: u64) -> Option<(usize, usize)> {
        let first = self.consumer.peek().ok()?;
        let before = first.at.wrapping_add(self.begun).wrapping_sub(position as u32) as i32;
        Some((before.max(0) as usize, (first.frames - self.begun) as usize))
    }

    /// Takes this many frames of the next loss, which has as many.
    pub(super) fn take(&mut self, frames: usize) {
        let Ok(&Skip { frames: all, .. }) = self.consumer.peek() else { return };
        self.begun += frames as u32;
        self.left += frames as u64;
        if self.begun >= all {
            let _ = self.consumer.pop();
            self.begun = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day of 48 kHz is nearly as long as 32 bits count.
    #[test]
    fn losses_keep_their_places_on_a_line_of_many_days() {
        let (mut entry, mut skips) = open_skips(100);
        let day = u64::from(u32::MAX) - 10;
        assert_eq!((entry.enter(day, 7), entry.enter(day + 20, 5)), (7, 5));
        assert_eq!((skips.next(day - 3), skips.waiting()), (Some((3, 7)), 12));
        skips.take(4);
        assert_eq!(skips.next(day + 4), Some((0, 3)));
        skips.take(3);
        assert_eq!((skips.next(day + 7), skips.waiting()), (Some((13, 5)), 5));
        skips.take(5);
        assert_eq!((skips.next(day + 25), skips.waiting()), (None, 0));
    }
}
