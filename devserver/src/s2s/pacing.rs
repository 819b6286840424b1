//! Warns when audio arrives faster or slower than real time or not at all (protocol.md 5.6 suggests the thresholds).

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(5);
/// Difference between audio and clock that causes a warning, in seconds.
const TOLERANCE: f64 = 1.0;
const STALL: Duration = Duration::from_secs(3);
/// The same warning is not repeated sooner.
const REPEAT: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    TooFast,
    TooSlow,
    Stalled,
}

impl Warning {
    pub fn code(self) -> &'static str {
        match self {
            Warning::TooFast => "AUDIO_STREAM_TOO_FAST",
            Warning::TooSlow => "AUDIO_STREAM_TOO_SLOW",
            Warning::Stalled => "AUDIO_STREAM_STALLED",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Warning::TooFast => "audio arrives faster than real time",
            Warning::TooSlow => "audio arrives slower than real time",
            Warning::Stalled => "no audio has arrived for a while",
        }
    }
}

#[derive(Default)]
pub struct Pacing {
    arrivals: VecDeque<(Instant, f64)>,
    last_told: [Option<Instant>; 3],
    stall_told: bool,
}

impl Pacing {
    /// Starts over, as after a pause.
    pub fn restart(&mut self) {
        self.arrivals.clear();
        self.stall_told = false;
    }

    /// This many seconds of audio arrived now.
    pub fn audio(&mut self, now: Instant, seconds: f64) -> Option<Warning> {
        self.stall_told = false;
        self.arrivals.push_back((now, seconds));
        while self.arrivals.front().is_some_and(|(at, _)| now - *at > WINDOW) {
            self.arrivals.pop_front();
        }
        let first = self.arrivals.front()?.0;
        let elapsed = (now - first).as_secs_f64();
        let heard: f64 = self.arrivals.iter().map(|(_, s)| s).sum();
        if heard - seconds - elapsed > TOLERANCE {
            self.tell(now, Warning::TooFast)
        } else if elapsed - heard > TOLERANCE {
            self.tell(now, Warning::TooSlow)
        } else {
            None
        }
    }

    /// When missing audio becomes a stall.
    pub fn stall_at(&self) -> Option<Instant> {
        self.arrivals.back().filter(|_| !self.stall_told).map(|(at, _)| *at + STALL)
    }

    pub fn stalled(&mut self, now: Instant) -> Option<Warning> {
        self.stall_told = true;
        self.tell(now, Warning::Stalled)
    }

    fn tell(&mut self, now: Instant, warning: Warning) -> Option<Warning> {
        let last = &mut self.last_told[warning as usize];
        if last.is_some_and(|at| now - at < REPEAT) {
            return None;
        }
        *last = Some(now);
        Some(warning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds chunks of 320 ms at a given interval and returns the warnings.
    fn told(distance_ms: u64, chunks: u64) -> Vec<Warning> {
        let (mut pacing, start) = (Pacing::default(), Instant::now());
        (0..chunks)
            .filter_map(|n| pacing.audio(start + Duration::from_millis(n * distance_ms), 0.32))
            .collect()
    }

    #[test]
    fn real_time_is_fine_and_the_rest_is_told() {
        assert_eq!(told(320, 60), []);
        assert_eq!(told(0, 20), [Warning::TooFast]);
        assert_eq!(told(600, 12), [Warning::TooSlow]);
    }

    #[test]
    fn a_stall_is_told_once() {
        let (mut pacing, start) = (Pacing::default(), Instant::now());
        assert_eq!(pacing.stall_at(), None);
        pacing.audio(start, 0.32);
        let at = pacing.stall_at().unwrap();
        assert_eq!(at, start + STALL);
        assert_eq!(pacing.stalled(at), Some(Warning::Stalled));
        assert_eq!(pacing.stall_at(), None);
    }
}
