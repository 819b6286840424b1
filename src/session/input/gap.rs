//! What happens when the caller's input stops: nothing, silence, or a pause of the task.
//!
//! Pure: it gets frames and instants and says what is due. A gap begins where the input so far no longer covers real
//! time. So a caller that is ahead of real time has no gap, and silence never runs ahead of the clock. While silence
//! is sent in place of input, short losses add up until silence makes up for them; otherwise they are forgotten.

use std::time::Duration;

use tokio::time::Instant;

/// A thread that looks this late was not running. What was missed meanwhile is not sent later.
const STANDSTILL: Duration = Duration::from_secs(1);
/// Input that is further ahead of real time counts as this far ahead: a clock that is fast must not lead to a pause
/// after which a service closes (protocol.md 9.2).
const MOST_AHEAD: Duration = Duration::from_secs(5);
/// Silence that is sent at once besides a chunk, at most: a service expects the pace of speech.
const MOST_AT_ONCE: Duration = Duration::from_secs(1);

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
    looked: Instant,
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
}

impl Gap {
    pub fn new(policy: Policy, after: Duration, chunk: Duration, now: Instant) -> Gap {
        Gap {
            policy,
            after,
            chunk,
            seen: Progress::default(),
            looked: now,
            heard: now,
            covered: now,
            owed: Duration::ZERO,
            made_up: MadeUp::default(),
            state: State::Flowing,
            is_ready: false,
            is_off: false,
        }
    }

    /// The session is READY: input that was missing before is not a gap.
    pub fn begin(&mut self, now: Instant) {
        self.is_ready = true;
        self.covered = self.covered.max(now);
    }

    pub fn look(&mut self, input: Progress, sample_rate: u32, now: Instant) {
        let late = now.saturating_duration_since(self.looked);
        self.looked = now;
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
                self.state = State::Paused { fresh: true };
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
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const RATE: u32 = 8000;
    const CHUNK: Duration = Duration::from_millis(320);

    fn gap(policy: Policy, after_ms: u32, now: Instant) -> Gap {
        let mut gap = Gap::new(policy, after_ms * MS, CHUNK, now);
        gap.begin(now);
        gap
    }

    fn send(gap: &mut Gap, frames: u64, now: Instant) {
        gap.look(Progress { frames: gap.seen.frames + frames, ..gap.seen }, RATE, now);
    }

    /// A look of the ticker.
    fn tick(gap: &mut Gap, now: Instant) -> Step {
        send(gap, 0, now);
        gap.step(now, false)
    }

    /// Frames of 20 ms, each when it was spoken; returns when the last one came.
    fn speak(gap: &mut Gap, start: Instant, packets: u32) -> Instant {
        for packet in 1..=packets {
            let now = start + packet * 20 * MS;
            send(gap, 160, now);
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
        gap.fill(240 * MS, stopped + 200 * MS);
        assert_eq!(gap.in_effect(), Policy::Silence);
        assert_eq!(gap.step(stopped + 239 * MS, false), Step::None);
        assert_eq!(gap.step(stopped + 240 * MS, false), Step::Fill);
        gap.put(240 * MS);
        gap.chunk_sent(CHUNK);
        for chunk in 1..100 {
            let due = stopped + 240 * MS + chunk * CHUNK;
            assert_eq!(gap.step(due - MS, false), Step::None);
            assert_eq!(gap.step(due, false), Step::Fill);
            gap.put(CHUNK);
            gap.chunk_sent(CHUNK);
        }
    }

    #[test]
    fn fresh_input_ends_the_silence_at_once() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        gap.fill(CHUNK, start + 200 * MS);
        gap.put(CHUNK);
        gap.chunk_sent(CHUNK);
        let back = start + 500 * MS;
        send(&mut gap, 160, back);
        assert_eq!((gap.in_effect(), gap.step(back, false)), (Policy::None, Step::CatchUp));
        assert_eq!(gap.take_owed(), 160 * MS, "what the chunk did not cover, before the new frame");
        assert_eq!(gap.step(back, false), Step::None);
        assert_eq!(gap.step(back + 199 * MS, false), Step::None, "counted from the last frame");
        assert_eq!(gap.step(back + 200 * MS, false), Step::Begin);
    }

    #[test]
    fn input_ahead_of_time_is_no_gap() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        send(&mut gap, 2 * u64::from(RATE), start);
        assert_eq!(gap.step(start + 2199 * MS, false), Step::None);
        assert_eq!(gap.step(start + 2200 * MS, false), Step::Begin);
    }

