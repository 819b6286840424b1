//! What a line sends, cleaned of what it plays, on its way on. Both sounds are kept in step, whatever is lost or late.

use std::collections::VecDeque;
use std::sync::Arc;

use super::clock::Clock;
use super::comparison::Comparison;
use super::detour::{Detour, Run};
use super::echo::Told;
use super::side::{self, Course, Side, Span, Time};
use crate::audio::echo::cancel::{Cleaner, Cleaning};
use crate::session::output::Taps;
use crate::session::output::mono::Mono;

/// As much of a pause is listened to as an echo can be late. The rest is left out of both sounds.
const KEPT_MS: u64 = 500;

/// How much later, or earlier, what is sent may come than what is played. A move of one against the other costs a second in which
/// the echo is heard, so it is the last resort: when more was lost than an echo is late, or more waits than can be waited for.
const LATE_MS: u64 = 30;
const EARLY_MS: u64 = 200;
/// A machine that has no time for this thread seems to move them as well, each time by something else: what is found so often in
/// succession is true.
const TIMES: u32 = 3;
const SAME_MS: u64 = 20;

/// Where what was cleaned goes: mono, 16 bits, at the rate of the cleaner.
pub(crate) trait Onward {
    /// Frames that it takes now.
    fn space(&self) -> usize;
    fn send(&mut self, bytes: &[u8]);
    /// In place of what nobody may hear.
    fn mute(&mut self, frames: usize);
    /// Returns the number of frames that were taken.
    fn lose(&mut self, frames: usize) -> usize;
}

/// What a sample of the sound that is sent is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Said,
    /// Nobody may hear it.
    Muted,
    Lost,
    /// Nobody has sent anything.
    Pause,
}

pub(crate) struct LineCleaner {
    rate: u32,
    sent: Sent,
    played: Played,
    cleaner: Cleaner,
    teller: Option<Comparison>,
    clock: Clock,
    span: Span,
    /// How far what is sent is ahead of what is played, and how often that was found.
    ahead: (i64, u32),
    block: Vec<i16>,
    kinds: Vec<Kind>,
}

/// What is sent, on its way to the cleaner.
struct Sent {
    detour: Detour,
    mono: Mono,
    /// What its samples are.
    latest: Kind,
    course: Course,
    waiting: VecDeque<(i16, Kind)>,
    /// Nobody has sent anything for so long, of which so much is not listened to yet.
    pause: usize,
    unheard: usize,
    /// What was lost and is still to be told.
    lost: usize,
    samples: Vec<i16>,
    arrived: Vec<(i16, Kind)>,
}

/// What was taken changes what is played beside it.
struct Taken {
    /// Of what is played, so much belongs to a pause that is left out.
    skipped: usize,
    /// And so much behind all that was taken, of a loss.
    rest: usize,
    /// Of losses, so much is to be told behind it.
    lost: usize,
}

/// What is played, on its way to the cleaner.
struct Played {
    side: Side,
    /// To be left out.
    skipped: usize,
    /// Blocks that were to be played and had not arrived.
    owed: usize,
    block: Vec<i16>,
}

impl LineCleaner {
    pub(crate) fn new(
        rate: u32,
        cleaning: Cleaning,
        from: Detour,
        played: Arc<Taps>,
        told: Option<Told>,
    ) -> LineCleaner {
        let cleaner = Cleaner::new(cleaning, rate);
        let frames = cleaner.frames();
        LineCleaner {
            rate,
            sent: Sent::new(rate, from),
            played: Played {
                side: Side::new(played, rate, side::LATE_MS),
                skipped: 0,
                owed: 0,
                block: Vec::new(),
            },
            cleaner,
            teller: told.map(Comparison::new),
            clock: Clock::default(),
            span: Span::default(),
            ahead: (0, 0),
            block: vec![0; frames],
            kinds: vec![Kind::Pause; frames],
        }
    }

    /// Passes on what has arrived until now.
    pub(crate) fn visit(&mut self, onward: &mut dyn Onward) {
        let mut clock = std::mem::take(&mut self.clock);
        self.visit_at(&mut || clock.now_ms(), onward);
        self.clock = clock;
    }

    /// As [`LineCleaner::visit`], and nothing more will come.
    pub(crate) fn finish(&mut self, onward: &mut dyn Onward) {
        self.visit(onward);
        self.sent.finish(self.block.len());
        self.clean(onward);
    }

