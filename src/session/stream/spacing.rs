//! How far apart commands must be (protocol.md 12): a service that is asked too often does not listen.

use std::time::Duration;

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// What the service counts, each on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    SetTask,
    GetTask,
    Pause,
    Speak,
    /// No limit is known.
    Free,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpacingLimits {
    /// Between two `set_task`, and between two `get_task`.
    pub task: Duration,
    /// Between two `pause_task`.
    pub pause: Duration,
    pub speak_per_minute: u32,
}

impl Default for SpacingLimits {
    /// A tenth of a second more than the service asks for: the network does not keep distances.
    fn default() -> SpacingLimits {
        SpacingLimits {
            task: Duration::from_millis(2100),
            pause: Duration::from_millis(3100),
            speak_per_minute: 60,
        }
    }
}

/// Keeps the distances. An end needs none: there is one in a session.
pub struct Spacing {
    set_task: Gap,
    get_task: Gap,
    pause: Gap,
    speak: Bucket,
}

impl Spacing {
    pub fn new(limits: SpacingLimits) -> Spacing {
        Spacing {
            set_task: Gap::new(limits.task),
            get_task: Gap::new(limits.task),
            pause: Gap::new(limits.pause),
            speak: Bucket::new(limits.speak_per_minute, MINUTE),
        }
    }

    /// When such a command may go out; `None`: now.
    pub fn wait_until(&self, pace: Pace, now: Instant) -> Option<Instant> {
        let earliest = match pace {
            Pace::SetTask => self.set_task.earliest(),
            Pace::GetTask => self.get_task.earliest(),
            Pace::Pause => self.pause.earliest(),
            Pace::Speak => self.speak.earliest(now),
            Pace::Free => None,
        };
        earliest.filter(|&at| at > now)
    }

    /// Such a command goes out now.
    pub fn note(&mut self, pace: Pace, now: Instant) {
        match pace {
            Pace::SetTask => self.set_task.last = Some(now),
            Pace::GetTask => self.get_task.last = Some(now),
            Pace::Pause => self.pause.last = Some(now),
            Pace::Speak => self.speak.take(now),
            Pace::Free => {}
        }
    }
}

struct Gap {
    interval: Duration,
    last: Option<Instant>,
}

impl Gap {
    fn new(interval: Duration) -> Gap {
        Gap { interval, last: None }
    }

    fn earliest(&self) -> Option<Instant> {
        self.last.map(|last| last + self.interval)
    }
}

/// A token bucket. A sixth of what a window allows may go at once and the rest trickles in, so that no
/// window, wherever it begins, sees more than the limit.
pub(crate) struct Bucket {
    capacity: u32,
    refill: Duration,
    tokens: u32,
    /// When the last whole token came in; of no meaning while the bucket is full.
    filled: Option<Instant>,
}

impl Bucket {
    pub(crate) fn new(limit: u32, window: Duration) -> Bucket {
        let capacity = (limit / 6).max(1);
        let trickle = limit.saturating_sub(capacity).max(1);
        Bucket { capacity, refill: window / trickle, tokens: capacity, filled: None }
    }

    /// When the next one comes in; `None`: one is there.
    pub(crate) fn earliest(&self, now: Instant) -> Option<Instant> {
        match self.filled {
            Some(filled) if self.tokens_at(now) == 0 => Some(filled + self.refill),
            _ => None,
        }
    }

    pub(crate) fn take(&mut self, now: Instant) {
        let tokens = self.tokens_at(now);
        self.filled = match self.filled {
            Some(filled) if tokens < self.capacity => Some(filled + self.refill * (tokens - self.tokens)),
            _ => Some(now),
        };
        self.tokens = tokens.saturating_sub(1);
    }

    fn tokens_at(&self, now: Instant) -> u32 {
        let Some(filled) = self.filled else {
            return self.capacity;
        };
        let since = now.saturating_duration_since(filled).as_nanos();
        let came_in = since / self.refill.as_nanos().max(1);
        let missing = self.capacity - self.tokens;
        self.tokens + u32::try_from(came_in).unwrap_or(u32::MAX).min(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn each_command_keeps_its_own_distance() {
        let start = Instant::now();
        let mut spacing = Spacing::new(SpacingLimits::default());
        for pace in [Pace::SetTask, Pace::GetTask, Pace::Pause, Pace::Speak, Pace::Free] {
            assert_eq!(spacing.wait_until(pace, start), None, "{pace:?}");
        }
        spacing.note(Pace::SetTask, start);
        spacing.note(Pace::Pause, start);
        spacing.note(Pace::Free, start);
        assert_eq!(spacing.wait_until(Pace::SetTask, start + 2099 * MS), Some(start + 2100 * MS));
        assert_eq!(spacing.wait_until(Pace::SetTask, start + 2100 * MS), None);
        assert_eq!(spacing.wait_until(Pace::GetTask, start), None);
        assert_eq!(spacing.wait_until(Pace::Pause, start), Some(start + 3100 * MS));
        assert_eq!(spacing.wait_until(Pace::Free, start), None);
    }

    /// Speaks as often as allowed and says when each went.
    fn eager(limit: u32, minutes: u64) -> Vec<Instant> {
        let start = Instant::now();
        let mut spacing = Spacing::new(SpacingLimits { speak_per_minute: limit, ..SpacingLimits::default() });
        let mut now = start;
        let mut times = Vec::new();
        while now < start + Duration::from_secs(60 * minutes) {
            match spacing.wait_until(Pace::Speak, now) {
                Some(at) => now = at,
                None => {
                    spacing.note(Pace::Speak, now);
                    times.push(now);
                }
            }
        }
        times
    }

    #[test]
    fn a_burst_goes_at_once_and_no_minute_sees_more_than_the_limit() {
        for limit in [1, 2, 6, 7, 60, 600] {
            let times = eager(limit, 10);
            let burst = times.iter().filter(|&&at| at == times[0]).count();
            assert_eq!(burst, (limit as usize / 6).max(1));
            for &from in &times {
                let in_a_minute =
                    times.iter().filter(|&&at| at >= from && at < from + Duration::from_secs(60)).count();
                assert!(in_a_minute <= limit as usize, "{in_a_minute} of {limit}");
            }
            let trickle = (limit as usize - burst).max(1);
            assert!(times.len() >= trickle * 10, "{} of {limit} a minute", times.len());
        }
    }

    #[test]
    fn a_rested_bucket_is_full_again() {
        let start = Instant::now();
        let mut bucket = Bucket::new(60, MINUTE);
        for _ in 0..10 {
            assert_eq!(bucket.earliest(start), None);
            bucket.take(start);
        }
        assert_eq!(bucket.earliest(start), Some(start + 1200 * MS));
        assert_eq!(bucket.tokens_at(start + 3600 * MS), 3);
        assert_eq!(bucket.tokens_at(start + Duration::from_secs(3600)), 10);
    }
}
