//! How much audio is transcribed: what arrives much faster than it was spoken is not (protocol.md 9.2).

use tokio::time::Instant;

/// Audio may arrive this many times as fast as it was spoken, after a head start in seconds.
const TIMES: f64 = 4.0;
const HEAD_START: f64 = 2.0;
/// Most that a stream can save up by being silent, in seconds of audio. A network that stood still delivers what it held
/// back at once, and a stream without audio for ten seconds is closed.
const MOST: f64 = 40.0;

pub struct Pace {
    credit: f64,
    counted_until: Instant,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self { credit: HEAD_START, counted_until: now }
    }

    /// Whether so many seconds of audio are transcribed.
    pub fn admits(&mut self, now: Instant, seconds: f64) -> bool {
        let passed = now.saturating_duration_since(self.counted_until).as_secs_f64();
        self.credit = (self.credit + TIMES * passed).min(MOST);
        self.counted_until = now;
        let fits = seconds <= self.credit;
        if fits {
            self.credit -= seconds;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn speech_at_its_own_pace_is_always_admitted_and_a_file_in_one_go_is_not() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert!((0..1000).all(|n| pace.admits(start + Duration::from_millis(320 * n), 0.32)));
        let mut pace = Pace::new(start);
        assert_eq!((0..10).filter(|_| pace.admits(start, 0.32)).count(), 6);
        // What was refused costs nothing.
        assert!(pace.admits(start + Duration::from_millis(80), 0.32));
    }

    #[test]
    fn what_a_network_held_back_may_come_at_once() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let later = start + Duration::from_secs(9);
        assert!((0..28).all(|_| pace.admits(later, 0.32)));
        let mut pace = Pace::new(start);
        assert!(!pace.admits(start + Duration::from_secs(600), MOST + 0.1));
    }
}
