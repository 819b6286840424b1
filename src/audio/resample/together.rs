//! Many outputs of one phase together: each tap is multiplied by neighbouring samples, so that the compiler can use
//! vectors, and no sum waits for another.
//!
//! The products of each sum are added one after the other, however many sums are computed together, so that neither how
//! the input is split nor the processor changes the output.

/// Ratios of larger numbers have too few outputs of one phase in a block.
pub(super) const LARGEST: u32 = 6;
/// Sums that are computed together, where so many are left.
const MANY: usize = 32;
/// Otherwise. What is left of them is computed for nothing, from samples that must be there.
pub(super) const SOME: usize = 8;

/// Samples in as many rows as an output of the same phase stands samples after the one before: what such outputs are
/// multiplied with stands side by side.
pub(super) struct Apart<'a> {
    rows: &'a [f32],
    count: usize,
    /// Of a row.
    len: usize,
}

impl<'a> Apart<'a> {
    /// [`SOME`] samples that do not matter are the last. `space` has what [`needed`] says, and a single row needs none.
    pub(super) fn new(samples: &'a [f32], count: usize, space: &'a mut [f32]) -> Apart<'a> {
        let len = samples.len().div_ceil(count) + SOME;
        if count == 1 {
            return Apart { rows: samples, count, len };
        }
        for (place, column) in samples.chunks(count).enumerate() {
            for (row, sample) in column.iter().enumerate() {
                space[row * len + place] = *sample;
            }
        }
        Apart { rows: space, count, len }
    }

    /// Computes each output at a place of its phase: every `phases`th, from the first one on, which begins at this
    /// sample.
    pub(super) fn apply(&self, begin: usize, taps: &[f32], outputs: &mut [f32], phases: usize) {
        let mut places = outputs.iter_mut().step_by(phases);
        let mut done = 0;
        while places.len() > 0 {
            let at = begin + done * self.count;
            if places.len() >= MANY {
                self.sums::<MANY>(at, taps)
                    .into_iter()
                    .zip(&mut places)
                    .for_each(|(sum, place)| *place = sum);
                done += MANY;
            } else {
                let left = places.len().min(SOME);
                self.sums::<SOME>(at, taps)[..left]
                    .iter()
                    .zip(&mut places)
                    .for_each(|(sum, place)| *place = *sum);
                done += left;
            }
        }
    }

    fn sums<const N: usize>(&self, begin: usize, taps: &[f32]) -> [f32; N] {
        let (mut row, mut place) = (begin % self.count, begin / self.count);
        let mut sums = [0.0; N];
        for tap in taps {
            // An output is complete before it is computed, so they are there.
            let Some(samples) = self.rows[row * self.len + place..].first_chunk::<N>() else { break };
            for n in 0..N {
                sums[n] += tap * samples[n];
            }
            row += 1;
            if row == self.count {
                (row, place) = (0, place + 1);
            }
        }
        sums
    }
}

/// Space for so many samples apart.
pub(super) const fn needed(samples: usize) -> usize {
    samples + LARGEST as usize * (SOME + 1)
}
