//! What happens when the caller's input stops: nothing, silence, or a pause of the task.
//!
//! Pure: it gets frames and instants and says what is due. A gap begins where the input so far no longer covers real
//! time. So a caller that is ahead of real time has no gap, and silence never runs ahead of the clock.

use std::time::Duration;

use tokio::time::Instant;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    #[default]
    None,
    /// Silence is sent instead.
    Silence,
    /// The task is paused, and resumed with the first new frame.
    Pause,
}

/// What the policy requires now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    None,
    /// Silence begins: the rest of the input must be gathered, see [`Gap::fill`].
    Begin,
    /// A chunk must be completed with silence, see [`Gap::filled`].
    Fill,
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
    /// Frames that the caller had sent at the last check.
    seen: u64,
    /// Input, or silence in its place, covers real time up to here.
    covered: Instant,
    state: State,
    is_ready: bool,
    /// The caller paused the task: the policy rests until the caller resumes it.
    is_off: bool,
}

impl Gap {
    pub fn new(policy: Policy, after: Duration, now: Instant) -> Gap {
        Gap { policy, after, seen: 0, covered: now, state: State::Flowing, is_ready: false, is_off: false }
    }

    /// The session is READY: input that was missing before is not a gap.
    pub fn begin(&mut self, now: Instant) {
        self.is_ready = true;
        self.covered = self.covered.max(now);
    }

    /// The caller has sent this many frames in total.
    pub fn look(&mut self, frames: u64, sample_rate: u32, now: Instant) {
        let Some(new) = frames.checked_sub(self.seen).filter(|&new| new > 0) else { return };
        self.seen = frames;
        // Frames are sent after they were spoken.
        let length = duration(new, sample_rate);
        self.covered = self.covered.max(now.checked_sub(length).unwrap_or(now)) + length;
        self.state = match self.state {
            State::Flowing | State::Filling(_) => State::Flowing,
            State::Paused { .. } => State::Paused { fresh: true },
        };
    }

    /// What is due. After the end was requested, only held input must be sent.
    pub fn step(&self, now: Instant, is_ending: bool) -> Step {
        if !self.is_ready || self.is_off {
            return Step::None;
        }
        match self.state {
            State::Paused { fresh: true } => Step::Resume,
            State::Paused { fresh: false } => Step::None,
            _ if is_ending => Step::None,
            State::Filling(missing) if self.covered + missing <= now => Step::Fill,
            State::Flowing if self.covered + self.after <= now => match self.policy {
                Policy::None => Step::None,
                Policy::Silence => Step::Begin,
                Policy::Pause => Step::Pause,
            },
            State::Filling(_) | State::Flowing => Step::None,
        }
    }

    /// The rest of the input is gathered; this much silence completes its last chunk.
    pub fn fill(&mut self, missing: Duration) {
        self.state = State::Filling(missing);
    }

    /// This much silence was sent; the next chunk takes `missing`.
    pub fn filled(&mut self, silence: Duration, missing: Duration) {
        self.covered += silence;
        self.state = State::Filling(missing);
    }

    /// A command was sent that pauses or resumes the task, the policy's own or the caller's.
    pub fn sent(&mut self, effect: Effect, is_own: bool, now: Instant) {
        match effect {
            Effect::Pauses if is_own => self.state = State::Paused { fresh: false },
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
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const RATE: u32 = 8000;
    const CHUNK: Duration = Duration::from_millis(320);

    fn gap(policy: Policy, after_ms: u32, now: Instant) -> Gap {
        let mut gap = Gap::new(policy, after_ms * MS, now);
        gap.begin(now);
        gap
    }

    /// Frames of 20 ms, each when it was spoken; returns when the last one came.
    fn speak(gap: &mut Gap, start: Instant, packets: u32) -> Instant {
        for packet in 1..=packets {
            let now = start + packet * 20 * MS;
            let before = gap.seen;
            gap.look(before + 160, RATE, now);
            assert_eq!(gap.step(now, false), Step::None);
        }
        start + packets * 20 * MS
    }

    #[test]
    fn without_a_policy_nothing_is_ever_due() {
        let start = Instant::now();
        let gap = gap(Policy::None, 200, start);
        assert_eq!(gap.step(start + 100_000 * MS, false), Step::None);
    }

    #[test]
    fn silence_keeps_the_pace_of_the_clock_and_is_never_ahead_of_it() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        let stopped = speak(&mut gap, start, 20);
        assert_eq!(gap.step(stopped + 199 * MS, false), Step::None);
        assert_eq!(gap.step(stopped + 200 * MS, false), Step::Begin);
        // 80 ms of a chunk were left.
        gap.fill(240 * MS);
        assert_eq!(gap.in_effect(), Policy::Silence);
        assert_eq!(gap.step(stopped + 239 * MS, false), Step::None);
        assert_eq!(gap.step(stopped + 240 * MS, false), Step::Fill);
        gap.filled(240 * MS, CHUNK);
        for chunk in 1..100 {
            let due = stopped + 240 * MS + chunk * CHUNK;
            assert_eq!(gap.step(due - MS, false), Step::None);
            assert_eq!(gap.step(due, false), Step::Fill);
            gap.filled(CHUNK, CHUNK);
        }
    }

    #[test]
    fn fresh_input_ends_the_silence_at_once() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        gap.fill(CHUNK);
        gap.filled(CHUNK, CHUNK);
        let back = start + 500 * MS;
        gap.look(160, RATE, back);
        assert_eq!((gap.in_effect(), gap.step(back, false)), (Policy::None, Step::None));
        assert_eq!(gap.step(back + 199 * MS, false), Step::None, "counted from the last frame");
        assert_eq!(gap.step(back + 200 * MS, false), Step::Begin);
    }

