//! What is played comes back through the microphone: how late, and how loud.
//!
//! The loudness of both is compared at all delays at once, which finds the delay roughly in whatever room. The samples
//! themselves are then compared around it: two voices have a rhythm in common now and then, but never the same sound.

pub mod cancel;
mod envelope;
mod fine;
#[cfg(test)]
mod tests;

use envelope::{Envelopes, HOP};
use fine::Fine;

/// Rate of what is compared.
pub const RATE: u32 = 8000;

/// An echo is looked for so often, and looked at again so often when it is known.
const EVERY: usize = RATE as usize;
const AGAIN: usize = 4 * EVERY;
/// Below this the rhythms have nothing in common.
const LEAST_LIKENESS: f32 = 0.2;
/// How alike the sounds must be, and how long the same delay must be found.
const LEAST_SAMENESS: f32 = 0.1;
const SAME: usize = RATE as usize / 100;
const TIMES: u32 = 2;
/// The level of a purer echo holds while it fades by this each second: whoever speaks meanwhile makes the echo seem louder.
const FADE: f32 = 0.97;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Echo {
    pub delay_ms: u32,
    /// Of what was played.
    pub level_db: f32,
}

/// The result of a look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    Echo(Echo),
    /// Something was played, and nothing of it came back.
    Nothing,
}

pub struct EchoMeter {
    envelopes: Envelopes,
    fine: Fine,
    /// Samples since an echo was looked for.
    since: usize,
    /// What was found last, in samples, and how often in succession.
    found: (usize, u32),
    /// The level when the echo was purest, and how pure it was.
    level: (f32, f32),
}

impl Default for EchoMeter {
    fn default() -> EchoMeter {
        EchoMeter {
            envelopes: Envelopes::default(),
            fine: Fine::default(),
            since: 0,
            found: (0, 0),
            level: (0.0, 0.0),
        }
    }
}

impl EchoMeter {
    /// Takes samples that were played and sent at the same time. Returns what was found, up to once a
    /// second.
    pub fn listen(&mut self, played: i16, sent: i16) -> Option<Found> {
        self.envelopes.add(played, sent);
        self.fine.add(played, sent);
        self.since += 1;
        if self.since < if self.found.1 < TIMES { EVERY } else { AGAIN } {
            return None;
        }
        self.since = 0;
        let echo = self.look();
        let nothing = self.fine.has_played().then_some(Found::Nothing);
        echo.map(Found::Echo).or(nothing)
    }

    fn look(&mut self) -> Option<Echo> {
        let rough = self.envelopes.best().filter(|best| best.likeness > LEAST_LIKENESS);
        let exact = rough.and_then(|best| self.fine.around(best.lag * HOP));
        let Some((delay, sameness)) = exact.filter(|&(_, sameness)| sameness > LEAST_SAMENESS) else {
            self.found.1 = 0;
            return None;
        };
        let is_same = delay.abs_diff(self.found.0) <= SAME;
        let (times, pure) = if is_same { (self.found.1 + 1, FADE * self.level.1) } else { (1, 0.0) };
        self.found = (delay, times);
        self.level = if sameness > pure {
            (self.envelopes.level_db(delay.div_ceil(HOP)), sameness)
        } else {
            (self.level.0, pure)
        };
        let delay_ms = (delay * 1000 / RATE as usize) as u32;
        (times >= TIMES).then_some(Echo { delay_ms, level_db: self.level.0 })
    }
}
