//! What is dropped of the input because too much waits.

use super::Chunks;
use crate::lock::lock;
use crate::session::input::lane::Lane;
use crate::sync::Ordering;

impl Chunks {
    /// Discards what is older than the newest `keep_ms`. Before READY only that may wait; after that at least two
    /// chunks, and on a slow line what it delivers in the time.
    /// Returns whether it did.
    pub fn drop_older_than(&mut self, keep_ms: u32, is_ready: bool) -> bool {
        self.leave_old_lanes();
        let shared = &self.shared;
        let most_ms = if is_ready {
            let rate = shared.sample_rate.load(Ordering::Relaxed);
            let chunks = 2 * shared.chunk.load(Ordering::Relaxed);
            // A suspicion costs no words: the line may only be far away.
            let is_suspected = shared.is_suspected.load(Ordering::Relaxed);
            let most = if is_suspected { shared.kept.load(Ordering::Relaxed) } else { shared.most_waiting() };
            most.max(shared.fitting(chunks, rate)) * 1000 / rate
        } else {
            keep_ms.into()
        };
        let on_its_way = self.rates.ms(shared.arrived(), self.taken_out());
        let excess = (self.waiting_ms() + on_its_way).saturating_sub(most_ms);
        excess > 0 && self.drop_oldest(excess) > 0
    }

    fn drop_oldest(&mut self, mut excess: u64) -> usize {
        let dropped = self.lane.drop_oldest(excess);
        let mut gone_us = us(dropped, self.lane.sample_rate);
        excess -= excess.min(dropped as u64 * 1000 / u64::from(self.lane.sample_rate));
        let mut gone = dropped;
        for lane in lock(&self.shared.lanes).iter_mut().flatten() {
            let dropped = lane.drop_oldest(excess);
            gone_us += us(dropped, lane.sample_rate);
            excess -= excess.min(dropped as u64 * 1000 / u64::from(lane.sample_rate));
            gone += dropped;
        }
        self.shared.dropped.fetch_add(gone as u64, Ordering::Relaxed);
        self.shared.dropped_us.fetch_add(gone_us, Ordering::Relaxed);
        self.shared.note_sent(gone);
        gone
    }

    fn waiting_ms(&self) -> u64 {
        let later: u64 = lock(&self.shared.lanes).iter().flatten().map(Lane::waiting_ms).sum();
        self.lane.waiting_ms() + later
    }
}

fn us(frames: usize, rate: u32) -> u64 {
    frames as u64 * 1_000_000 / u64::from(rate)
}
