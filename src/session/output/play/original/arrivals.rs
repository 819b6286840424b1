//! How far the speaker is ahead of the player's clock: the least of the last ten seconds.

/// Periods of half a second.
const PERIODS: usize = 20;

pub(super) struct Arrivals {
    least: [i64; PERIODS],
    at: usize,
    /// Frames of a period, and those of the present one.
    period: u64,
    passed: u64,
    /// Frames since the begin.
    known: u64,
}

impl Arrivals {
    pub(super) fn new(rate: u32) -> Arrivals {
        Arrivals { least: [i64::MAX; PERIODS], at: 0, period: u64::from(rate / 2), passed: 0, known: 0 }
    }

    /// What was known does not hold any more.
    pub(super) fn forget(&mut self) {
        self.least = [i64::MAX; PERIODS];
        (self.passed, self.known) = (0, 0);
    }

    /// This far ahead, before a read of this many frames.
    pub(super) fn note(&mut self, ahead: i64, frames: u64) {
        if self.passed >= self.period {
            self.at = (self.at + 1) % PERIODS;
            self.least[self.at] = i64::MAX;
            self.passed = 0;
        }
        self.least[self.at] = self.least[self.at].min(ahead);
        self.passed += frames;
        self.known += frames;
    }

    /// `None` until a second is known.
    pub(super) fn least(&self) -> Option<i64> {
        (self.known >= 2 * self.period).then(|| self.least.into_iter().min()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_ten_seconds_is_known_and_forgotten_after_them() {
        let mut arrivals = Arrivals::new(8000);
        let mut note = |ahead, reads: usize| {
            (0..reads).for_each(|_| arrivals.note(ahead, 160));
            arrivals.least()
        };
        assert_eq!(note(500, 49), None);
        assert_eq!(note(500, 1), Some(500));
        assert_eq!(note(-20, 1), Some(-20));
        assert_eq!(note(500, 450), Some(-20));
        assert_eq!(note(500, 100), Some(500));
        arrivals.forget();
        assert_eq!(arrivals.least(), None);
    }
}
