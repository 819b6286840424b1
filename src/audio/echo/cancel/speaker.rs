//! Whether somebody speaks beside the echo, by what the filter explains of what is sent.

#[cfg(test)]
mod tests;

use super::kalman::Powers;

/// Powers are smoothed over 80 ms.
pub(super) const SMOOTH: f32 = 0.05;
/// Of what the filter takes for the echo: whoever begins to speak is louder, and goes on speaking while louder than that.
const BEGINS: f32 = 0.6;
const GOES_ON: f32 = 0.1;
/// Of 4 ms each: who spoke still speaks so long.
const HOLD: usize = 125;
/// The filter knows the room when so little was left of an echo alone, not long ago: 15 dB less. Clocks that drift never let it.
const KNOWN: f32 = 0.03;
/// Nothing better is remembered, so that what was seen 46 s ago is forgotten.
const BEST: f32 = 0.003;
/// How fast the least that was left is learned, and forgotten: within 14 s it doubles.
const LEARNED: f32 = 0.1;
const FORGOTTEN: f32 = 1.0002;
/// The noise of a room is the least that was left; it rises by 2 dB a second. Nothing is less.
const RISING: f32 = 1.002;
const LEAST_NOISE: f32 = 1e3;
/// Louder than the noise is what has twice its power.
const LOUDER: f32 = 2.0;
/// Of what is taken out, so much must make the sound fainter.
const EXPLAINED: f32 = 0.5;
/// It is no echo when the sound is louder without it, by so much of it, for so many blocks.
const LOUDER_WITHOUT: f32 = -0.3;
const WRONG_BLOCKS: usize = 50;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Speaker,
    /// Or nothing, or nobody knows.
    Echo,
    /// Which is not that of the room as it is known.
    OtherEcho,
}

pub(super) struct Speaker {
    powers: Powers,
    noise: f32,
    /// The least that was left of an echo, of its power.
    least: f32,
    /// For how many blocks somebody still speaks, and the filter was wrong.
    speaks: usize,
    wrong: usize,
}

impl Speaker {
    pub(super) fn new() -> Speaker {
        Speaker { powers: Powers::default(), noise: f32::MAX, least: 1.0, speaks: 0, wrong: 0 }
    }

    pub(super) fn hear(&mut self, block: Powers) -> Heard {
        self.powers.smooth(block);
        self.noise = (self.noise * RISING).min(self.powers.left).max(LEAST_NOISE);
        self.judge();
        if self.is_wrong() {
            *self = Speaker { powers: self.powers, noise: self.noise, ..Speaker::new() };
            return Heard::OtherEcho;
        }
        self.speaks = if self.is_speech() { HOLD } else { self.speaks.saturating_sub(1) };
        if self.speaks > 0 { Heard::Speaker } else { Heard::Echo }
    }

    /// How well the filter knows the room.
    fn judge(&mut self) {
        let Powers { echo, left, .. } = self.powers;
        self.least = (self.least * FORGOTTEN).min(1.0);
        // Noise must not make it seem worse, nor may it hide what is left.
        if self.is_echo() && KNOWN * echo > self.noise {
            let part = ((left - self.noise) / echo).max(BEST);
            self.least += LEARNED * (part - self.least).min(0.0);
        }
    }

    fn is_echo(&self) -> bool {
        let Powers { sent, echo, .. } = self.powers;
        echo > LOUDER * self.noise && echo > 0.05 * sent
    }

    /// How much fainter the sound is without the echo. Two sounds that have nothing in common are as loud as both.
    fn explained(&self) -> f32 {
        self.powers.sent - self.powers.left
    }

    fn is_wrong(&mut self) -> bool {
        let is_wrong = self.is_echo() && self.explained() < LOUDER_WITHOUT * self.powers.echo;
        self.wrong = if is_wrong { self.wrong + 1 } else { 0 };
        self.wrong == WRONG_BLOCKS
    }

    fn is_speech(&self) -> bool {
        let Powers { echo, left, doubt, .. } = self.powers;
        let least = if self.speaks > 0 { GOES_ON } else { BEGINS };
        let is_louder = left > LOUDER * self.noise + doubt + least * echo;
        self.least < KNOWN && is_louder && self.explained() > EXPLAINED * echo
    }
}

impl Powers {
    fn smooth(&mut self, block: Powers) {
        let smooth = |old: &mut f32, new| *old += SMOOTH * (new - *old);
        smooth(&mut self.sent, block.sent);
        smooth(&mut self.echo, block.echo);
        smooth(&mut self.left, block.left);
        smooth(&mut self.doubt, block.doubt);
    }
}
