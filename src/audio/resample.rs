//! Resampling by a ratio of whole numbers: a polyphase low-pass filter with a Kaiser window.
//!
//! The filter reaches 24 samples of the slower rate to either side: 3 ms at 8 kHz, less at all other rates. Its
//! stopband begins at half the slower rate, so there is no aliasing and no image.

use std::f64::consts::PI;
use std::sync::{Arc, Weak};

use crate::lock::{Mutex, Rank, lock};

/// Samples of the slower rate on either side of the centre.
const REACH: u32 = 24;
/// Residual level of a frequency that the other rate cannot represent.
const ATTENUATION_DB: f64 = 86.0;
/// More phases than any pair of usual rates needs; limits the tables to half a megabyte.
const MAX_PHASES: u32 = 1280;
/// A greater reduction of the rate would need a window longer than a block.
const STEEPEST: u32 = 16;
/// Most input samples that one filter still depends on: its reach, and the padding of its last group.
pub(crate) const MOST_MEMORY: usize = (REACH * (STEEPEST + 1)) as usize + LANES;
/// Number of samples taken in at a time.
const BLOCK: usize = 512;

/// The output rate divided by the input rate, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    up: u32,
    down: u32,
}

impl Ratio {
    /// Returns `None` for rates that have too little in common.
    pub fn between(from: u32, to: u32) -> Option<Ratio> {
        let common = greatest_common_divisor(from, to);
        let ratio = Ratio { up: to.checked_div(common)?, down: from.checked_div(common)? };
        let sane =
            ratio.up > 0 && ratio.down > 0 && ratio.up <= MAX_PHASES && ratio.down / ratio.up <= STEEPEST;
        sane.then_some(ratio)
    }

    /// The position of an output, this many outputs after the one at `from`.
    pub fn moment(self, from: Moment, outputs: u64) -> Moment {
        let steps = u64::from(from.phase) + outputs * u64::from(self.down);
        let up = u64::from(self.up);
        Moment { sample: from.sample + steps / up, phase: (steps % up) as u32 }
    }

    /// The position nearest to one that is counted in the steps of another ratio.
    pub fn nearest(self, moment: Moment, of: Ratio) -> Moment {
        let (up, of_up) = (u64::from(self.up), u64::from(of.up));
        let steps = (u64::from(moment.phase) * up + of_up / 2) / of_up;
        Moment { sample: moment.sample + steps / up, phase: (steps % up) as u32 }
    }

    /// Upper bound of the samples that come out for this many that go in.
    pub fn most_out(self, samples: usize) -> usize {
        (samples as u64 * u64::from(self.up)).div_ceil(u64::from(self.down)) as usize + 1
    }
}

/// A position in the input: so many steps of 1/up after a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    pub sample: u64,
    pub phase: u32,
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// The filter: the taps of each phase, oldest sample first.
struct Taps {
    ratio: Ratio,
    per_phase: usize,
    /// How many input samples must follow the position of an output.
    ahead: usize,
    values: Vec<f32>,
}

/// Tables of the ratios in use. Sessions with the same rates share one.
static TAPS: Mutex<Vec<Weak<Taps>>> = Mutex::new(Rank::Resampler, Vec::new());

impl Taps {
    fn shared(ratio: Ratio) -> Arc<Taps> {
        let mut known = lock(&TAPS);
        known.retain(|taps| taps.strong_count() > 0);
        if let Some(taps) = known.iter().filter_map(Weak::upgrade).find(|taps| taps.ratio == ratio) {
            return taps;
        }
        let taps = Arc::new(Taps::new(ratio));
        known.push(Arc::downgrade(&taps));
        taps
    }

