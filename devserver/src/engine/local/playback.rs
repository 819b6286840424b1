//! How much speech waits to be played in a language, and how fast the next speech must be.

use std::time::Duration;

use tokio::time::Instant;

use crate::engine::{Level, Tempo};

/// Assumes that all speech is played as soon as it exists, one piece after the other.
#[derive(Debug)]
pub struct Playback {
    until: Instant,
}

impl Playback {
    pub fn new(now: Instant) -> Self {
        Self { until: now }
    }

    pub fn add(&mut self, now: Instant, length: Duration) {
        self.until = self.until.max(now) + length;
    }

    /// The waiting speech was discarded.
    pub fn clear(&mut self, now: Instant) {
        self.until = now;
    }

    pub fn level(&self, now: Instant, tempo: &Tempo) -> Level {
        let waits = self.until.saturating_duration_since(now);
        Level { current_ms: waits.as_millis() as u64, max_ms: tempo.max_level_ms as u64 }
    }

    /// Rises from `slowest` when more than the desired level waits, to `fastest` at the maximum level.
    pub fn tempo(&self, now: Instant, tempo: &Tempo) -> f64 {
        let waits = self.until.saturating_duration_since(now).as_secs_f64() * 1000.0;
        if !tempo.is_auto || waits <= tempo.desired_level_ms {
            return 1.0;
        }
        let room = (tempo.max_level_ms - tempo.desired_level_ms).max(1.0);
        let share = ((waits - tempo.desired_level_ms) / room).min(1.0);
        tempo.slowest + (tempo.fastest - tempo.slowest) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_that_piles_up_is_spoken_faster() {
        let (now, tempo) = (Instant::now(), Tempo::default());
        let mut playback = Playback::new(now);
        playback.add(now, Duration::from_secs(5));
        assert_eq!(playback.tempo(now, &tempo), 1.0);
        playback.add(now, Duration::from_millis(7_500));
        assert!((playback.tempo(now, &tempo) - 1.3).abs() < 1e-9);
        assert_eq!(playback.level(now, &tempo), Level { current_ms: 12_500, max_ms: 20_000 });
        playback.add(now, Duration::from_secs(60));
        assert_eq!(playback.tempo(now, &tempo), 1.45);
        assert_eq!(playback.tempo(now, &Tempo { is_auto: false, ..tempo }), 1.0);
        assert_eq!(playback.tempo(now + Duration::from_secs(70), &tempo), 1.0);
        playback.clear(now);
        assert_eq!(playback.level(now, &tempo).current_ms, 0);
    }
}
