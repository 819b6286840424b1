//! When frames of paced sending are due. Pure except for the lock of [`Pacer`].

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};
use crate::sync::{AtomicBool, Ordering};

/// How late a busy machine may be without consequences.
const JITTER: Duration = Duration::from_millis(100);
/// Real time.
pub(crate) const REAL_TIME: u32 = 100;

#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How far ahead of the clock sending may run.
    pub lead: Duration,
    /// In percent of real time.
    pub percent: u32,
}

/// When frames may be sent, counted from the start, so that small delays do not accumulate. Large delays move the
/// start.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    start: Instant,
    lead: Duration,
    frames_per_100_s: u64,
}

impl Schedule {
    pub fn new(start: Instant, sample_rate: u32, pace: Pace) -> Schedule {
        let frames_per_100_s = u64::from(sample_rate.max(1)) * u64::from(pace.percent.max(1));
        Schedule { start, lead: pace.lead, frames_per_100_s }
    }

    /// Number of frames that may have been sent by now.
    pub fn due(&self, now: Instant) -> u64 {
        let since = (now + self.lead).saturating_duration_since(self.start);
        let frames = since.as_nanos() * u128::from(self.frames_per_100_s) / 100_000_000_000;
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// Continues from now if sending is behind by more than its lead. Otherwise everything that a stop delayed would
    /// be sent at once, and the listener would be behind by that much permanently.
    pub fn catch_up(&mut self, now: Instant, sent: u64) {
        let behind = (now + self.lead).saturating_duration_since(self.spoken(sent));
        if behind > self.lead.max(JITTER) {
            self.start += behind - self.lead;
        }
    }

    /// The time at which this many frames are due.
    pub fn spoken(&self, frames: u64) -> Instant {
        let nanos = u128::from(frames) * 100_000_000_000 / u128::from(self.frames_per_100_s);
        self.start + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// The schedule after the last call. The next call continues it and gets no new lead.
pub struct Pacer {
    spoken: Mutex<Option<Instant>>,
    /// A call is sending, also while nothing is due.
    is_sending: AtomicBool,
}

/// For as long as a call sends: of two files that are sent at once the service would hear a mixture.
pub(super) struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Default for Pacer {
    fn default() -> Pacer {
        Pacer { spoken: Mutex::new(Rank::Pacer, None), is_sending: AtomicBool::new(false) }
    }
}

impl Pacer {
    pub(super) fn take_turn(&self) -> Result<Turn<'_>> {
        if self.is_sending.swap(true, Ordering::Acquire) {
            let text = "another thread is sending paced audio or a file on this session";
            return Err(Error::new(Status::Busy, text));
        }
        Ok(Turn(&self.is_sending))
    }

    pub(super) fn begin(&self, sample_rate: u32, pace: Pace, now: Instant) -> Schedule {
        Schedule::new(self.start(now), sample_rate, pace)
    }

    fn start(&self, now: Instant) -> Instant {
        lock(&self.spoken).map_or(now, |spoken| spoken.max(now))
    }

    /// As [`Pacer::begin`], for so many bytes that last so long.
    pub(super) fn spread(&self, bytes: usize, duration: Duration, lead: Duration, now: Instant) -> Schedule {
        let per_100_s = bytes as u128 * 100_000_000_000 / duration.as_nanos().max(1);
        let frames_per_100_s = u64::try_from(per_100_s).unwrap_or(u64::MAX).max(1);
        Schedule { start: self.start(now), lead, frames_per_100_s }
    }

    pub(super) fn end(&self, schedule: Schedule, frames: u64) {
        *lock(&self.spoken) = Some(schedule.spoken(frames));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn pace(lead_ms: u32, percent: u32) -> Pace {
        Pace { lead: lead_ms * MS, percent }
    }

    #[test]
    fn frames_are_due_by_the_clock_and_the_lead() {
        let start = Instant::now();
        for (lead_ms, percent, ms, frames) in [
            (0, 100, 0, 0),
            (0, 100, 1000, 24_000),
            (200, 100, 0, 4800),
            (0, 200, 500, 24_000),
            (100, 50, 900, 12_000),
            (0, 100, 86_400_000, 24 * 86_400_000),
        ] {
            let schedule = Schedule::new(start, 24_000, pace(lead_ms, percent));
            assert_eq!(schedule.due(start + ms * MS), frames);
        }
        let schedule = Schedule::new(start + 500 * MS, 24_000, pace(0, 100));
        assert_eq!(schedule.due(start), 0, "not begun");
    }

    #[test]
    fn after_a_stop_no_more_than_the_lead_goes_at_once() {
        for (lead_ms, percent) in [(0, 100), (200, 100), (2000, 100), (0, 1000), (300, 50)] {
            let start = Instant::now();
            let mut schedule = Schedule::new(start, 8000, pace(lead_ms, percent));
            let (mut now, mut sent) = (start, 0);
            // A second in real time, checked every 10 ms, and then nothing for a minute.
            for _ in 0..100 {
                schedule.catch_up(now, sent);
                sent = schedule.due(now);
                now += 10 * MS;
            }
            let steady = u64::from(percent) * 80 * (990 + u64::from(lead_ms)) / 1000;
            assert_eq!(sent, steady, "{lead_ms} {percent}");
            now += 60_000 * MS;
            schedule.catch_up(now, sent);
            let burst = schedule.due(now) - sent;
            assert!(burst <= u64::from(lead_ms * percent * 80 / 1000), "{burst} with {lead_ms} {percent}");
            // From then on as before.
            sent += burst;
            schedule.catch_up(now + 1000 * MS, sent);
            let later = schedule.due(now + 1000 * MS) - sent;
            assert!(later <= u64::from(percent * 80), "{later}");
        }
    }

    #[test]
    fn small_delays_are_made_up() {
        let start = Instant::now();
        let mut schedule = Schedule::new(start, 8000, pace(0, 100));
        let mut sent = 0;
        for ms in (0..60_000).step_by(90) {
            schedule.catch_up(start + ms * MS, sent);
            sent = schedule.due(start + ms * MS);
            assert_eq!(sent, u64::from(ms) * 8);
        }
    }

    #[test]
    fn one_call_goes_on_where_the_other_ended() {
        let start = Instant::now();
        let pacer = Pacer::default();
        let mut now = start;
        // Ten seconds in tenths, each sent as soon as its lead allows.
        for _ in 0..100 {
            let schedule = pacer.begin(8000, pace(300, 100), now);
            while schedule.due(now) < 800 {
                now += MS;
            }
            pacer.end(schedule, 800);
        }
        assert_eq!(now, start + 9700 * MS);
        // After a break nothing is overdue.
        let late = now + 60_000 * MS;
        assert_eq!(pacer.begin(8000, pace(0, 100), late).due(late), 0);
    }
}