    /// Packets are lost here and there, or the caller's clock is slow: no loss is long, but they add up.
    #[test]
    fn short_losses_add_up_until_silence_makes_up_for_them() {
        for lost_every in [3, 10, 50] {
            let start = Instant::now();
            let mut gap = gap(Policy::Silence, 200, start);
            let (mut spoken, mut silence) = (Duration::ZERO, Duration::ZERO);
            for packet in 1..3000 {
                let now = start + packet * 20 * MS;
                let is_lost = packet % lost_every == 0;
                send(&mut gap, if is_lost { 0 } else { 160 }, now);
                spoken += if is_lost { Duration::ZERO } else { 20 * MS };
                match gap.step(now, false) {
                    Step::Begin => gap.fill(CHUNK, now),
                    Step::CatchUp => silence += gap.take_owed(),
                    step => assert_eq!(step, Step::None),
                }
                let on_the_wire = start + spoken + silence;
                assert!(on_the_wire <= now && now <= on_the_wire + 240 * MS, "{packet}");
            }
        }
    }

    /// Longer than silence is waited for, shorter than a chunk: what is missing is put before what comes next.
    #[test]
    fn a_pause_that_is_shorter_than_a_chunk_is_made_up_for() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        let mut now = start;
        for _ in 0..100 {
            now = speak(&mut gap, now, 8);
            assert_eq!(tick(&mut gap, now + 200 * MS), Step::Begin);
            gap.fill(CHUNK, now + 200 * MS);
            now += 240 * MS;
            send(&mut gap, 160, now + 20 * MS);
            assert_eq!(gap.take_owed(), 240 * MS);
            now += 20 * MS;
        }
    }

    #[test]
    fn what_was_missed_while_the_process_was_stopped_is_not_sent_later() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        assert_eq!(tick(&mut gap, start + 200 * MS), Step::Begin);
        gap.fill(CHUNK, start + 200 * MS);
        assert_eq!(tick(&mut gap, start + 310 * MS), Step::None);
        let back = start + 10_310 * MS;
        assert_eq!(tick(&mut gap, back), Step::None);
        assert_eq!(tick(&mut gap, back + 10 * MS), Step::Fill);
        gap.put(CHUNK);
        gap.chunk_sent(CHUNK);
        assert_eq!(tick(&mut gap, back + 320 * MS), Step::None);
    }

    /// As while a line stands still.
    #[test]
    fn silence_that_could_not_be_sent_in_time_is_not_sent_later() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        gap.fill(CHUNK, start + 200 * MS);
        for at in 21..500 {
            tick(&mut gap, start + at * 10 * MS);
        }
        let mut chunks = 0;
        while tick(&mut gap, start + 5000 * MS) == Step::Fill {
            gap.put(CHUNK);
            gap.chunk_sent(CHUNK);
            chunks += 1;
        }
        assert_eq!(chunks, 2);
    }

    #[test]
    fn time_is_not_kept_where_the_line_refuses_input() {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        gap.look(Progress { was_refused: true, ..gap.seen }, RATE, start + 900 * MS);
        assert_eq!(gap.step(start + 1099 * MS, false), Step::None);
        assert_eq!(gap.step(start + 1100 * MS, false), Step::Begin);
    }

    #[test]
    fn a_tail_is_sent_after_the_length_of_a_chunk() {
        let start = Instant::now();
        for policy in [Policy::None, Policy::Pause, Policy::Silence] {
            let mut gap = gap(policy, 5000, start);
            gap.look(Progress { frames: 800, has_tail: true, ..gap.seen }, RATE, start);
            assert_eq!(gap.step(start + 319 * MS, false), Step::None);
            assert_eq!(gap.step(start + 320 * MS, false), Step::Tail);
            gap.look(Progress { has_tail: false, ..gap.seen }, RATE, start + 330 * MS);
            assert_eq!(gap.step(start + 330 * MS, false), Step::None);
        }
    }

    /// A caller without audio states its losses all the time: they need no task that runs.
    #[test]
    fn losses_do_not_end_a_pause() {
        let start = Instant::now();
        let mut gap = gap(Policy::Pause, 200, start);
        for packet in 1..=10 {
            let frames = packet * 160;
            gap.look(Progress { frames, skipped: frames, ..gap.seen }, RATE, start + packet as u32 * 20 * MS);
        }
        assert_eq!(gap.step(start + 200 * MS, false), Step::Pause);
        gap.sent(Effect::Pauses, true, start + 200 * MS);
        let seen = gap.seen;
        gap.look(Progress { frames: 1760, skipped: 1760, ..seen }, RATE, start + 220 * MS);
        assert_eq!(gap.step(start + 220 * MS, false), Step::None);
        gap.look(Progress { frames: 1920, skipped: 1760, ..seen }, RATE, start + 240 * MS);
        assert_eq!(gap.step(start + 240 * MS, false), Step::Resume);
    }

    #[test]
    fn what_was_missing_before_ready_is_no_gap() {
        let opened = Instant::now();
        let mut gap = Gap::new(Policy::Silence, 200 * MS, CHUNK, opened);
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
        tick(&mut gap, back - 20 * MS);
        send(&mut gap, 160, back);
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
        send(&mut gap, 160, start + 400 * MS);
        assert_eq!((gap.step(start + 400 * MS, false), gap.holds()), (Step::None, false));
    }
}