    pub(super) fn visit_at(&mut self, time: Time<'_>, onward: &mut dyn Onward) {
        self.played.take(time);
        self.pay();
        while self.go_on(time, onward) {}
        if self.span.is_over(time()) {
            self.align();
        }
    }

    /// What was lost without a word, or is sent ahead of time, moves one sound against the other.
    fn align(&mut self) {
        let (sent, played) = (&mut self.sent.course, &mut self.played.side.course);
        let (Some(of_sent), Some(of_played)) = (sent.ahead(), played.ahead()) else { return };
        let ahead = of_sent - of_played;
        let is_same = ahead.abs_diff(self.ahead.0) <= sent.in_ms(SAME_MS);
        self.ahead = (ahead, if is_same { self.ahead.1 + 1 } else { 1 });
        if self.ahead.1 < TIMES {
            return;
        }
        if ahead > sent.in_ms(EARLY_MS) as i64 {
            played.move_by(ahead);
            self.played.insert(ahead as usize);
        } else if -ahead > sent.in_ms(LATE_MS) as i64 {
            sent.move_by(-ahead);
            self.sent.unheard += ahead.unsigned_abs() as usize;
        }
    }

    /// Passes on what comes next. Returns whether there is more.
    fn go_on(&mut self, time: Time<'_>, onward: &mut dyn Onward) -> bool {
        self.sent.tell_loss(onward);
        let space = onward.space().saturating_sub(self.sent.waiting.len() + self.block.len());
        if self.sent.lost > 0 || space == 0 {
            return false;
        }
        let Taken { skipped, rest, lost } = self.sent.take(time, space);
        self.played.skip(skipped);
        self.clean(onward);
        self.played.skip(rest);
        self.sent.lost += lost;
        lost > 0
    }

    /// Whole blocks go on.
    fn clean(&mut self, onward: &mut dyn Onward) {
        let frames = self.block.len();
        while self.sent.waiting.len() >= frames {
            let places = self.block.iter_mut().zip(&mut self.kinds);
            for ((place, kind), next) in places.zip(self.sent.waiting.drain(..frames)) {
                (*place, *kind) = next;
            }
            self.played.owed += 1;
            self.pay();
            if let Some(comparison) = &mut self.teller {
                comparison.add(1, self.rate, &self.block);
            }
            self.cleaner.clean(&mut self.block);
            self.pass_on(onward);
        }
    }

    /// What is played is listened to as soon as it is there.
    fn pay(&mut self) {
        let LineCleaner { played, cleaner, teller, rate, .. } = self;
        while let Some(block) = played.next(cleaner.frames()) {
            cleaner.play(block);
            if let Some(comparison) = teller {
                comparison.add(0, *rate, block);
            }
        }
    }

    fn pass_on(&mut self, onward: &mut dyn Onward) {
        let mut begin = 0;
        for run in self.kinds.chunk_by(|one, next| one == next) {
            let samples = &self.block[begin..begin + run.len()];
            begin += run.len();
            match run[0] {
                Kind::Said => onward.send(bytemuck::cast_slice(samples)),
                Kind::Muted => onward.mute(run.len()),
                Kind::Lost => {
                    self.sent.lost += run.len();
                    self.sent.tell_loss(onward);
                }
                Kind::Pause => {}
            }
        }
    }
}

impl Sent {
    fn new(rate: u32, from: Detour) -> Sent {
        Sent {
            detour: from,
            mono: Mono::new(rate),
            latest: Kind::Said,
            course: Course::new(rate, side::LATE_MS),
            waiting: VecDeque::new(),
            pause: 0,
            unheard: 0,
            lost: 0,
            samples: Vec::new(),
            arrived: Vec::new(),
        }
    }

    fn kept(&self) -> usize {
        self.course.in_ms(KEPT_MS) as usize
    }

    fn wait_for(&mut self, frames: usize, kind: Kind) {
        self.waiting.extend(std::iter::repeat_n((0, kind), frames));
    }

    fn tell_loss(&mut self, onward: &mut dyn Onward) {
        if self.lost > 0 {
            self.lost -= onward.lose(self.lost);
        }
    }

