//! The rate of the caller's frames by their place among all that were taken out of the rings: what is on its way may
//! have another rate than what is sent now.

use std::collections::VecDeque;

/// As many formats may be on their way; with more the oldest count by the rate of the next.
const MOST: usize = 17;

pub(super) struct Rates {
    /// Where each begins, oldest first; never empty.
    list: VecDeque<(u64, u32)>,
}

impl Rates {
    pub(super) fn new(rate: u32) -> Rates {
        Rates { list: VecDeque::from([(0, rate)]) }
    }

    /// Frames from this place on have another rate. Those before `gone` are not asked for any more.
    pub(super) fn change(&mut self, place: u64, rate: u32, gone: u64) {
        self.list.push_back((place, rate));
        while self.list.get(1).is_some_and(|(begin, _)| *begin <= gone || self.list.len() > MOST) {
            self.list.pop_front();
        }
    }

    /// How long the frames between two places last, in ms.
    pub(super) fn ms(&self, from: u64, to: u64) -> u64 {
        let (mut end, mut us) = (to, 0);
        for (place, &(begin, rate)) in self.list.iter().enumerate().rev() {
            let begin = if place == 0 { from } else { begin.clamp(from, end.max(from)) };
            us += end.saturating_sub(begin) * 1_000_000 / u64::from(rate);
            end = begin;
        }
        us / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_counts_by_its_own_rate() {
        let mut rates = Rates::new(48_000);
        assert_eq!(rates.ms(48_000, 96_000), 1000);
        rates.change(96_000, 8000, 0);
        rates.change(104_000, 16_000, 0);
        assert_eq!(rates.ms(48_000, 120_000), 3000);
        assert_eq!((rates.ms(97_000, 104_000), rates.ms(112_000, 120_000)), (875, 500));
        assert_eq!((rates.ms(5, 5), rates.ms(100_000, 100_000)), (0, 0));
        rates.change(136_000, 48_000, 104_000);
        assert_eq!(rates.list.len(), 2, "what has arrived is forgotten");
        for n in 0..100 {
            rates.change(200_000 + n, 8000, 0);
        }
        assert_eq!((rates.list.len(), rates.ms(200_091, 200_099)), (MOST, 1));
    }
}
