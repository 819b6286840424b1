//! The filter: its taps, and the sums that apply them.

use std::f64::consts::PI;
use std::sync::{Arc, Weak};

use super::together;
use crate::arrays::as_arrays;
use crate::audio::ratio::{Ratio, STEEPEST};
use crate::lock::{Mutex, Rank, lock, note_slow};

/// Samples of the slower rate on either side of the centre.
const REACH: u32 = 24;
/// Residual level of a frequency that the other rate cannot represent.
const ATTENUATION_DB: f64 = 86.0;
/// Kaiser's formula for the window.
const BETA: f64 = 0.1102 * (ATTENUATION_DB - 8.7);
/// Taps of one table: 256 KiB. A ratio that would need more is interpolated.
const MAX_TAPS: usize = 65_536;
/// Phases of an interpolated filter for each sample of the slower rate. The error of the interpolation is below the
/// residual level.
const INTERPOLATED_PHASES: u32 = 512;
/// The farthest that a filter reaches to either side, in input samples.
pub(super) const MOST_REACH: usize = (REACH * STEEPEST) as usize;
/// Most input samples that one filter still depends on: its reach, and the padding of its last group.
pub(crate) const MOST_MEMORY: usize = (REACH * (STEEPEST + 1)) as usize + LANES;

/// The filter: the taps of each phase, oldest sample first.
pub(super) struct Taps {
    pub ratio: Ratio,
    pub per_phase: usize,
    /// How many input samples must follow the position of an output.
    pub ahead: usize,
    /// Phases for a step of one input sample: as many as the ratio has, or fewer, between which is interpolated.
    phases: u32,
    is_interpolated: bool,
    is_varying: bool,
    values: Vec<f32>,
}

/// Tables of the ratios in use. Sessions with the same rates share one.
static TAPS: Mutex<Vec<Weak<Taps>>> = Mutex::new(Rank::Resampler, Vec::new());

impl Taps {
    /// For outputs at the places of the ratio.
    pub(super) fn shared(ratio: Ratio) -> Arc<Taps> {
        Taps::known(ratio, false)
    }

    /// For outputs at any place.
    pub(super) fn varying(ratio: Ratio) -> Arc<Taps> {
        Taps::known(ratio, true)
    }

    fn known(ratio: Ratio, is_varying: bool) -> Arc<Taps> {
        let is_it = |taps: &Arc<Taps>| taps.ratio == ratio && taps.is_varying == is_varying;
        let find = |known: &[Weak<Taps>]| known.iter().filter_map(Weak::upgrade).find(is_it);
        if let Some(taps) = find(&lock(&TAPS)) {
            return taps;
        }
        note_slow("a filter is computed");
        let taps = Arc::new(Taps::new(ratio, is_varying));
        let mut known = lock(&TAPS);
        known.retain(|taps| taps.strong_count() > 0);
        // Another thread may have computed it meanwhile.
        find(&known).unwrap_or_else(|| {
            known.push(Arc::downgrade(&taps));
            taps.clone()
        })
    }

    fn new(ratio: Ratio, is_varying: bool) -> Taps {
        let slower = (f64::from(ratio.up) / f64::from(ratio.down)).min(1.0);
        let ahead = (REACH * ratio.down / ratio.up).max(REACH) as usize;
        // Padded to whole groups for the sums; taps beyond the window are 0.
        let per_phase = (2 * ahead).next_multiple_of(LANES);
        let is_interpolated = is_varying || per_phase * ratio.up as usize > MAX_TAPS;
        let phases =
            if is_interpolated { (INTERPOLATED_PHASES * REACH).div_ceil(ahead as u32) } else { ratio.up };
        // The phase after the last one is the first one of the next sample.
        let computed = phases + u32::from(is_interpolated);
        // At equal rates nothing must be kept out, and an output on a sample of the input is that sample.
        let cut = if is_varying && ratio.up == ratio.down { 0.5 } else { cutoff(slower, ahead as f64) };
        let most = bessel(BETA);
        let mut values = Vec::with_capacity(per_phase * computed as usize);
        for phase in 0..computed {
            let shift = f64::from(phase) / f64::from(phases);
            let taps: Vec<f64> = (0..per_phase)
                .map(|tap| (tap + ahead + 1) as f64 - per_phase as f64 - shift)
                .map(|distance| low_pass(distance, cut, ahead as f64, most))
                .collect();
            // Each phase passes a constant unchanged; otherwise the slower rate would be audible as a hum.
            let sum: f64 = taps.iter().sum();
            values.extend(taps.iter().map(|tap| (tap / sum) as f32));
        }
        Taps { ratio, per_phase, ahead, phases, is_interpolated, is_varying, values }
    }

