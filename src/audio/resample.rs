//! Resampling by a ratio of whole numbers: a polyphase low-pass filter with a Kaiser window. For a ratio of large
//! numbers, the output is interpolated between the two nearest of a limited number of phases.
//!
//! The filter reaches 24 samples of the slower rate to either side: 3 ms at 8 kHz, less at all other rates. Its
//! stopband begins at half the slower rate, so there is no aliasing and no image.

mod taps;
#[cfg(test)]
mod tests;
mod varying;

use std::sync::Arc;

use super::ratio::Ratio;
use taps::Taps;

pub(crate) use taps::MOST_MEMORY;
pub use varying::{BLOCK as VARYING_BLOCK, MOST_DRIFT, Prepared, Varying, prepare};

/// Number of samples taken in at a time.
const BLOCK: usize = 512;

/// Resamples one channel. How the input is split does not change the output. Allocates only when it is created.
pub struct Resampler {
    taps: Arc<Taps>,
    /// The samples that an output may still need, and those of one block.
    window: Vec<f32>,
    filled: usize,
    /// Where the window of the next output begins, and how many steps the output stands after a sample.
    at: usize,
    phase: u32,
}

impl Resampler {
    pub fn new(ratio: Ratio) -> Resampler {
        let taps = Taps::shared(ratio);
        // `finish` adds the delay to what waits.
        let window = vec![0.0; taps.per_phase + BLOCK.max(taps.ahead)];
        let mut resampler = Resampler { taps, window, filled: 0, at: 0, phase: 0 };
        resampler.forget();
        resampler
    }

    /// How many input samples an output waits for.
    pub fn delay(&self) -> usize {
        self.taps.ahead
    }

    /// How many samples before its position an output still depends on.
    pub fn memory(&self) -> usize {
        self.taps.per_phase - 1 - self.taps.ahead
    }

    /// Starts over in the middle of a sound. `before` are the samples before the next one. The first output stands
    /// this many steps after the last of them.
    pub fn resume(&mut self, before: &[f32], phase: u32) {
        self.forget();
        let kept = &before[before.len().saturating_sub(self.filled)..];
        self.window[self.filled - kept.len()..self.filled].copy_from_slice(kept);
        self.phase = phase;
    }

    /// How many samples must go in until at least `outputs` more have come out.
    pub fn needed(&self, outputs: usize) -> usize {
        let Some(steps) = outputs.checked_sub(1) else { return 0 };
        let Ratio { up, down } = self.taps.ratio;
        let whole = (u64::from(self.phase) + steps as u64 * u64::from(down)) / u64::from(up);
        (self.at + whole as usize + self.taps.per_phase).saturating_sub(self.filled)
    }

    /// Resamples any number of samples and appends the result.
    pub fn process(&mut self, mut input: &[f32], output: &mut Vec<f32>) {
        while !input.is_empty() {
            let room = self.window.len() - self.filled;
            let (now, later) = input.split_at(room.min(input.len()));
            self.window[self.filled..][..now.len()].copy_from_slice(now);
            self.filled += now.len();
            input = later;
            self.write_until(usize::MAX, output);
            self.drop_used();
        }
    }

    /// Appends the rest of the last samples, as if silence followed, and starts over.
    pub fn finish(&mut self, output: &mut Vec<f32>) {
        let end = self.filled;
        self.filled += self.taps.ahead;
        self.window[end..self.filled].fill(0.0);
        self.write_until(end, output);
        self.forget();
    }

    /// Computes the outputs whose input is complete and that stand before `end` of the window.
    fn write_until(&mut self, end: usize, output: &mut Vec<f32>) {
        let Taps { ratio, per_phase, ahead, .. } = *self.taps;
        let middle = per_phase - 1 - ahead;
        // Steps instead of a division for every output.
        let (whole, rest) = ((ratio.down / ratio.up) as usize, ratio.down % ratio.up);
        while self.at + per_phase <= self.filled && self.at + middle < end {
            let samples = &self.window[self.at..][..per_phase];
            output.push(self.taps.apply(samples, self.phase));
            self.at += whole;
            self.phase += rest;
            if self.phase >= ratio.up {
                self.phase -= ratio.up;
                self.at += 1;
            }
        }
    }

    fn drop_used(&mut self) {
        let used = self.at.min(self.filled);
        self.window.copy_within(used..self.filled, 0);
        self.filled -= used;
        self.at -= used;
    }

    /// Silence precedes the first sample, and the first output stands at that sample.
    fn forget(&mut self) {
        self.filled = self.memory();
        self.window[..self.filled].fill(0.0);
        (self.at, self.phase) = (0, 0);
    }
}
