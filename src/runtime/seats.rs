//! Seats in the ticker's table: a bit for each, by which any thread requests a visit.
//!
//! A request is one atomic operation, for audio threads: no lock, no allocation, no system call. The ticker reads one
//! word for 64 seats, so an idle session costs next to nothing.

use std::sync::Arc;

use crate::sync::{AtomicU64, Ordering};

/// Seats in a row.
pub(super) const SEATS: usize = u64::BITS as usize;

/// Alone on its cache line: many threads write here.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Row {
    requested: AtomicU64,
    taken: AtomicU64,
}

/// The seat of something that is watched, until this is dropped. The default is in a row that nobody visits.
#[derive(Default)]
pub struct Seat {
    row: Arc<Row>,
    /// Of the row, and in the row.
    pub(super) number: usize,
    pub(super) place: u32,
}

/// All rows of one ticker.
#[derive(Default)]
pub(super) struct Rows(Vec<Arc<Row>>);

impl Seat {
    /// Requests a visit at the next tick. What this thread has changed before is seen then. Wait-free: safe on a
    /// real-time thread.
    pub fn request_visit(&self) {
        // Also if the bit is set already: this write and the ticker's swap have one order. So either the visit in
        // progress sees what was changed, or another visit follows.
        self.row.requested.fetch_or(1 << self.place, Ordering::Release);
    }
}

#[cfg(test)]
impl Seat {
    pub fn is_requested(&self) -> bool {
        self.row.requested.load(Ordering::Relaxed) >> self.place & 1 == 1
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.row.taken.fetch_and(!(1 << self.place), Ordering::Release);
    }
}

impl Row {
    /// The seats that requested a visit since the last call, a bit for each.
    pub(super) fn take_requests(&self) -> u64 {
        // Most rows have none, and a read leaves their line where it is.
        if self.requested.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        self.requested.swap(0, Ordering::Acquire)
    }

    /// One caller at a time.
    fn take_seat(&self) -> Option<u32> {
        let free = !self.taken.load(Ordering::Acquire);
        let place = (free != 0).then(|| free.trailing_zeros())?;
        self.taken.fetch_or(1 << place, Ordering::Relaxed);
        Some(place)
    }
}

impl Rows {
    pub(super) fn take_seat(&mut self) -> Seat {
        for (number, row) in self.0.iter().enumerate() {
            if let Some(place) = row.take_seat() {
                return Seat { row: row.clone(), number, place };
            }
        }
        self.0.push(Arc::default());
        self.take_seat()
    }

    pub(super) fn list(&self) -> &[Arc<Row>] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_when_its_owner_is_gone() {
        let mut rows = Rows::default();
        let mut seats: Vec<Seat> = (0..SEATS + 2).map(|_| rows.take_seat()).collect();
        let place = |seat: &Seat| (seat.number, seat.place);
        assert_eq!([place(&seats[0]), place(&seats[63]), place(&seats[64])], [(0, 0), (0, 63), (1, 0)]);
        drop(seats.remove(7));
        assert_eq!(place(&rows.take_seat()), (0, 7));
        assert_eq!(rows.list().len(), 2);
    }

    /// Each owner changes something of its own and requests a visit, in all orders that the machine knows. The visitor
    /// reads only where a visit is requested, and must have seen every last change.
    #[test]
    fn no_request_is_lost_while_others_are_taken() {
        const CHANGES: u64 = 30_000;
        let mut rows = Rows::default();
        let owners: Vec<(Seat, AtomicU64)> = (0..3).map(|_| (rows.take_seat(), AtomicU64::new(0))).collect();
        let row = rows.list()[0].clone();
        std::thread::scope(|scope| {
            for (seat, changed) in &owners {
                scope.spawn(move || {
                    for change in 1..=CHANGES {
                        changed.store(change, Ordering::Relaxed);
                        seat.request_visit();
                    }
                });
            }
            let mut seen = [0; 3];
            // A lost one would leave this waiting for ever.
            while seen != [CHANGES; 3] {
                let requests = row.take_requests();
                for (n, (_, changed)) in owners.iter().enumerate().filter(|(n, _)| requests >> n & 1 == 1) {
                    let now = changed.load(Ordering::Relaxed);
                    assert!(now >= seen[n]);
                    seen[n] = now;
                }
            }
        });
    }
}
