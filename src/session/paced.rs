//! Sending at the pace of speech, on the caller's thread: what is due is read off the monotonic clock.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::Session;
use crate::audio::recording::Recording;
use crate::error::{Result, Status};
use crate::lock::{Mutex, Rank, lock};

/// How often to look what is due.
const STEP: Duration = Duration::from_millis(10);
/// Audio read from a file at a time.
const BLOCK_MS: usize = 100;
/// As it was spoken.
pub(crate) const REAL_TIME: u32 = 100;

#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How far ahead of the clock sending may run.
    pub lead: Duration,
    /// In hundredths of the speed at which it was spoken.
    pub percent: u32,
}

/// When frames may go, counted from a fixed start, so that delays never add up.
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

    /// Frames that may have gone by now.
    pub fn due(&self, now: Instant) -> u64 {
        let since = (now + self.lead).saturating_duration_since(self.start);
        let frames = since.as_nanos() * u128::from(self.frames_per_100_s) / 100_000_000_000;
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// When so many frames have been spoken.
    pub fn spoken(&self, frames: u64) -> Instant {
        let nanos = u128::from(frames) * 100_000_000_000 / u128::from(self.frames_per_100_s);
        self.start + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// Where the last call left off: the next one goes on from there, its lead is not given anew.
pub struct Pacer {
    spoken: Mutex<Option<Instant>>,
}

impl Default for Pacer {
    fn default() -> Pacer {
        Pacer { spoken: Mutex::new(Rank::Pacer, None) }
    }
}

impl Pacer {
    fn begin(&self, sample_rate: u32, pace: Pace, now: Instant) -> Schedule {
        let start = lock(&self.spoken).map_or(now, |spoken| spoken.max(now));
        Schedule::new(start, sample_rate, pace)
    }

    fn end(&self, schedule: Schedule, frames: u64) {
        *lock(&self.spoken) = Some(schedule.spoken(frames));
    }
}

impl Session {
    /// Sends audio of the present input format as it is due, from READY on, and says how many frames. Fewer than
    /// there are: the session took no more, or the time was over; an error only when that was before the first.
    pub fn send_paced<'a>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
        pace: Pace,
        deadline: Option<Instant>,
    ) -> std::result::Result<usize, Status> {
        self.check_input_open()?;
        let format = self.ingest()?.format().ok_or(Status::Busy)?;
        let bytes = bytes_of(format.frame_bytes())?;
        self.wait_ready(deadline).map_err(|error| error.status)?;
        let schedule = self.pacer.begin(format.sample_rate, pace, Instant::now());
        let mut sent = 0;
        let outcome = self.send_due(bytes, format.frame_bytes(), &schedule, deadline, &mut sent);
        self.pacer.end(schedule, sent as u64);
        if sent > 0 { Ok(sent) } else { outcome.map(|()| 0) }
    }

    fn send_due(
        &self,
        bytes: &[u8],
        frame_bytes: usize,
        schedule: &Schedule,
        deadline: Option<Instant>,
        sent: &mut usize,
    ) -> std::result::Result<(), Status> {
        let frames = bytes.len() / frame_bytes;
        loop {
            let now = Instant::now();
            let due = usize::try_from(schedule.due(now)).unwrap_or(usize::MAX).min(frames);
            if due > *sent {
                *sent += self.send_audio(&bytes[*sent * frame_bytes..due * frame_bytes])?;
            }
            if *sent == frames {
                return Ok(());
            }
            if self.life.close_requested() {
                return Err(Status::Closed);
            }
            // Also while nothing is due, the end must be noticed.
            self.check_input_open()?;
            let left = deadline.map_or(STEP, |at| at.saturating_duration_since(now));
            if left.is_zero() {
                return Err(Status::Timeout);
            }
            thread::sleep(left.min(STEP));
        }
    }

    /// Sends a file in its own format, read from the disk as it goes; afterwards the input format is what it was.
    pub fn send_file(&self, path: &Path, pace: Pace, deadline: Option<Instant>) -> Result<u64> {
        let mut recording = Recording::open(path)?;
        self.check_input_open()?;
        self.wait_ready(deadline)?;
        let before = self.ingest()?.format().ok_or(Status::Busy)?;
        let format = recording.format();
        self.set_input_format(recording.encoding(), format.sample_rate, format.channels)?;
        let sent = self.send_blocks(&mut recording, pace, deadline);
        // A session that takes no more input has no use for a format.
        let _ = self.set_input_format(before.encoding, before.sample_rate, before.channels);
        sent
    }

    fn send_blocks(&self, recording: &mut Recording, pace: Pace, deadline: Option<Instant>) -> Result<u64> {
        let (format, frame_bytes) = (recording.format(), recording.frame_bytes());
        let (mut block, mut total) = (Vec::new(), 0);
        loop {
            recording.read(format.frames_in_ms(BLOCK_MS as u32), &mut block)?;
            let frames = block.len() / frame_bytes;
            let sent = match self.send_paced(|_| Ok(&block), pace, deadline) {
                Err(status) if total == 0 => return Err(status.into()),
                outcome => outcome.unwrap_or(0),
            };
            total += sent as u64;
            if frames == 0 || sent < frames {
                return Ok(total);
            }
        }
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
    fn one_call_goes_on_where_the_other_ended() {
        let start = Instant::now();
        let pacer = Pacer::default();
        let mut now = start;
        // Ten seconds in tenths, each handed over as soon as its lead allows.
        for _ in 0..100 {
            let schedule = pacer.begin(8000, pace(300, 100), now);
            while schedule.due(now) < 800 {
                now += MS;
            }
            pacer.end(schedule, 800);
        }
        assert_eq!(now, start + 9700 * MS);
        // After a break nothing is owed.
        let late = now + 60_000 * MS;
        assert_eq!(pacer.begin(8000, pace(0, 100), late).due(late), 0);
    }
}
