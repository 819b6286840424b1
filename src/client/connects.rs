//! When the calls of a client may open sessions, once the service has refused one because there were too many.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::lock::{Mutex, Rank, lock};

/// After a refusal that says nothing else.
const USUAL_PER_MINUTE: u32 = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// Since when somebody waits, and its number: the one that has waited longest is the first, then the one with the lowest.
pub(crate) type Turn = (Instant, usize);

pub struct Connects(Mutex<State>);

#[derive(Default)]
struct State {
    /// The latest refusal, until nothing speaks against a connection at once.
    refused: Option<Instant>,
    /// Not before.
    next: Option<Instant>,
    /// How to wake each one that waits.
    waiting: BTreeMap<Turn, Arc<Notify>>,
    /// How many numbers were given.
    given: usize,
}

impl Default for Connects {
    fn default() -> Connects {
        Connects(Mutex::new(Rank::Connects, State::default()))
    }
}

impl Connects {
    /// Gives so many numbers that nobody else has, and returns the first of them.
    pub(crate) fn numbers(&self, count: usize) -> usize {
        let mut state = lock(&self.0);
        let first = state.given;
        state.given += count;
        first
    }

    /// The service has refused a session because there were too many.
    pub(crate) fn note_refusal(&self, retry_after: Option<Duration>, now: Instant) {
        let mut state = lock(&self.0);
        state.refused = Some(now);
        let next = now + retry_after.unwrap_or(MINUTE / USUAL_PER_MINUTE);
        state.next = state.next.max(Some(next));
    }

    /// Asks for a turn to connect, at a fixed pace if there is one; `Err`: when to ask again. `wake` is notified if that
    /// can be earlier.
    pub(crate) fn ask(
        &self,
        turn: Turn,
        per_minute: Option<u32>,
        wake: &Arc<Notify>,
        now: Instant,
    ) -> Result<(), Instant> {
        let mut state = lock(&self.0);
        let is_past = |refused: Instant| now.saturating_duration_since(refused) > MINUTE;
        if state.waiting.is_empty() && state.refused.is_some_and(is_past) {
            state.refused = None;
        }
        if per_minute.is_none() && state.refused.is_none() {
            state.waiting.remove(&turn);
            return Ok(());
        }
        let interval = MINUTE / per_minute.unwrap_or(USUAL_PER_MINUTE);
        let next = state.next.map_or(now, |next| next.max(now));
        let before = state.waiting.range(..turn).count() as u32;
        if before == 0 && next == now {
            state.waiting.remove(&turn);
            state.next = Some(now + interval);
            return Ok(());
        }
        state.waiting.insert(turn, wake.clone());
        Err(next + interval * before)
    }

