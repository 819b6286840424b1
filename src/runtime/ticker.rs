//! One periodic tick that visits the sessions that wait for something.
//!
//! `send_audio` must not wake a thread, because that is a system call on an audio thread. So the runtime checks every
//! few milliseconds which rings hold a chunk. What waits for nothing rests: it is not visited until a visit is
//! requested, which an audio thread can do. The tick goes on meanwhile, because only a system call could begin it again,
//! and sleeps when nothing is live.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use super::seats::{Row, Rows, SEATS, Seat};
use crate::lock::{Mutex, Rank, lock};

const INTERVAL: Duration = Duration::from_millis(10);

/// When to visit again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At the next tick.
    Visit,
    /// When a visit is requested.
    Rest,
    /// Never.
    Over,
}

/// Something that is checked at a tick.
pub trait Tick: Send + Sync {
    fn tick(&self) -> Next;

    /// The library's thread ends: there will be no further tick.
    fn unwatched(&self) {}
}

pub struct Ticker {
    joining: Mutex<Joining>,
    added: Notify,
}

#[derive(Default)]
struct Joining {
    rows: Rows,
    /// Join at the next tick. Only the ticker uses its members, so nothing is called under a lock.
    new: Vec<(usize, u32, Arc<dyn Tick>)>,
}

impl Default for Ticker {
    fn default() -> Ticker {
        Ticker { joining: Mutex::new(Rank::Ticker, Joining::default()), added: Notify::new() }
    }
}

impl Ticker {
    /// A seat for something that will be watched. Known before anything is sent to it, so no request is lost.
    pub fn seat(&self) -> Seat {
        lock(&self.joining).rows.take_seat()
    }

    /// Visits it at the next tick, and then as it says. Must keep its seat until it is over.
    pub fn watch(&self, seat: &Seat, what: Arc<dyn Tick>) {
        lock(&self.joining).new.push((seat.number, seat.place, what));
        self.added.notify_one();
    }

    pub(crate) async fn run(&self) {
        let mut watched = Watched { ticker: self, rows: Vec::new() };
        loop {
            self.added.notified().await;
            let mut interval = tokio::time::interval(INTERVAL);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while watched.look() {
                interval.tick().await;
            }
        }
    }
}

struct Watched<'a> {
    ticker: &'a Ticker,
    rows: Vec<Members>,
}

/// What has the seats of one row.
struct Members {
    row: Arc<Row>,
    list: [Option<Arc<dyn Tick>>; SEATS],
    /// To visit at the next tick, a bit for each seat.
    due: u64,
    count: usize,
}

impl Watched<'_> {
    fn look(&mut self) -> bool {
        self.join();
        self.rows.iter_mut().for_each(Members::visit);
        self.rows.iter().any(|row| row.count > 0)
    }

    fn join(&mut self) {
        let mut joining = lock(&self.ticker.joining);
        if joining.new.is_empty() {
            return;
        }
        let rows = joining.rows.list()[self.rows.len()..].iter().cloned();
        self.rows.extend(rows.map(Members::of));
        for (number, place, what) in joining.new.drain(..) {
            self.rows[number].join(place, what);
        }
    }
}

impl Members {
    fn of(row: Arc<Row>) -> Members {
        Members { row, list: [const { None }; SEATS], due: 0, count: 0 }
    }

    fn join(&mut self, place: u32, what: Arc<dyn Tick>) {
        debug_assert!(self.list[place as usize].is_none(), "a seat has two owners");
        self.list[place as usize] = Some(what);
        self.due |= 1 << place;
        self.count += 1;
    }

    fn visit(&mut self) {
        let mut due = self.row.take_requests() | std::mem::take(&mut self.due);
        while due != 0 {
            let place = due.trailing_zeros();
            due &= due - 1;
            let member = &mut self.list[place as usize];
            match member.as_ref().map(|member| member.tick()) {
                Some(Next::Visit) => self.due |= 1 << place,
                Some(Next::Over) => {
                    *member = None;
                    self.count -= 1;
                }
                Some(Next::Rest) | None => {}
            }
        }
    }
}

/// Runs when the ticker's task ends, for any reason.
impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.join();
        self.rows.iter().flat_map(|row| &row.list).flatten().for_each(|what| what.unwatched());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts its visits, and says what follows.
    struct Member(AtomicUsize, Next);

    impl Tick for Member {
        fn tick(&self) -> Next {
            self.0.fetch_add(1, Ordering::Relaxed);
            self.1
        }
    }

    fn watched(ticker: &Ticker) -> Watched<'_> {
        Watched { ticker, rows: Vec::new() }
    }

    fn member(ticker: &Ticker, next: Next) -> (Seat, Arc<Member>) {
        let (seat, member) = (ticker.seat(), Arc::new(Member(AtomicUsize::new(0), next)));
        ticker.watch(&seat, member.clone());
        (seat, member)
    }

    #[test]
    fn one_that_rests_is_visited_only_on_request() {
        let ticker = Ticker::default();
        let mut watched = watched(&ticker);
        // More than a row.
        let all: Vec<_> = (0..100).map(|_| member(&ticker, Next::Rest)).collect();
        let visits = || all.iter().map(|(_, member)| member.0.load(Ordering::Relaxed)).collect::<Vec<_>>();
        assert!((0..50).all(|_| watched.look()));
        assert_eq!(visits(), [1; 100], "once, as they joined");
        for _ in 0..3 {
            all[70].0.request_visit();
            assert!(watched.look() && watched.look());
        }
        let (mut visits, mut expected) = (visits(), vec![1; 100]);
        expected[70] = 4;
        assert_eq!(std::mem::take(&mut visits), expected);
    }

    #[test]
    fn others_are_visited_at_every_tick_until_they_are_over() {
        let ticker = Ticker::default();
        let mut watched = watched(&ticker);
        let (seat, busy) = member(&ticker, Next::Visit);
        let (over, last) = member(&ticker, Next::Over);
        assert!((0..5).all(|_| watched.look()));
        let visits = |member: &Member| member.0.load(Ordering::Relaxed);
        over.request_visit();
        assert_eq!((visits(&busy), visits(&last), Arc::strong_count(&last)), (5, 1, 1));
        drop(watched);
        drop(seat);
        assert_eq!(Arc::strong_count(&busy), 1);
    }

    #[test]
    fn it_sleeps_when_nothing_is_live() {
        let ticker = Ticker::default();
        let mut watched = watched(&ticker);
        let (_seat, _member) = member(&ticker, Next::Over);
        assert!(!watched.look());
    }

    /// A seat whose owner is gone is given to the next.
    #[test]
    fn a_seat_passes_to_another() {
        let ticker = Ticker::default();
        let mut watched = watched(&ticker);
        let (seat, _member) = member(&ticker, Next::Over);
        watched.look();
        drop(seat);
        let (seat, next) = member(&ticker, Next::Rest);
        assert_eq!((seat.number, seat.place), (0, 0));
        assert!(watched.look());
        assert_eq!(next.0.load(Ordering::Relaxed), 1);
    }
}
