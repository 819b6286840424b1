//! Paced sending on the caller's thread: the monotonic clock says what is due.

use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::schedule::{Pace, Schedule};
use super::sending::Kind;
use crate::audio::convert::InputFormat;
use crate::error::{Error, Result, Status};
use crate::media::sound_file::SoundFile;
use crate::media::source::Patience;
use crate::runtime::calls::Call;
use crate::runtime::wait;
use crate::session::Session;
use crate::session::input::options::{check_file, unfit};

/// Interval at which the schedule is checked.
const STEP: Duration = Duration::from_millis(10);
/// Length of audio that is read from a file at a time.
const BLOCK_MS: usize = 100;

impl Session {
    /// Sends audio of the present input format when it is due, from READY on. Returns the number of frames: fewer
    /// than given when the session took no more or the timeout passed. An error is returned only before the first
    /// frame.
    pub fn send_paced<'a>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
        pace: Pace,
        deadline: Option<Instant>,
    ) -> Result<usize> {
        let _turn = self.pacer.take_turn()?;
        self.send_paced_for(&Call::default(), bytes_of, pace, deadline)
    }

    /// As [`Session::send_paced`], for a call that has its turn, and that another thread may end.
    fn send_paced_for<'a>(
        &self,
        call: &Call,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
        pace: Pace,
        deadline: Option<Instant>,
    ) -> Result<usize> {
        self.input_of(Kind::Samples)?;
        self.check_sendable()?;
        let format = self.sent_format()?;
        let bytes = bytes_of(format.frame_bytes())?;
        self.wait_ready(deadline)?;
        let mut schedule = self.pacer.begin(format.sample_rate, pace, Instant::now());
        let mut sent = 0;
        let patience = Patience { deadline, go_on: &|| self.may_go_on(call) };
        let outcome = self.send_due(bytes, format.frame_bytes(), &mut schedule, &patience, &mut sent);
        self.pacer.end(schedule, sent as u64);
        if sent > 0 { Ok(sent) } else { outcome.map(|()| 0) }
    }

    /// As [`Session::send_paced`], for bytes of encoded audio, which last this long.
    pub fn send_encoded_paced(
        &self,
        bytes: &[u8],
        duration: Duration,
        lead: Duration,
        deadline: Option<Instant>,
    ) -> Result<usize> {
        self.input_of(Kind::Encoded)?;
        self.check_sendable()?;
        let _turn = self.pacer.take_turn()?;
        self.wait_ready(deadline)?;
        let mut schedule = self.pacer.spread(bytes.len(), duration, lead, Instant::now());
        let mut sent = 0;
        let call = Call::default();
        let patience = Patience { deadline, go_on: &|| self.may_go_on(&call) };
        let outcome = self.send_due(bytes, 1, &mut schedule, &patience, &mut sent);
        self.pacer.end(schedule, sent as u64);
        if sent > 0 { Ok(sent) } else { outcome.map(|()| 0) }
    }

    fn send_due(
        &self,
        bytes: &[u8],
        frame_bytes: usize,
        schedule: &mut Schedule,
        patience: &Patience<'_>,
        sent: &mut usize,
    ) -> Result<()> {
        let frames = bytes.len() / frame_bytes;
        loop {
            let now = Instant::now();
            schedule.catch_up(now, *sent as u64);
            let due = usize::try_from(schedule.due(now)).unwrap_or(usize::MAX).min(frames);
            if due > *sent {
                *sent += self.take(self.input()?, |_| Ok(&bytes[*sent * frame_bytes..due * frame_bytes]))?;
            }
            if *sent == frames {
                return Ok(());
            }
            // The end must be noticed also while nothing is due.
            patience.check()?;
            let left = patience.deadline.map_or(STEP, |at| at.saturating_duration_since(now));
            wait::pause(left.min(STEP));
        }
    }

    /// Returns whether the call was not ended and the session still accepts audio.
    fn may_go_on(&self, call: &Call) -> Result<()> {
        call.check()?;
        if self.life.close_requested() {
            return Err(Status::Closed.into());
        }
        self.check_open()
    }

    /// As [`Session::wait_ready`], for a call that another thread may end.
    fn wait_ready_for(&self, call: &Call, deadline: Option<Instant>) -> Result<()> {
        loop {
            call.check()?;
            let step = Instant::now() + STEP;
            let outcome = self.wait_ready(Some(deadline.map_or(step, |at| at.min(step))));
            let goes_on = outcome.as_ref().is_err_and(|error| error.status == Status::Timeout);
            if !goes_on || wait::is_over(deadline) {
                return outcome;
            }
        }
    }

    /// Sends a file in its own format and reads it meanwhile. Restores the input format afterwards.
    pub fn send_file(&self, path: &Path, pace: Pace, deadline: Option<Instant>) -> Result<u64> {
        self.send_file_for(&Call::default(), path, pace, deadline)
    }

    /// As [`Session::send_file`], for a call that another thread may end.
    pub fn send_file_for(
        &self,
        call: &Call,
        path: &Path,
        pace: Pace,
        deadline: Option<Instant>,
    ) -> Result<u64> {
        let patience = Patience { deadline, go_on: &|| self.may_go_on(call) };
        // Also while a slow disk keeps it.
        let _turn = self.pacer.take_turn()?;
        let opened = SoundFile::open(path, &patience);
        if self.input()?.is_encoded() {
            let text = "the session takes encoded audio: send the bytes of the file";
            return Err(Error::new(Status::Unsupported, text));
        }
        // Checked before the result of the file: a session that is over needs no file.
        self.check_sendable()?;
        let mut file = opened?;
        self.wait_ready_for(call, deadline)?;
        let before = self.sent_format()?;
        let format = file.format();
        check_file(path, format)?;
        // The one to the file's format, and the one back.
        self.input()?.check_changes(2)?;
        self.set_input_format(file.encoding(), format.sample_rate, format.channels).map_err(|error| {
            let is_refused = error.status == Status::Unsupported;
            if is_refused { unfit(path, format, error) } else { error }
        })?;
        let sent = self.send_blocks(call, &mut file, pace, deadline);
        self.restore_input_format(before);
        sent
    }

    /// There is room for it. A session that accepts no more input needs no format.
    fn restore_input_format(&self, before: InputFormat) {
        let restore = || self.set_input_format(before.encoding, before.sample_rate, before.channels);
        // Another thread sends for as long as a block takes to copy.
        while restore().is_err_and(|error| error.status == Status::Busy) {
            std::thread::yield_now();
        }
    }

    fn send_blocks(
        &self,
        call: &Call,
        file: &mut SoundFile,
        pace: Pace,
        deadline: Option<Instant>,
    ) -> Result<u64> {
        let (format, frame_bytes) = (file.format(), file.frame_bytes());
        let (mut block, mut total) = (Vec::new(), 0);
        loop {
            let may_follow = file.read(format.frames_in_ms(BLOCK_MS as u32), &mut block)?;
            if block.is_empty() && may_follow {
                let patience = Patience { deadline, go_on: &|| self.may_go_on(call) };
                match patience.check() {
                    Ok(()) => file.wait(STEP),
                    Err(error) if total == 0 => return Err(error),
                    Err(_) => return Ok(total),
                }
                continue;
            }
            let frames = block.len() / frame_bytes;
            let sent = match self.send_paced_for(call, |_| Ok(&block), pace, deadline) {
                Err(error) if total == 0 => return Err(error),
                outcome => outcome.unwrap_or(0),
            };
            total += sent as u64;
            if frames == 0 || sent < frames {
                return Ok(total);
            }
        }
    }
}