    /// Many outputs of a phase can be computed together.
    pub(super) fn is_applied_together(&self) -> bool {
        !self.is_interpolated && self.ratio.up.max(self.ratio.down) <= together::LARGEST
    }

    /// The output that stands this many steps of the ratio after the middle of `samples`.
    pub(super) fn apply(&self, samples: &[f32], step: u32) -> f32 {
        if !self.is_interpolated {
            return sum_of_products(samples, self.of_phase(step));
        }
        let place = u64::from(step) * u64::from(self.phases);
        let up = u64::from(self.ratio.up);
        self.between(samples, (place / up) as u32, (place % up) as f32 / up as f32)
    }

    /// The output that stands this many of 2^32 steps after the middle of `samples`; for varying ratios.
    pub(super) fn apply_at(&self, samples: &[f32], fraction: u32) -> f32 {
        let place = u64::from(fraction) * u64::from(self.phases);
        self.between(samples, (place >> 32) as u32, place as u32 as f32 / (1u64 << 32) as f32)
    }

    fn between(&self, samples: &[f32], phase: u32, rest: f32) -> f32 {
        let taps = &self.values[phase as usize * self.per_phase..][..2 * self.per_phase];
        let (before, after) = taps.split_at(self.per_phase);
        let mut sums = [0.0f32; LANES];
        let groups = as_arrays::<LANES, _>(before).0.iter().zip(as_arrays::<LANES, _>(after).0);
        for (samples, (before, after)) in as_arrays::<LANES, _>(samples).0.iter().zip(groups) {
            for lane in 0..LANES {
                sums[lane] += samples[lane] * (before[lane] + (after[lane] - before[lane]) * rest);
            }
        }
        total(sums)
    }

    pub(super) fn of_phase(&self, phase: u32) -> &[f32] {
        &self.values[phase as usize * self.per_phase..][..self.per_phase]
    }
}

/// The most taps of a phase where the input has at most so many times as many samples as the output.
pub(super) const fn most_per_phase(times: u32) -> usize {
    (2 * REACH * times) as usize + LANES
}

/// `slower` is the slower rate relative to the input's.
fn cutoff(slower: f64, reach: f64) -> f64 {
    // Kaiser's formula. The transition ends at half the slower rate, and the cutoff is in its middle.
    let transition = (ATTENUATION_DB - 8.0) / (2.285 * 2.0 * reach) / (2.0 * PI);
    slower / 2.0 - transition / 2.0
}

/// The filter at a distance from its centre, in input samples. `most` is the window in its middle.
fn low_pass(distance: f64, cut: f64, reach: f64, most: f64) -> f64 {
    if distance.abs() >= reach {
        return 0.0;
    }
    let place = distance / reach;
    2.0 * cut * sinc(2.0 * cut * distance) * bessel(BETA * (1.0 - place * place).sqrt()) / most
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// The modified Bessel function of the first kind, order 0, by its power series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for n in 1..64 {
        term *= (x / 2.0 / f64::from(n)).powi(2);
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// Separate sums, so that the compiler can use vectors. Their order never depends on how the input is split.
const LANES: usize = 8;

fn sum_of_products(samples: &[f32], taps: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (samples, taps) in as_arrays::<LANES, _>(samples).0.iter().zip(as_arrays::<LANES, _>(taps).0) {
        for lane in 0..LANES {
            sums[lane] += samples[lane] * taps[lane];
        }
    }
    total(sums)
}

fn total(mut sums: [f32; LANES]) -> f32 {
    for half in [4, 2, 1] {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
    }
    sums[0]
}
