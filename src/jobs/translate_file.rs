//! A sound file in, its translation out as files: a whole session on the caller's thread.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::job::{Job, Outcome, Progress};
use super::tracks::Tracks;
use crate::client::Client;
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts};
use crate::media::sound_file::SoundFile;
use crate::media::source::Patience;
use crate::products::translation::options::TranslationOptions;
use crate::session::Session;
use crate::session::events::queue::Polled;
use crate::session::handle::schedule::Schedule;
use crate::session::input::InputOptions;
use crate::session::input::gap::Policy;
use crate::session::input::options::check_file;
use crate::session::output::OutputMode;
use crate::session::output::OutputOptions;
use crate::wire::translation::task;

/// How long to wait for an event before checking for other work.
const STEP: Duration = Duration::from_millis(20);
/// Interval of progress reports, in addition to those with every transcript.
const TELL: Duration = Duration::from_millis(250);
/// Audio read from the file at a time.
const BLOCK_MS: u32 = 100;
/// How long closing may take, if there is time left.
const GOODBYE: Duration = Duration::from_secs(2);

/// Sends the file in real time, collects what arrives until the session is over, and writes the speech of each target
/// to its own file. What was received is complete in the files, however this ends.
pub fn translate_file(
    client: Arc<Client>,
    options: TranslationOptions,
    job: &Job<'_>,
    deadline: Option<Instant>,
    go_on: &mut dyn FnMut(&Progress<'_>) -> bool,
    outcome: &mut Outcome,
) -> Result<()> {
    let patience = Patience { deadline, go_on: &|| job.call.check() };
    let input = SoundFile::open(job.input, &patience)?;
    check_file(job.input, input.format())?;
    let options = TranslationOptions {
        input: InputOptions {
            encoding: input.encoding(),
            sample_rate: Some(input.format().sample_rate),
            channels: Some(input.format().channels),
            gap_policy: Policy::None,
            drop_oldest: false,
            ..options.input
        },
        output: OutputOptions { mode: OutputMode::Events, ..options.output },
        ..options
    };
    let targets = task::target_languages(&options.task()?);
    let mut tracks = Tracks::new(job, targets)?;
    outcome.input_sample_rate = input.format().sample_rate;
    let session = Session::open(client, options, None)?;
    let mut run = Run::new(&session, input, job, outcome);
    let ended = run.converse(&mut tracks, deadline, go_on);
    let stats = session.stats();
    outcome.first_audio_ms = stats.first_audio_ms;
    outcome.events_dropped = stats.events.dropped_events;
    let left = deadline.map_or(GOODBYE, |at| at.saturating_duration_since(Instant::now()));
    session.close(if job.call.is_ended() { Duration::ZERO } else { left.min(GOODBYE) });
    let written = tracks.finish(outcome);
    ended.and(written)
}

struct Run<'a> {
    session: &'a Session,
    input: SoundFile,
    job: &'a Job<'a>,
    outcome: &'a mut Outcome,
    /// From READY on.
    schedule: Option<Schedule>,
    /// Read but not sent, from `offset` on.
    block: Vec<u8>,
    offset: usize,
    frame_bytes: usize,
    has_ended: bool,
    flags: u32,
    phrase: u64,
    part: u32,
    texts: Texts,
    next_tell: Instant,
}

impl<'a> Run<'a> {
    fn new(session: &'a Session, input: SoundFile, job: &'a Job<'a>, outcome: &'a mut Outcome) -> Run<'a> {
        let frame_bytes = input.frame_bytes();
        Run {
            session,
            input,
            job,
            outcome,
            schedule: None,
            block: Vec::new(),
            offset: 0,
            frame_bytes,
            has_ended: false,
            flags: 0,
            phrase: 0,
            part: 0,
            texts: Texts::with_json("", "", "", "", ""),
            next_tell: Instant::now(),
        }
    }

    fn converse(
        &mut self,
        tracks: &mut Tracks,
        deadline: Option<Instant>,
        go_on: &mut dyn FnMut(&Progress<'_>) -> bool,
    ) -> Result<()> {
        loop {
            self.job.call.check()?;
            self.send_due()?;
            let now = Instant::now();
            if now >= self.next_tell {
                self.next_tell = now + TELL;
                if !go_on(&self.progress()) {
                    return Err(Error::new(Status::Closed, "the progress callback asked to stop"));
                }
            }
            if deadline.is_some_and(|at| at <= now) {
                return Err(Error::new(Status::Timeout, "the translation took longer than was allowed"));
            }
            let until = now + STEP;
            match self.session.poll_event(Some(deadline.map_or(until, |at| at.min(until))))? {
                Polled::Event(numbered) if numbered.event.kind == EventKind::Closed => {
                    if let Some(error) = self.session.last_error() {
                        return Err(error);
                    }
                    // What shows progress gets to its end; there is nothing left to stop.
                    go_on(&self.progress());
                    return Ok(());
                }
                Polled::Event(numbered) => self.take(numbered.event, tracks)?,
                Polled::Nothing => {}
                Polled::Closed => return Err(Status::Closed.into()),
            }
        }
    }

    fn take(&mut self, event: Event, tracks: &mut Tracks) -> Result<()> {
        match event.kind {
            EventKind::Ready => {
                let rate = self.input.format().sample_rate;
                self.schedule = Some(Schedule::new(Instant::now(), rate, self.job.pace));
            }
            EventKind::Transcript => {
                self.outcome.transcripts += 1;
                self.flags = event.flags;
                (self.phrase, self.part) = (event.phrase, event.part);
                self.texts = event.texts;
                self.next_tell = Instant::now();
            }
            EventKind::Audio => {
                self.outcome.output_sample_rate = event.sample_rate;
                tracks.add(&event)?;
            }
            EventKind::Warning | EventKind::Error => self.outcome.warnings += 1,
            _ => {}
        }
        Ok(())
    }

    /// Sends what is due by the clock, as far as it fits; after the last frame, the end.
    fn send_due(&mut self) -> Result<()> {
        let Some(schedule) = &mut self.schedule else { return Ok(()) };
        let now = Instant::now();
        schedule.catch_up(now, self.outcome.input_frames);
        let due = schedule.due(now);
        while !self.has_ended && self.outcome.input_frames < due {
            if self.offset == self.block.len() {
                let frames = self.input.format().frames_in_ms(BLOCK_MS);
                let may_follow = self.input.read(frames, &mut self.block)?;
                self.offset = 0;
                if self.block.is_empty() && may_follow {
                    return Ok(());
                }
            }
            if self.block.is_empty() {
                self.has_ended = true;
                return self.unless_closed(self.session.end()).map(drop);
            }
            let room = (due - self.outcome.input_frames) as usize * self.frame_bytes;
            let part = &self.block[self.offset..self.block.len().min(self.offset + room)];
            let taken = self.unless_closed(self.session.send_audio(part).map_err(Error::from))?.unwrap_or(0);
            self.offset += taken * self.frame_bytes;
            self.outcome.input_frames += taken as u64;
            if taken * self.frame_bytes < part.len() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A closed session has the reason in its last event.
    fn unless_closed<T>(&self, outcome: Result<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.status == Status::Closed => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn progress(&self) -> Progress<'_> {
        let rate = u64::from(self.input.format().sample_rate);
        Progress {
            state: self.session.state(),
            position_ms: self.outcome.input_frames * 1000 / rate,
            total_ms: self.input.frames() * 1000 / rate,
            transcripts: self.outcome.transcripts,
            flags: self.flags,
            phrase: self.phrase,
            part: self.part,
            texts: &self.texts,
        }
    }
}
