//! Minimum intervals between commands (protocol.md 12): the service ignores commands that come too often.

use std::time::Duration;

use tokio::time::Instant;

use crate::session::stream::bucket::Bucket;

const MINUTE: Duration = Duration::from_secs(60);
/// More than the service demands, because the network changes intervals.
const MARGIN: Duration = Duration::from_millis(100);

/// What the service counts separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
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
    fn default() -> SpacingLimits {
        SpacingLimits {
            task: Duration::from_secs(2) + MARGIN,
            pause: Duration::from_secs(3) + MARGIN,
            speak_per_minute: 60,
        }
    }
}

/// Enforces the intervals. An end needs none: there is one in a session.
pub(super) struct Spacing {
    set_task: Distance,
    get_task: Distance,
    pause: Distance,
    speak: Bucket,
}

impl Spacing {
    pub(super) fn new(limits: SpacingLimits) -> Spacing {
        Spacing {
            set_task: Distance::new(limits.task),
            get_task: Distance::new(limits.task),
            pause: Distance::new(limits.pause),
            speak: Bucket::new(limits.speak_per_minute, MINUTE),
        }
    }

    /// When such a command may be sent; `None`: now.
    pub(super) fn wait_until(&self, class: Class, now: Instant) -> Option<Instant> {
        let earliest = match class {
            Class::SetTask => self.set_task.earliest(),
            Class::GetTask => self.get_task.earliest(),
            Class::Pause => self.pause.earliest(),
            Class::Speak => self.speak.earliest(now),
            Class::Free => None,
        };
        earliest.filter(|&at| at > now)
    }

    /// The service has answered such a command. It may have heard it a moment ago, where the line was busy.
    pub(super) fn answered(&mut self, class: Class, now: Instant) {
        let distance = match class {
            Class::SetTask => &mut self.set_task,
            Class::GetTask => &mut self.get_task,
            Class::Pause => &mut self.pause,
            Class::Speak | Class::Free => return,
        };
        let heard = now.checked_sub(MARGIN).unwrap_or(now);
        distance.last = distance.last.map(|last| last.max(heard));
    }

    /// Such a command is sent now.
    pub(super) fn note(&mut self, class: Class, now: Instant) {
        match class {
            Class::SetTask => self.set_task.last = Some(now),
            Class::GetTask => self.get_task.last = Some(now),
            Class::Pause => self.pause.last = Some(now),
            Class::Speak => self.speak.take(now),
            Class::Free => {}
        }
    }
}

struct Distance {
    interval: Duration,
    last: Option<Instant>,
}

impl Distance {
    fn new(interval: Duration) -> Distance {
        Distance { interval, last: None }
    }

    fn earliest(&self) -> Option<Instant> {
        self.last.map(|last| last + self.interval)
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
        for class in [Class::SetTask, Class::GetTask, Class::Pause, Class::Speak, Class::Free] {
            assert_eq!(spacing.wait_until(class, start), None, "{class:?}");
        }
        spacing.note(Class::SetTask, start);
        spacing.note(Class::Pause, start);
        spacing.note(Class::Free, start);
        assert_eq!(spacing.wait_until(Class::SetTask, start + 2099 * MS), Some(start + 2100 * MS));
        assert_eq!(spacing.wait_until(Class::SetTask, start + 2100 * MS), None);
        assert_eq!(spacing.wait_until(Class::GetTask, start), None);
        assert_eq!(spacing.wait_until(Class::Pause, start), Some(start + 3100 * MS));
        assert_eq!(spacing.wait_until(Class::Free, start), None);
    }

    /// It arrived later than it was sent, and the next one may be faster.
    #[test]
    fn an_interval_is_one_for_the_service() {
        let start = Instant::now();
        let mut spacing = Spacing::new(SpacingLimits::default());
        spacing.answered(Class::SetTask, start);
        assert_eq!(spacing.wait_until(Class::SetTask, start), None, "none was sent");
        spacing.note(Class::SetTask, start);
        spacing.answered(Class::SetTask, start + 50 * MS);
        assert_eq!(spacing.wait_until(Class::SetTask, start), Some(start + 2100 * MS));
        spacing.answered(Class::SetTask, start + 600 * MS);
        assert_eq!(spacing.wait_until(Class::SetTask, start), Some(start + 2600 * MS));
    }

    /// Speaks as often as allowed and returns the times.
    fn eager(limit: u32, minutes: u64) -> Vec<Instant> {
        let start = Instant::now();
        let mut spacing = Spacing::new(SpacingLimits { speak_per_minute: limit, ..SpacingLimits::default() });
        let mut now = start;
        let mut times = Vec::new();
        while now < start + Duration::from_secs(60 * minutes) {
            match spacing.wait_until(Class::Speak, now) {
                Some(at) => now = at,
                None => {
                    spacing.note(Class::Speak, now);
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
}
