//! What happens when the caller's input stops: nothing, silence, or a pause of the task.
//!
//! Pure: it gets frames and instants and says what is due. A gap begins where the input so far no longer covers real
//! time. So a caller that is ahead of real time has no gap, and silence never runs ahead of the clock. While silence
//! is sent in place of input, short losses add up until silence makes up for them; otherwise they are forgotten.

use std::time::Duration;

use tokio::time::Instant;

use crate::runtime::standstill::STANDSTILL;

/// Input that is further ahead of real time counts as this far ahead: a clock that is fast must not lead to a pause
/// after which a service closes (protocol.md 9.2).
const MOST_AHEAD: Duration = Duration::from_secs(5);
/// Silence that is sent at once besides a chunk, at most: a service expects the pace of speech.
pub(crate) const MOST_AT_ONCE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    #[default]
    None,
    /// Silence is sent instead.
    Silence,
    /// The task is paused, and resumed with the first new frame.
    Pause,
}

/// What is required now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    None,
    /// Silence begins: the rest of the input must be gathered, see [`Gap::fill`].
    Begin,
    /// A chunk must be completed with silence, see [`Gap::put`].
    Fill,
    /// Silence is due before the latest input, see [`Gap::take_owed`].
    CatchUp,
    /// Input that fills no chunk must be sent: nothing followed it for the length of one.
    Tail,
    Pause,
    Resume,
}

/// Effect of a command on whether the task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Pauses,
    /// A task that is set runs, whether it was paused before or not (protocol.md 5.2).
    Resumes,
}

/// The caller's input so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub frames: u64,
    /// Frames of those that the caller stated as lost.
    pub skipped: u64,
    /// Input was refused since the last look, because too much waits.
    pub was_refused: bool,
    /// Not all of it was sent.
    pub has_tail: bool,
}

/// Silence for which no other silence is needed when the caller states the same loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MadeUp {
    /// Audio has come: what was made up before cannot be stated any more.
    pub is_over: bool,
    pub silence: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Flowing,
    /// This much silence completes the next chunk.
    Filling(Duration),
    /// The policy paused the task. Input that came since is held until the resume.
    Paused {
        fresh: bool,
    },
}

pub struct Gap {
    policy: Policy,
    /// How long input must be missing.
    after: Duration,
    /// Length of a chunk.
    chunk: Duration,
    /// At the last look.
    seen: Progress,
    /// `None` after a rest: nobody had to look.
    looked: Option<Instant>,
    /// When the latest input came.
    heard: Instant,
    /// Input, or silence in its place, covers real time up to here.
    covered: Instant,
    /// Silence that belongs before the latest input.
    owed: Duration,
    made_up: MadeUp,
    state: State,
    is_ready: bool,
    /// The caller paused the task: the policy rests until the caller resumes it.
    is_off: bool,
    /// The conversation is on hold; with `must_pause` the task still has to be paused.
    is_on_hold: bool,
    must_pause: bool,
}

impl Gap {
    pub fn new(policy: Policy, after: Duration, chunk: Duration, now: Instant) -> Gap {
        Gap {
            policy,
            after,
            chunk,
            seen: Progress::default(),
            looked: Some(now),
            heard: now,
            covered: now,
            owed: Duration::ZERO,
            made_up: MadeUp::default(),
            state: State::Flowing,
            is_ready: false,
            is_off: false,
            is_on_hold: false,
            must_pause: false,
        }
    }

    /// The conversation is on hold: whatever the policy, the task is paused until it goes on and input comes again.
    pub fn hold(&mut self) {
        self.is_on_hold = true;
        match self.state {
            State::Paused { .. } => self.state = State::Paused { fresh: false },
            State::Flowing | State::Filling(_) => self.must_pause = true,
        }
    }

    /// The conversation goes on. What is said now is no part of what was said before, also if the task could not be
    /// paused yet.
    pub fn release(&mut self, now: Instant) {
        self.is_on_hold = false;
        if std::mem::take(&mut self.must_pause) && self.is_ready {
            self.owed += MOST_AT_ONCE;
            self.covered = self.covered.max(now);
        }
    }

    /// The session is READY: input that was missing before is not a gap.
    pub fn begin(&mut self, now: Instant) {
        self.is_ready = true;
        self.covered = self.covered.max(now);
    }

    pub fn look(&mut self, input: Progress, sample_rate: u32, now: Instant) {
        let before = self.looked.replace(now);
        let late = before.map_or(Duration::ZERO, |before| now.saturating_duration_since(before));
        if late >= STANDSTILL {
            self.covered = self.covered.max(now.min(self.covered + late));
        }
        let before = std::mem::replace(&mut self.seen, input);
        let all = input.frames.saturating_sub(before.frames);
        let audio = all.saturating_sub(input.skipped.saturating_sub(before.skipped));
        if all > 0 {
            self.heard = now;
        }
        if audio > 0 {
            self.made_up = MadeUp { is_over: true, silence: Duration::ZERO };
        }
        // Frames that were lost need no task that runs.
        let new = if self.policy == Policy::Pause { audio } else { all };
        if new > 0 {
            self.cover(duration(new, sample_rate), now);
        }
        if input.was_refused {
            // The line is too slow: silence in place of what it could not take would only be late.
            self.covered = self.covered.max(now);
        }
        if self.in_effect() == Policy::Silence {
            self.covered = self.covered.max(self.oldest(now));
        }
    }