    /// Takes what has arrived until now, at most about so much.
    fn take(&mut self, time: Time<'_>, most: usize) -> Taken {
        let before_ms = time();
        let mut arrived = std::mem::take(&mut self.arrived);
        let (mut stated, mut rest) = (0, 0);
        // What follows a long loss is taken when that was told.
        while arrived.len() < most && rest == 0 && stated <= self.kept() {
            let Some((rate, run)) = self.next(most, &mut arrived) else { break };
            let kind = match run {
                Run::Said => Kind::Said,
                // It is listened to, and goes no further.
                Run::Muted => Kind::Muted,
                Run::Lost(frames) => {
                    let mut lost = self.frames_at(rate, frames);
                    if arrived.is_empty() {
                        // The pause so far was a loss, which is stated now.
                        let known = lost.min(self.pause - stated);
                        (stated, lost) = (stated + known, lost - known);
                    }
                    rest = lost.saturating_sub(self.kept());
                    arrived.extend(std::iter::repeat_n((0, Kind::Lost), lost - rest));
                    continue;
                }
            };
            self.latest = kind;
            arrived.extend(self.mono.convert(rate, &self.samples).map(|sample| (sample, kind)));
        }
        if stated > 0 {
            self.course.explain_gap();
        }
        let gap = self.course.arrive(before_ms, time(), arrived.len() + rest);
        let skipped = self.pass(gap);
        let mut untold = 0;
        if stated > 0 || !arrived.is_empty() {
            untold = self.end_pause(stated);
            self.waiting.extend(arrived.drain(..));
        }
        self.arrived = arrived;
        Taken { skipped, rest, lost: rest + untold }
    }

    /// Nobody has sent anything for so much longer. Returns how much of what is played has to be left out.
    fn pass(&mut self, gap: usize) -> usize {
        self.pause += gap;
        let unheard = self.unheard + gap;
        self.unheard = unheard.min(self.kept());
        unheard - self.unheard
    }

    /// Something was sent, or stated: so much of the pause was a loss. Returns what of that is still to be told.
    fn end_pause(&mut self, stated: usize) -> usize {
        let told = stated.min(self.unheard);
        self.wait_for(told, Kind::Lost);
        self.wait_for(self.unheard - told, Kind::Pause);
        (self.pause, self.unheard) = (0, 0);
        stated - told
    }

    /// At what rate it is, and what.
    fn next(&mut self, most: usize, arrived: &mut Vec<(i16, Kind)>) -> Option<(u32, Run)> {
        loop {
            if let Some(run) = self.detour.next(most, &mut self.samples) {
                return Some((self.detour.rate, run));
            }
            // What is sent goes on in another format.
            self.detour = self.detour.leave()?;
            arrived.extend(self.mono.finish().map(|sample| (sample, self.latest)));
        }
    }

    /// Fills a block with what is left of what was sent, and silence.
    fn finish(&mut self, block: usize) {
        self.waiting.extend(self.mono.finish().map(|sample| (sample, self.latest)));
        self.wait_for(self.waiting.len().next_multiple_of(block) - self.waiting.len(), Kind::Pause);
    }

    fn frames_at(&self, rate: u32, frames: usize) -> usize {
        (frames as u64 * self.course.in_ms(1000) / u64::from(rate)) as usize
    }
}

impl Played {
    fn take(&mut self, time: Time<'_>) {
        self.side.take(time);
        self.skip(0);
    }

    /// So much is left out, of what has arrived or of what comes next.
    fn skip(&mut self, frames: usize) {
        let waiting = &mut self.side.waiting;
        let left = self.skipped + frames;
        let now = left.min(waiting.len());
        waiting.drain(..now);
        self.skipped = left - now;
    }

    /// So much silence comes first.
    fn insert(&mut self, frames: usize) {
        let left_out = frames.min(self.skipped);
        self.skipped -= left_out;
        (0..frames - left_out).for_each(|_| self.side.waiting.push_front(0));
    }

    /// A block that has to be played and is there.
    fn next(&mut self, frames: usize) -> Option<&[i16]> {
        if self.owed == 0 || self.side.waiting.len() < frames {
            return None;
        }
        self.owed -= 1;
        self.block.clear();
        self.block.extend(self.side.waiting.drain(..frames));
        Some(&self.block)
    }
}

#[cfg(test)]
mod tests;
