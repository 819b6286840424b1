//! Space for what the caller sends while nothing is taken out of the ring.

use super::Chunks;
use crate::lock::lock;
use crate::session::input::lane::Lane;
use crate::sync::Ordering;

impl Chunks {
    /// Makes space in the ring that is filled, and says when that is needed again.
    pub(crate) fn keep_space(&mut self) {
        let shared = &self.shared;
        let reserve = shared.reserve.get().map(|reserve| &**reserve);
        // Counted first: what comes meanwhile makes the space smaller than it is assumed to be.
        let taken = shared.taken.load(Ordering::Acquire);
        let chunk = shared.chunk.load(Ordering::Relaxed) as usize;
        let mut space = self.lane.keep_space(chunk, reserve);
        if let Some(of_last) = self.with_last_lane(|lane| lane.keep_space(chunk, reserve)) {
            space = of_last;
        }
        let ends = space.map_or(u64::MAX, |frames| taken + frames as u64);
        shared.space_ends.store(ends, Ordering::Relaxed);
    }

    /// From now on nobody makes space.
    pub(crate) fn leave_alone(&mut self) {
        self.shared.is_unattended.store(true, Ordering::Release);
        self.lane.leave();
        self.with_last_lane(Lane::leave);
    }

    /// The one that is filled, if that is not the present one. Another thread only adds behind it, and nothing is made or
    /// freed under the lock.
    fn with_last_lane<T>(&self, what: impl FnOnce(&mut Lane) -> T) -> Option<T> {
        if !self.lane.is_abandoned() {
            return None;
        }
        let (place, mut last) = lock(&self.shared.lanes)
            .as_mut()
            .and_then(|lanes| lanes.pop_back().map(|last| (lanes.len(), last)))?;
        let done = what(&mut last);
        if let Some(lanes) = lock(&self.shared.lanes).as_mut() {
            lanes.insert(place, last);
        }
        Some(done)
    }
}
