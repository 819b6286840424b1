//! Resampling by a ratio of whole numbers: a polyphase low-pass filter with a Kaiser window. For a ratio of large
//! numbers, the output is interpolated between the two nearest of a limited number of phases.
//!
//! The filter reaches 24 samples of the slower rate to either side: 3 ms at 8 kHz, less at all other rates. Its
//! stopband begins at half the slower rate, so there is no aliasing and no image.

mod taps;
#[cfg(test)]
mod tests;
mod together;
mod varying;

use std::sync::Arc;

use super::ratio::Ratio;
use taps::Taps;
use together::{Apart, SOME};

pub(crate) use taps::MOST_MEMORY;
pub use varying::{BLOCK as VARYING_BLOCK, MOST_DRIFT, Prepared, Varying, prepare};

/// Number of samples taken in at a time.
const BLOCK: usize = 512;
/// The longest window whose outputs are computed together.
const MOST_WINDOW: usize = taps::most_per_phase(together::LARGEST) + BLOCK + SOME;

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
        let window = vec![0.0; taps.per_phase + BLOCK.max(taps.ahead) + SOME];
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
            let room = self.window.len() - SOME - self.filled;
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
        let Taps { ratio: Ratio { up, down }, per_phase, ahead, .. } = *self.taps;
        let most = self.filled.min(end.saturating_add(ahead));
        let Some(last) = most.checked_sub(per_phase).filter(|last| *last >= self.at) else { return };
        // How many begin at the last window or before it.
        let steps = (last - self.at + 1) * up as usize - self.phase as usize;
        let count = steps.div_ceil(down as usize);
        if self.taps.is_applied_together() {
            self.write_together(count, output);
        } else {
            self.write_each(count, output);
        }
        let steps = self.phase as usize + count * down as usize;
        self.at += steps / up as usize;
        self.phase = (steps % up as usize) as u32;
    }

    fn write_each(&self, count: usize, output: &mut Vec<f32>) {
        let Taps { ratio: Ratio { up, down }, per_phase, .. } = *self.taps;
        let (mut at, mut phase) = (self.at, self.phase);
        // Steps instead of a division for every output.
        let (whole, rest) = ((down / up) as usize, down % up);
        for _ in 0..count {
            output.push(self.taps.apply(&self.window[at..][..per_phase], phase));
            at += whole;
            phase += rest;
            if phase >= up {
                phase -= up;
                at += 1;
            }
        }
    }

    fn write_together(&self, count: usize, output: &mut Vec<f32>) {
        let Ratio { up, down } = self.taps.ratio;
        let begin = output.len();
        output.resize(begin + count, 0.0);
        let mut space = [0.0; together::needed(MOST_WINDOW)];
        let samples = Apart::new(&self.window[self.at..self.filled + SOME], down as usize, &mut space);
        for first in 0..(up as usize).min(count) {
            let steps = self.phase as usize + first * down as usize;
            let taps = self.taps.of_phase((steps % up as usize) as u32);
            samples.apply(steps / up as usize, taps, &mut output[begin + first..], up as usize);
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
