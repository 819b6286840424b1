//! Who has spoken lately, so that it is known when both did.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;

use crate::call::holds::LEGS;
use crate::call::roster::other;
use crate::call::talk::Talk;
use crate::lock::{Mutex, Rank, lock};

/// What is older meets nothing new: a party is heard later than another by less than that.
const KEPT_MS: u64 = 10_000;

/// Of a call. Times are ms.
pub(crate) struct Floor {
    begun: Instant,
    parties: Mutex<[Party; LEGS]>,
}

#[derive(Default)]
struct Party {
    talk: Option<Arc<Talk>>,
    /// When it spoke, in order.
    spoke: VecDeque<(u64, u64)>,
}

impl Default for Floor {
    fn default() -> Floor {
        Floor { begun: Instant::now(), parties: Mutex::new(Rank::Floor, Default::default()) }
    }
}

impl Floor {
    /// No time of what was said, however long before the call was opened, is negative.
    pub(super) fn now_ms(&self) -> u64 {
        KEPT_MS + self.begun.elapsed().as_millis() as u64
    }

    /// A party joins, in the place of the one that was there.
    pub(super) fn join(&self, number: usize, talk: &Arc<Talk>) {
        lock(&self.parties)[number] = Party { talk: Some(talk.clone()), spoke: VecDeque::new() };
    }

    /// The party has spoken. Each piece is told once.
    pub(super) fn speak(&self, number: usize, talk: &Arc<Talk>, from: u64, to: u64) {
        let mut parties = lock(&self.parties);
        // Another one has its place.
        if !parties[number].talk.as_ref().is_some_and(|present| Arc::ptr_eq(present, talk)) {
            return;
        }
        let them = &parties[other(number)];
        let both = them.spoke.iter().map(|&(begin, end)| end.min(to).saturating_sub(begin.max(from))).sum();
        talk.overlap(both);
        if let Some(their) = &them.talk {
            their.overlap(both);
        }
        parties[number].add(from, to);
    }
}

impl Party {
    fn add(&mut self, from: u64, to: u64) {
        match self.spoke.back_mut() {
            Some((_, end)) if *end == from => *end = to,
            _ => self.spoke.push_back((from, to)),
        }
        while self.spoke.front().is_some_and(|&(_, end)| end + KEPT_MS < to) {
            self.spoke.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(floor: &Floor, number: usize) -> Arc<Talk> {
        let talk = Arc::new(Talk::default());
        floor.join(number, &talk);
        talk
    }

    fn overlap(talk: &Talk) -> u64 {
        talk.stats().overlap_ms
    }

    #[test]
    fn what_both_say_at_a_time_counts_once_for_each() {
        let floor = Floor::default();
        let [first, second] = [0, 1].map(|number| joined(&floor, number));
        floor.speak(0, &first, 1000, 2000);
        floor.speak(1, &second, 1900, 1950);
        floor.speak(1, &second, 1950, 2500);
        // Told late.
        floor.speak(0, &first, 2000, 2200);
        floor.speak(0, &first, 2400, 3000);
        assert_eq!((overlap(&first), overlap(&second)), (100 + 200 + 100, 400));
        floor.speak(1, &second, 20_000, 20_500);
        floor.speak(0, &first, 20_100, 20_200);
        assert_eq!((overlap(&first), overlap(&second)), (500, 500));
    }

    #[test]
    fn one_who_has_left_speaks_with_nobody() {
        let floor = Floor::default();
        let [first, second] = [0, 1].map(|number| joined(&floor, number));
        floor.speak(0, &first, 0, 1000);
        let third = joined(&floor, 0);
        floor.speak(1, &second, 0, 1000);
        floor.speak(0, &first, 0, 1000);
        assert_eq!([&first, &second, &third].map(|talk| overlap(talk)), [0, 0, 0]);
    }
}