    /// Who has asked waits no longer: it is the turn of those behind it earlier.
    pub(crate) fn leave(&self, turn: Turn) {
        let behind: Vec<_> = {
            let mut state = lock(&self.0);
            if state.waiting.remove(&turn).is_none() {
                return;
            }
            state.waiting.range(turn..).map(|(_, wake)| wake.clone()).collect()
        };
        behind.iter().for_each(|wake| wake.notify_one());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service that takes 20 connections in any minute.
    #[derive(Default)]
    struct Service {
        taken: Vec<Instant>,
        refusals: usize,
    }

    impl Service {
        fn takes(&mut self, now: Instant) -> bool {
            let lately = self.taken.iter().filter(|at| now - **at < MINUTE).count();
            if lately < 20 {
                self.taken.push(now);
            } else {
                self.refusals += 1;
            }
            lately < 20
        }
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// Has all of them ask until each is connected, and returns in which order, and how long that took.
    fn recover(connects: &Connects, lost: &[Turn], retry_after: Option<Duration>) -> (Vec<usize>, Duration) {
        let (mut service, wake) = (Service::default(), Arc::default());
        let begin = lost.iter().map(|turn| turn.0).max().unwrap();
        let mut asks: Vec<(Instant, Turn)> = lost.iter().map(|&turn| (begin, turn)).collect();
        let (mut order, mut now) = (Vec::new(), begin);
        while !asks.is_empty() {
            // Whoever is due asks, in no good order.
            let first = asks.iter().map(|ask| ask.0).min().unwrap();
            let (at, turn) = asks.remove(asks.iter().rposition(|ask| ask.0 == first).unwrap());
            now = now.max(at);
            match connects.ask(turn, None, &wake, now) {
                Err(later) => asks.push((later, turn)),
                Ok(()) if service.takes(now) => order.push(turn.1),
                Ok(()) => {
                    connects.note_refusal(retry_after, now);
                    asks.push((now, turn));
                }
            }
            assert!(now < begin + seconds(3600), "{} are left", asks.len());
        }
        assert!(service.refusals <= lost.len(), "{}", service.refusals);
        (order, now - begin)
    }

    #[test]
    fn everybody_has_a_number_of_its_own() {
        let (connects, other) = (Connects::default(), Connects::default());
        assert_eq!([connects.numbers(2), connects.numbers(1), connects.numbers(2)], [0, 2, 3]);
        assert_eq!(other.numbers(2), 0);
    }

    #[test]
    fn nobody_waits_before_the_service_refuses() {
        let (connects, now, wake) = (Connects::default(), Instant::now(), Arc::default());
        assert!((0..1000).all(|who| connects.ask((now, who), None, &wake, now).is_ok()));
    }

    #[test]
    fn fifty_calls_that_lost_their_service_recover_in_order() {
        let connects = Connects::default();
        let begin = Instant::now();
        // Both directions of each, all of them lost within a second, and noticed in another order.
        let lost: Vec<Turn> =
            (0..100).map(|n| (begin + Duration::from_millis(n as u64 * 37 % 100 * 10), n)).collect();
        let (order, took) = recover(&connects, &lost, Some(seconds(60)));
        assert_eq!(order.len(), 100);
        let since = |who: &usize| lost[*who].0;
        // The first of them connected before the service refused one.
        assert!(order[20..].is_sorted_by_key(since), "{order:?}");
        assert!(took <= seconds(60 + 81 * 3), "{took:?}");
        // When that is past, nobody waits any more.
        let (now, wake) = (begin + seconds(600), Arc::default());
        assert!((0..100).all(|who| connects.ask((now, who), None, &wake, now).is_ok()));
    }

    #[test]
    fn a_service_that_does_not_say_when_is_asked_twenty_times_a_minute() {
        let (connects, begin, wake) = (Connects::default(), Instant::now(), Arc::default());
        connects.note_refusal(None, begin);
        let ask = |who, at: f64| connects.ask((begin, who), None, &wake, begin + Duration::from_secs_f64(at));
        assert_eq!(ask(1, 0.0), Err(begin + seconds(3)));
        assert_eq!(ask(2, 1.0), Err(begin + seconds(6)));
        assert_eq!(ask(0, 2.0), Err(begin + seconds(3)), "it is before the others");
        assert_eq!(ask(1, 3.0), Err(begin + seconds(6)));
        assert_eq!(ask(0, 3.0), Ok(()));
        assert_eq!(ask(1, 6.5), Ok(()));
        assert_eq!(ask(2, 6.5), Err(begin + Duration::from_millis(9500)));
    }

    #[test]
    fn one_who_does_not_wait_any_more_makes_room() {
        let (connects, begin, wake) = (Connects::default(), Instant::now(), Arc::<Notify>::default());
        connects.note_refusal(Some(seconds(5)), begin);
        let ask = |who, wake| connects.ask((begin, who), Some(60), wake, begin);
        let usual = Arc::default();
        assert_eq!(ask(0, &usual), Err(begin + seconds(5)));
        assert_eq!(ask(1, &wake), Err(begin + seconds(6)));
        connects.leave((begin, 0));
        connects.leave((begin, 0));
        // It was woken, and is the first now.
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(wake.notified());
        assert_eq!(ask(1, &wake), Err(begin + seconds(5)));
    }

    #[test]
    fn a_fixed_pace_needs_no_refusal() {
        let (connects, begin, wake) = (Connects::default(), Instant::now(), Arc::default());
        let ask = |who, per_minute, at| connects.ask((begin, who), per_minute, &wake, begin + seconds(at));
        assert_eq!(ask(0, Some(6), 0), Ok(()));
        assert_eq!(ask(1, Some(6), 1), Err(begin + seconds(10)));
        assert_eq!(ask(2, None, 1), Ok(()), "another call has no pace");
        assert_eq!(ask(1, Some(6), 10), Ok(()));
    }
}
