//! Of what two cancellers leave: that of AEC3, of which an echo alone is faint, or beside speech that of the filter, which damages no
//! word.

#[cfg(test)]
mod tests;

use sonora_aec3::common::BLOCK_SIZE;

use super::kalman::{Kalman, power};
use super::speaker::{Heard, SMOOTH, Speaker};
use super::spectrum::BLOCK;

const _: () = assert!(BLOCK == BLOCK_SIZE);

/// Where AEC3 leaves less than that of what the filter leaves, it is an echo of which the filter knows too little: clocks drift, or
/// the loudspeaker distorts.
const AGREED: f32 = 1.0 / 30.0;

pub(super) struct Choice {
    filter: Kalman,
    speaker: Speaker,
    speaks: bool,
    /// What the filter leaves: AEC3 gives each block one later.
    left: [f32; BLOCK],
    waiting: [f32; BLOCK],
    /// The smoothed powers of what both leave.
    filtered: f32,
    suppressed: f32,
    /// How much of the filter's sound there is at the end of a block, from 0 to 1.
    part: f32,
}

impl Choice {
    pub(super) fn new() -> Choice {
        Choice {
            filter: Kalman::new(),
            speaker: Speaker::new(),
            speaks: false,
            left: [0.0; BLOCK],
            waiting: [0.0; BLOCK],
            filtered: 0.0,
            suppressed: 0.0,
            part: 0.0,
        }
    }

    pub(super) fn play(&mut self, block: &[f32]) {
        self.filter.play(block);
    }

    /// Takes the next block of what is sent.
    pub(super) fn listen(&mut self, block: &[f32]) {
        self.left = self.waiting;
        self.waiting.copy_from_slice(block);
        let heard = self.speaker.hear(self.filter.clean(&mut self.waiting));
        if heard == Heard::OtherEcho {
            self.filter.forget();
        }
        self.speaks = heard == Heard::Speaker;
    }

    /// Takes what AEC3 leaves of the block before.
    pub(super) fn choose(&mut self, suppressed: &mut [f32]) {
        self.filtered += SMOOTH * (power(&self.left) - self.filtered);
        self.suppressed += SMOOTH * (power(suppressed) - self.suppressed);
        let is_chosen = self.speaks && self.suppressed > AGREED * self.filtered;
        let from = self.part;
        self.part = if is_chosen { 1.0 } else { 0.0 };
        let step = (self.part - from) / BLOCK as f32;
        for (number, (sample, left)) in suppressed.iter_mut().zip(&self.left).enumerate() {
            *sample += (from + step * number as f32) * (left - *sample);
        }
    }
}
