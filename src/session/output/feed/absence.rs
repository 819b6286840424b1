//! How long a player did not read. What is due meanwhile is missed, as by somebody who left the room.

/// Looks at a clock and at how much was read.
pub(super) struct Absence {
    /// Without a read for this long, the player is away.
    lag_us: u64,
    looked_us: u64,
    /// Frames that had been read then, and what was read since then at another rate.
    seen: u64,
    before_us: u64,
    owed_us: u64,
    is_away: bool,
}

impl Absence {
    pub(super) fn new(lag_ms: u32, now_us: u64, read: u64) -> Absence {
        let lag_us = u64::from(lag_ms) * 1000;
        Absence { lag_us, looked_us: now_us, seen: read, before_us: 0, owed_us: 0, is_away: false }
    }

    pub(super) fn is_away(&self) -> bool {
        self.is_away
    }

    /// Returns how much is missed by now, in µs. What the player has ready is not missed before all of it is due.
    pub(super) fn take(&mut self, now_us: u64, read: u64, rate: u32, ready_us: u64) -> u64 {
        self.hear(read, rate);
        let heard = std::mem::take(&mut self.before_us);
        let missed = now_us.saturating_sub(self.looked_us).saturating_sub(heard);
        self.looked_us = now_us;
        // The clock of a device differs from this one: what it lacks between two looks does not add up.
        if heard > 0 && missed < self.lag_us {
            (self.owed_us, self.is_away) = (0, false);
            return 0;
        }
        self.owed_us += missed;
        if !self.is_away && self.owed_us < self.lag_us.max(ready_us) {
            return 0;
        }
        self.is_away = heard == 0;
        std::mem::take(&mut self.owed_us)
    }

    /// The player reads at another rate from now on, and counts from another number.
    pub(super) fn change_rate(&mut self, read: u64, rate: u32, next: u64) {
        self.hear(read, rate);
        self.seen = next;
    }

    fn hear(&mut self, read: u64, rate: u32) {
        self.before_us += (read - self.seen) * 1_000_000 / u64::from(rate);
        self.seen = read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;

    /// Looks every 10 ms while so many frames were read before each look; returns what was missed.
    fn missed(absence: &mut Absence, at: &mut (u64, u64), looks: u64, read: u64) -> u64 {
        (0..looks)
            .map(|_| {
                *at = (at.0 + 10_000, at.1 + read);
                absence.take(at.0, at.1, RATE, 0)
            })
            .sum()
    }

    #[test]
    fn a_device_that_is_a_little_slow_misses_nothing() {
        let (mut absence, mut at) = (Absence::new(500, 0, 0), (0, 0));
        assert_eq!(missed(&mut absence, &mut at, 100_000, 479), 0);
    }

    #[test]
    fn a_device_with_large_blocks_misses_nothing() {
        let (mut absence, mut at) = (Absence::new(500, 0, 0), (0, 0));
        for _ in 0..100 {
            let block = missed(&mut absence, &mut at, 39, 0) + missed(&mut absence, &mut at, 1, 40 * 480);
            assert_eq!(block, 0);
        }
    }

    #[test]
    fn who_is_away_misses_what_the_clock_says_and_nothing_after_the_return() {
        let (mut absence, mut at) = (Absence::new(500, 0, 0), (0, 0));
        assert_eq!(missed(&mut absence, &mut at, 49, 0), 0, "not away yet");
        assert_eq!(missed(&mut absence, &mut at, 151, 0), 2_000_000);
        assert!(absence.is_away());
        assert_eq!(missed(&mut absence, &mut at, 100, 480), 0);
        assert!(!absence.is_away());
    }

    /// Nobody looked while nothing was to be heard.
    #[test]
    fn an_absence_between_two_looks_counts_and_is_over_when_something_was_read_since() {
        let mut absence = Absence::new(500, 0, 0);
        assert_eq!(absence.take(5_000_000, 2 * u64::from(RATE), RATE, 0), 3_000_000);
        assert!(!absence.is_away());
        assert_eq!(absence.take(5_010_000, 2 * u64::from(RATE), RATE, 0), 0);
    }

    #[test]
    fn what_is_ready_is_not_missed_before_it_is_due() {
        let mut absence = Absence::new(500, 0, 0);
        assert_eq!(absence.take(540_000, 0, RATE, 560_000), 0);
        assert_eq!(absence.take(560_000, 0, RATE, 560_000), 560_000);
    }

    #[test]
    fn what_was_read_at_another_rate_was_heard() {
        let mut absence = Absence::new(500, 0, 0);
        absence.change_rate(48_000, RATE, 24_000);
        assert_eq!(absence.take(2_000_000, 24_000 + 24_000, 24_000, 0), 0);
    }
}