    /// Input of this length came. Frames are sent after they were spoken.
    fn cover(&mut self, length: Duration, now: Instant) {
        let spoken = now.checked_sub(length).unwrap_or(now);
        let missing = spoken.saturating_duration_since(self.covered);
        match self.state {
            State::Filling(_) => {
                let owed = missing.min(self.most_at_once());
                self.owed += owed;
                self.made_up.silence += owed;
                self.covered += missing;
                self.state = State::Flowing;
            }
            // A short loss, or jitter: it adds up.
            State::Flowing if self.keeps_time() => {}
            State::Flowing => self.covered += missing,
            State::Paused { .. } => {
                self.covered += missing;
                // A sender may have been late to notice the hold.
                self.state = State::Paused { fresh: !self.is_on_hold };
            }
        }
        self.covered = (self.covered + length).min(now + MOST_AHEAD);
    }

    fn keeps_time(&self) -> bool {
        self.policy == Policy::Silence && self.is_ready && !self.is_off
    }

    fn most_at_once(&self) -> Duration {
        self.chunk + self.after.min(MOST_AT_ONCE).max(self.chunk)
    }

    /// What was missing before is not made up for.
    fn oldest(&self, now: Instant) -> Instant {
        now.checked_sub(self.most_at_once()).unwrap_or(self.covered)
    }

    /// What is due. After the end was requested, only held input must be sent.
    pub fn step(&self, now: Instant, is_ending: bool) -> Step {
        if !self.is_ready {
            return Step::None;
        }
        match self.state {
            State::Paused { fresh: true } => return Step::Resume,
            State::Paused { fresh: false } => return Step::None,
            _ if is_ending => return Step::None,
            _ if self.must_pause => return Step::Pause,
            _ if !self.owed.is_zero() => return Step::CatchUp,
            State::Filling(missing) if self.covered + missing <= now => return Step::Fill,
            State::Flowing if !self.is_off && self.covered + self.after <= now => match self.policy {
                Policy::None => {}
                Policy::Silence => return Step::Begin,
                Policy::Pause => return Step::Pause,
            },
            State::Filling(_) | State::Flowing => {}
        }
        let is_quiet = self.heard + self.chunk <= now && self.state == State::Flowing;
        if is_quiet && self.seen.has_tail { Step::Tail } else { Step::None }
    }

    /// Returns whether nothing can be due before input comes or a command is sent. Then nobody looks until that.
    pub fn rest(&mut self) -> bool {
        let is_timed = self.must_pause
            || match self.state {
                State::Flowing => self.policy != Policy::None && !(self.is_ready && self.is_off),
                State::Filling(_) => true,
                State::Paused { fresh } => fresh,
            };
        let rests = !is_timed && self.owed.is_zero() && !self.seen.has_tail;
        if rests {
            self.looked = None;
        }
        rests
    }

    /// The rest of the input is gathered; this much silence completes its last chunk.
    pub fn fill(&mut self, missing: Duration, now: Instant) {
        self.covered = self.covered.max(self.oldest(now));
        self.state = State::Filling(missing);
    }

    /// Silence that must be put before the latest input.
    pub fn take_owed(&mut self) -> Duration {
        std::mem::take(&mut self.owed)
    }

    /// This much silence was put behind the input so far.
    pub fn put(&mut self, silence: Duration) {
        self.covered += silence;
        self.made_up.silence += silence;
    }

    /// A chunk was sent; the next one takes this much silence.
    pub fn chunk_sent(&mut self, missing: Duration) {
        if let State::Filling(_) = self.state {
            self.state = State::Filling(missing);
        }
    }

    /// A command was sent that pauses or resumes the task, the policy's own or the caller's.
    pub fn sent(&mut self, effect: Effect, is_own: bool, now: Instant) {
        match effect {
            Effect::Pauses if is_own => {
                self.must_pause = false;
                self.state = State::Paused { fresh: false };
            }
            Effect::Pauses => {
                self.is_off = true;
                self.state = State::Flowing;
            }
            Effect::Resumes => {
                self.is_off = false;
                self.state = State::Flowing;
                self.covered = self.covered.max(now);
            }
        }
    }

    /// Returns whether input must wait until the task is resumed.
    pub fn holds(&self) -> bool {
        matches!(self.state, State::Paused { .. })
    }

    /// What is new since the last call.
    pub fn take_made_up(&mut self) -> MadeUp {
        std::mem::take(&mut self.made_up)
    }

    /// What the policy is doing about a gap.
    pub fn in_effect(&self) -> Policy {
        match self.state {
            State::Flowing => Policy::None,
            State::Filling(_) => Policy::Silence,
            State::Paused { .. } => Policy::Pause,
        }
    }
}

pub fn duration(frames: u64, sample_rate: u32) -> Duration {
    Duration::from_nanos((u128::from(frames) * 1_000_000_000 / u128::from(sample_rate.max(1))) as u64)
}

#[cfg(test)]
mod tests;