    #[test]
    fn input_ahead_of_time_is_no_gap() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        gap.look(2 * u64::from(RATE), RATE, start);
        assert_eq!(gap.step(start + 2199 * MS, false), Step::None);
        assert_eq!(gap.step(start + 2200 * MS, false), Step::Begin);
    }

    #[test]
    fn what_was_missing_before_ready_is_no_gap() {
        let opened = Instant::now();
        let mut gap = Gap::new(Policy::Silence, 200 * MS, opened);
        assert_eq!(gap.step(opened + 5000 * MS, false), Step::None);
        gap.begin(opened + 5000 * MS);
        assert_eq!(gap.step(opened + 5199 * MS, false), Step::None);
        assert_eq!(gap.step(opened + 5200 * MS, false), Step::Begin);
    }

    #[test]
    fn a_pause_lasts_until_the_first_fresh_frame() {
        let start = Instant::now();
        let mut gap = gap(Policy::Pause, 5000, start);
        let stopped = speak(&mut gap, start, 10);
        assert_eq!(gap.step(stopped + 4999 * MS, false), Step::None);
        let now = stopped + 5000 * MS;
        assert_eq!(gap.step(now, false), Step::Pause);
        assert_eq!(gap.step(now + MS, true), Step::None, "no pause after the end");
        gap.sent(Effect::Pauses, true, now);
        assert_eq!((gap.holds(), gap.in_effect()), (true, Policy::Pause));
        assert_eq!(gap.step(now + 60_000 * MS, false), Step::None);
        let back = now + 61_000 * MS;
        let seen = gap.seen;
        gap.look(seen + 160, RATE, back);
        assert_eq!(gap.step(back, false), Step::Resume);
        assert_eq!(gap.step(back, true), Step::Resume, "what is held goes before the end");
        assert!(gap.holds(), "until the resume is sent");
        gap.sent(Effect::Resumes, true, back);
        assert!(!gap.holds());
        assert_eq!(gap.step(back + 4999 * MS, false), Step::None);
        assert_eq!(gap.step(back + 5000 * MS, false), Step::Pause);
    }

    #[test]
    fn the_owners_pause_switches_the_policy_off_until_his_resume() {
        let start = Instant::now();
        for policy in [Policy::Silence, Policy::Pause] {
            let mut gap = gap(policy, 200, start);
            gap.sent(Effect::Pauses, false, start);
            assert_eq!(gap.step(start + 10_000 * MS, false), Step::None);
            assert!(!gap.holds(), "what he sends meanwhile goes out as ever");
            gap.sent(Effect::Resumes, false, start + 10_000 * MS);
            assert_eq!(gap.step(start + 10_199 * MS, false), Step::None);
            assert_ne!(gap.step(start + 10_200 * MS, false), Step::None);
        }
    }

    #[test]
    fn a_task_of_the_owners_ends_the_policys_pause() {
        let start = Instant::now();
        let mut gap = gap(Policy::Pause, 200, start);
        gap.sent(Effect::Pauses, true, start + 200 * MS);
        gap.sent(Effect::Resumes, false, start + 300 * MS);
        assert!(!gap.holds());
        assert_eq!(gap.step(start + 500 * MS, false), Step::Pause);
    }

    #[test]
    fn the_owners_pause_during_the_policys_is_his() {
        let start = Instant::now();
        let mut gap = gap(Policy::Pause, 200, start);
        gap.sent(Effect::Pauses, true, start + 200 * MS);
        gap.sent(Effect::Pauses, false, start + 300 * MS);
        gap.look(160, RATE, start + 400 * MS);
        assert_eq!((gap.step(start + 400 * MS, false), gap.holds()), (Step::None, false));
    }
}