    fn new(ratio: Ratio) -> Taps {
        let slower = (f64::from(ratio.up) / f64::from(ratio.down)).min(1.0);
        let ahead = (REACH * ratio.down / ratio.up).max(REACH) as usize;
        // Padded to whole groups for the sums; taps beyond the window are 0.
        let per_phase = (2 * ahead).next_multiple_of(LANES);
        let mut values = Vec::with_capacity(per_phase * ratio.up as usize);
        for phase in 0..ratio.up {
            let shift = f64::from(phase) / f64::from(ratio.up);
            let taps: Vec<f64> = (0..per_phase)
                .map(|tap| (tap + ahead + 1) as f64 - per_phase as f64 - shift)
                .map(|distance| low_pass(distance, slower, ahead as f64))
                .collect();
            // Each phase passes a constant unchanged; otherwise the slower rate would be audible as a hum.
            let sum: f64 = taps.iter().sum();
            values.extend(taps.iter().map(|tap| (tap / sum) as f32));
        }
        Taps { ratio, per_phase, ahead, values }
    }

    fn of_phase(&self, phase: u32) -> &[f32] {
        &self.values[phase as usize * self.per_phase..][..self.per_phase]
    }
}

/// The filter at a distance from its centre, in input samples. `slower` is the slower rate relative to the input's.
fn low_pass(distance: f64, slower: f64, reach: f64) -> f64 {
    if distance.abs() >= reach {
        return 0.0;
    }
    // Kaiser's formulas. The transition ends at half the slower rate, and the cutoff is in its middle.
    let beta = 0.1102 * (ATTENUATION_DB - 8.7);
    let transition = (ATTENUATION_DB - 8.0) / (2.285 * 2.0 * reach) / (2.0 * PI);
    let cut = slower / 2.0 - transition / 2.0;
    let place = distance / reach;
    2.0 * cut * sinc(2.0 * cut * distance) * bessel(beta * (1.0 - place * place).sqrt()) / bessel(beta)
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
        let window = vec![0.0; taps.per_phase + BLOCK];
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
            output.push(sum_of_products(samples, self.taps.of_phase(self.phase)));
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

/// Separate sums, so that the compiler can use vectors. Their order never depends on how the input is split.
const LANES: usize = 8;

fn sum_of_products(samples: &[f32], taps: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (samples, taps) in samples.as_chunks::<LANES>().0.iter().zip(taps.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += samples[lane] * taps[lane];
        }
    }
    for half in [4, 2, 1] {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
    }
    sums[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rates of calls and games, against the rates of the wire.
    const PAIRS: [(u32, u32); 12] = [
        (8000, 24_000),
        (24_000, 8000),
        (16_000, 24_000),
        (24_000, 16_000),
        (24_000, 48_000),
        (48_000, 24_000),
        (44_100, 24_000),
        (24_000, 44_100),
        (8000, 16_000),
        (48_000, 16_000),
        (11_025, 16_000),
        (22_050, 16_000),
    ];

    fn resampler(from: u32, to: u32) -> Resampler {
        Resampler::new(Ratio::between(from, to).unwrap())
    }

    fn resampled(input: &[f32], from: u32, to: u32) -> Vec<f32> {
        let mut resampler = resampler(from, to);
        let mut output = Vec::new();
        resampler.process(input, &mut output);
        resampler.finish(&mut output);
        output
    }

    fn tone(hz: f64, rate: u32, frames: usize) -> Vec<f32> {
        (0..frames).map(|n| (0.5 * (n as f64 * hz * 2.0 * PI / f64::from(rate)).sin()) as f32).collect()
    }

    fn decibels(ratio: f64) -> f64 {
        20.0 * ratio.max(1e-12).log10()
    }

    /// Fits a sine of this frequency. Returns its amplitude, and that of the residual.
    fn fit(samples: &[f32], hz: f64, rate: u32) -> (f64, f64) {
        let wave = |n: usize| (n as f64 * hz * 2.0 * PI / f64::from(rate)).sin_cos();
        let (mut ss, mut sc, mut cc, mut s, mut c) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (n, &sample) in samples.iter().enumerate() {
            let (sin, cos) = wave(n);
            let sample = f64::from(sample);
            (ss, sc, cc) = (ss + sin * sin, sc + sin * cos, cc + cos * cos);
            (s, c) = (s + sample * sin, c + sample * cos);
        }
        let determinant = ss * cc - sc * sc;
        let (a, b) = ((s * cc - c * sc) / determinant, (c * ss - s * sc) / determinant);
        let rest: f64 = samples
            .iter()
            .enumerate()
            .map(|(n, &sample)| (f64::from(sample) - a * wave(n).0 - b * wave(n).1).powi(2))
            .sum();
        (a.hypot(b), (2.0 * rest / samples.len() as f64).sqrt())
    }

    /// The loudest sample, except at the ends, of what must be silence.
    fn loudest(samples: &[f32]) -> f64 {
        f64::from(samples.iter().fold(0.0f32, |most, sample| most.max(sample.abs())))
    }

    /// The middle, where the filter does not reach the ends of the tone.
    fn middle(samples: &[f32]) -> &[f32] {
        &samples[samples.len() / 8..samples.len() * 7 / 8]
    }

    /// Gain of a tone in dB, and the level of everything else in dB below the tone.
    fn passes(hz: f64, from: u32, to: u32) -> (f64, f64) {
        let output = resampled(&tone(hz, from, from as usize / 16), from, to);
        let (amplitude, rest) = fit(middle(&output), hz, to);
        (decibels(amplitude / 0.5), decibels(rest / 0.5))
    }

    #[test]
    #[allow(clippy::print_stdout, reason = "the figures are for the reader of --nocapture")]
    fn nothing_folds_over_and_no_image_remains() {
        println!("   from     to  delay ms  loudest alias or image dB  -1 dB at Hz");
        for (from, to) in PAIRS {
            let slower = f64::from(from.min(to));
            let mut worst = f64::MIN;
            for step in 1..25 {
                let hz = f64::from(from) / 2.0 * f64::from(step) / 25.0;
                // A frequency that the other rate cannot represent must vanish. Any other must come alone.
                let found = if hz >= slower / 2.0 {
                    let output = resampled(&tone(hz, from, from as usize / 16), from, to);
                    decibels(loudest(middle(&output)) / 0.5)
                } else {
                    passes(hz, from, to).1
                };
                worst = worst.max(found);
            }
            let edge = (0..25).map(|n| slower * (0.39 + 0.002 * f64::from(n)));
            let edge = edge.take_while(|&hz| passes(hz, from, to).0 > -1.0).last().unwrap_or(0.0);
            let delay = 1000.0 * resampler(from, to).delay() as f64 / f64::from(from);
            println!("{from:7} {to:6} {delay:9.2} {worst:26.1} {edge:12.0}");
            assert!(worst < -80.0, "{from} to {to}: {worst}");
            assert!(delay <= 3.0, "{from} to {to}: {delay} ms");
            assert!(edge >= 0.4 * slower, "{from} to {to}: {edge}");
        }
    }

    #[test]
    #[allow(clippy::print_stdout, reason = "the figures are for the reader of --nocapture")]
    fn speech_at_phone_rates_is_flat() {
        for (from, to) in [(8000, 16_000), (8000, 24_000), (24_000, 8000), (11_025, 16_000)] {
            let gains: Vec<f64> = (1..=32).map(|n| passes(f64::from(n) * 100.0, from, to).0).collect();
            let (low, high) = gains.iter().fold((0.0f64, 0.0f64), |(l, h), &g| (l.min(g), h.max(g)));
            println!("{from:6} to {to:6}: {low:+.3} to {high:+.3} dB from 100 to 3200 Hz");
            assert!(low > -1.0 && high < 0.1, "{from} to {to}: {low} {high}");
        }
    }

    #[test]
    fn pitch_place_and_length_are_exact() {
        for (from, to) in PAIRS {
            let frames = from as usize;
            let output = resampled(&tone(997.0, from, frames), from, to);
            assert_eq!(output.len(), to as usize, "{from} to {to}: one second");
            // The same sine at the other rate, at the same position.
            let expected = tone(997.0, to, to as usize);
            let off = output.iter().zip(&expected).map(|(a, b)| a - b).collect::<Vec<f32>>();
            let off = decibels(loudest(middle(&off)) / 0.5);
            assert!(off < -75.0, "{from} to {to}: {off} dB");
        }
        for frames in [0, 1, 2, 3, 100, 439, 440, 441, 442] {
            let output = resampled(&vec![0.1; frames], 44_100, 16_000);
            assert_eq!(output.len(), (frames * 160).div_ceil(441), "{frames}");
        }
    }

    #[test]
    fn the_split_changes_no_bit() {
        let mut state = 7u32;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        for (from, to) in PAIRS {
            let input: Vec<f32> = (0..6000).map(|_| random(2000) as f32 / 1000.0 - 1.0).collect();
            let whole = resampled(&input, from, to);
            let mut parts = Vec::new();
            let mut resampler = resampler(from, to);
            let mut rest = &input[..];
            while !rest.is_empty() {
                let (now, later) = rest.split_at((random(700) + 1).min(rest.len()));
                resampler.process(now, &mut parts);
                rest = later;
            }
            resampler.finish(&mut parts);
            assert!(whole == parts, "{from} to {to}");
            // After the end the resampler is as new.
            parts.clear();
            resampler.process(&input, &mut parts);
            resampler.finish(&mut parts);
            assert!(whole == parts, "{from} to {to} once more");
        }
    }

    #[test]
    fn what_is_resumed_goes_on_as_if_it_had_never_stopped() {
        let input = tone(440.0, 24_000, 3000);
        for to in [8000, 16_000, 44_100, 48_000] {
            let ratio = Ratio::between(24_000, to).unwrap();
            let whole = resampled(&input, 24_000, to);
            for outputs in [1, 17, 1000] {
                let Moment { sample, phase } = ratio.moment(Moment::default(), outputs);
                let (before, after) = input.split_at(sample as usize);
                let mut resampler = Resampler::new(ratio);
                resampler.resume(&before[before.len().saturating_sub(MOST_MEMORY)..], phase);
                let mut rest = Vec::new();
                resampler.process(after, &mut rest);
                resampler.finish(&mut rest);
                assert!(rest == whole[outputs as usize..], "{to} after {outputs}");
            }
        }
    }

    #[test]
    fn the_nearest_moment_of_another_ratio_is_at_most_half_a_step_away() {
        let ratio = |to| Ratio::between(24_000, to).unwrap();
        let (cd, double, same) = (ratio(44_100), ratio(48_000), ratio(24_000));
        let at = |sample, phase| Moment { sample, phase };
        assert_eq!(cd.nearest(at(7, 1), double), at(7, 74));
        assert_eq!(double.nearest(at(7, 146), cd), at(8, 0));
        assert_eq!(double.nearest(at(7, 80), cd), at(7, 1));
        assert_eq!(same.nearest(at(7, 1), double), at(8, 0));
    }

    #[test]
    fn a_constant_stays_one() {
        for (from, to) in PAIRS {
            let output = resampled(&vec![0.5; 4000], from, to);
            assert!(middle(&output).iter().all(|sample| (sample - 0.5).abs() < 1e-6), "{from} to {to}");
        }
    }

    #[test]
    fn tables_are_shared() {
        let (one, two) = (resampler(11_025, 44_100), resampler(12_000, 48_000));
        assert!(Arc::ptr_eq(&one.taps, &two.taps));
    }

    #[test]
    fn impossible_ratios_are_refused() {
        for (from, to) in [(0, 0), (0, 8000), (8000, 0), (44_101, 16_000), (48_000, 1000)] {
            assert!(Ratio::between(from, to).is_none(), "{from} to {to}");
        }
        let usual = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
        for from in usual {
            assert!(usual.into_iter().all(|to| Ratio::between(from, to).is_some()), "{from}");
        }
    }
}
