//! The sessions and calls that are there, and the sums of those that were.

use std::sync::{Arc, Weak};

use super::sums::Sums;
use crate::error::Status;
use crate::lock::{Mutex, Rank, lock};

/// Of which kind a session is, or that it is a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Translation,
    Stt,
    Tts,
    Call,
}

/// What has figures that grow.
pub trait Metered: Send + Sync {
    fn sums(&self) -> Sums;
}

/// Of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub opened: u64,
    /// How many are over, by the status.
    pub closed: Vec<(Status, u64)>,
    pub sums: Sums,
}

/// Of one client.
pub struct Metrics {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    live: Vec<(Kind, Weak<dyn Metered>)>,
    past: [Totals; Kind::ALL.len()],
}

impl Kind {
    pub(super) const ALL: [Kind; 4] = [Kind::Translation, Kind::Stt, Kind::Tts, Kind::Call];
}

impl Totals {
    pub(super) fn open(&self) -> u64 {
        self.opened - self.closed.iter().map(|(_, count)| count).sum::<u64>()
    }

    fn close(&mut self, status: Status) {
        match self.closed.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => self.closed.push((status, 1)),
        }
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics { state: Mutex::new(Rank::Metrics, State::default()) }
    }
}

impl Metrics {
    pub fn enter(&self, kind: Kind, metered: &Arc<impl Metered + 'static>) {
        let metered: Weak<dyn Metered> = Arc::downgrade(&(metered.clone() as Arc<dyn Metered>));
        let mut state = lock(&self.state);
        state.past[kind as usize].opened += 1;
        state.live.push((kind, metered));
    }

    /// It is over: its figures do not change any more.
    pub fn leave(&self, metered: &Arc<impl Metered>, status: Status) {
        // Gathered before: no other lock is taken under this one.
        let sums = metered.sums();
        let address = Arc::as_ptr(metered).cast::<()>();
        let mut state = lock(&self.state);
        let place = state.live.iter().position(|(_, live)| live.as_ptr().cast::<()>() == address);
        let Some((kind, _)) = place.map(|place| state.live.swap_remove(place)) else { return };
        let totals = &mut state.past[kind as usize];
        totals.close(status);
        totals.sums.add(&sums);
    }

    /// Of all until now, by [`Kind`]. None of them is ever lower than before.
    pub(super) fn totals(&self) -> [Totals; Kind::ALL.len()] {
        let (live, mut totals) = {
            let state = lock(&self.state);
            let live = state.live.iter().filter_map(|(kind, live)| Some((*kind, live.upgrade()?)));
            (live.collect::<Vec<_>>(), state.past.clone())
        };
        for (kind, metered) in live {
            totals[kind as usize].sums.add(&metered.sums());
        }
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{AtomicU64, Ordering};

    #[derive(Default)]
    struct Session(AtomicU64);

    impl Metered for Session {
        fn sums(&self) -> Sums {
            Sums { sent_us: self.0.load(Ordering::Relaxed), ..Sums::default() }
        }
    }

    #[test]
    fn what_was_counted_stays_and_what_goes_on_counts_until_now() {
        let metrics = Metrics::default();
        let [first, second] = [(); 2].map(|()| Arc::new(Session::default()));
        metrics.enter(Kind::Translation, &first);
        metrics.enter(Kind::Stt, &second);
        first.0.store(5, Ordering::Relaxed);
        second.0.store(7, Ordering::Relaxed);
        let sent = || metrics.totals().map(|totals| (totals.open(), totals.sums.sent_us));
        assert_eq!(sent(), [(1, 5), (1, 7), (0, 0), (0, 0)]);
        metrics.leave(&first, Status::ConnectionLost);
        first.0.store(9, Ordering::Relaxed);
        // Only once, and only what has entered.
        metrics.leave(&first, Status::Ok);
        metrics.leave(&Arc::new(Session::default()), Status::Ok);
        drop(first);
        assert_eq!(sent(), [(0, 5), (1, 7), (0, 0), (0, 0)]);
        let [translation, stt, ..] = metrics.totals();
        assert_eq!((translation.opened, translation.closed), (1, vec![(Status::ConnectionLost, 1)]));
        assert_eq!((stt.opened, stt.closed), (1, vec![]));
    }
}
