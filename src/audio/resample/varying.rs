//! Resampling by a ratio that follows the drift of two clocks.

use std::sync::Arc;

use super::taps::{MOST_REACH, Taps};
use crate::audio::ratio::Ratio;
use crate::memory::TOUCHED;

/// Outputs that are computed at a time, at most.
pub const BLOCK: usize = 256;
/// The fastest and the slowest speed, in millionths: less than a tenth of a semitone.
pub const MOST_DRIFT: i32 = 5000;
/// Steps between two samples of the input.
const ONE: u64 = 1 << 32;
/// Where an output comes to stand exactly on a sample, those that follow may need so many more than the speed told.
const SETTLING: usize = 2;

/// The table of a filter, so that who needs it next need not compute it.
pub struct Prepared(#[expect(dead_code, reason = "it is kept")] Arc<Taps>);

/// Computes what a [`Varying`] needs, which takes some ms.
pub fn prepare(from: u32, to: u32) -> Option<Prepared> {
    Ratio::between(from, to).map(|ratio| Prepared(Taps::varying(ratio)))
}

/// Resamples one channel, in blocks that ask for the input that they need. Allocates only when it is created.
pub struct Varying {
    taps: Arc<Taps>,
    /// The samples that an output may still need, and those of one block.
    window: Vec<f32>,
    filled: usize,
    /// Where the window of the next output begins, and how far the output stands behind a sample.
    at: usize,
    fraction: u64,
    /// From one output to the next, as the rates say and as they are now.
    nominal: u64,
    step: u64,
    /// Equal rates without a drift: the next output that passes a sample stands on it, and the filter can rest.
    is_settling: bool,
}

impl Varying {
    /// Returns `None` for rates that nobody has.
    pub fn new(from: u32, to: u32) -> Option<Varying> {
        let taps = Taps::varying(Ratio::between(from, to)?);
        let nominal = u64::from(from) * ONE / u64::from(to);
        let fastest = nominal + nominal / 1_000_000 * MOST_DRIFT as u64;
        let block = (BLOCK as u64 * fastest).div_ceil(ONE) as usize + 1;
        // What another filter had taken in comes besides, see `resume`.
        let window = vec![TOUCHED; taps.per_phase + block + SETTLING + MOST_REACH];
        let mut varying = Varying {
            taps,
            window,
            filled: 0,
            at: 0,
            fraction: 0,
            nominal,
            step: nominal,
            is_settling: false,
        };
        varying.filled = varying.memory();
        Some(varying)
    }

    /// Changes the speed by this many millionths of the ratio of the rates.
    pub fn set_drift(&mut self, millionths: i32) {
        self.is_settling = millionths == 0 && self.nominal == ONE && self.fraction != 0;
        if self.is_settling && self.step != ONE {
            return;
        }
        let millionths =
            if self.is_settling { MOST_DRIFT } else { millionths.clamp(-MOST_DRIFT, MOST_DRIFT) };
        self.step = (self.nominal as i64 + self.nominal as i64 / 1_000_000 * i64::from(millionths)) as u64;
    }

    /// How many samples must go in for this many outputs.
    pub fn needed(&self, outputs: usize) -> usize {
        let Some(steps) = outputs.checked_sub(1) else { return 0 };
        let whole = ((self.fraction + steps as u64 * self.step) / ONE) as usize;
        let spare = if self.is_settling { SETTLING } else { 0 };
        (self.at + whole + self.taps.per_phase + spare).saturating_sub(self.filled)
    }

    /// Where the samples that are needed for a block are put; all of them must be.
    pub fn room(&mut self, samples: usize) -> &mut [f32] {
        let begin = self.filled;
        self.filled += samples;
        &mut self.window[begin..self.filled]
    }

    /// Computes a block, whose samples are there.
    pub fn write(&mut self, outputs: &mut [f32]) {
        let mut done = 0;
        while done < outputs.len() && !self.is_at_rest() {
            let samples = &self.window[self.at..][..self.taps.per_phase];
            outputs[done] = self.taps.apply_at(samples, self.fraction as u32);
            done += 1;
            self.advance();
        }
        // Outputs are samples of the input.
        let begin = self.at + self.memory();
        let rest = &mut outputs[done..];
        rest.copy_from_slice(&self.window[begin..][..rest.len()]);
        self.at += rest.len();
        let used = self.at.min(self.filled);
        self.window.copy_within(used..self.filled, 0);
        self.filled -= used;
        self.at -= used;
    }

    fn is_at_rest(&self) -> bool {
        self.step == ONE && self.fraction == 0
    }

    fn advance(&mut self) {
        let place = self.fraction + self.step;
        let whole = place / ONE;
        self.at += whole as usize;
        self.fraction = place % ONE;
        if self.is_settling && whole != 1 {
            // A sample was passed, forwards or backwards, by less than anybody hears.
            self.at += usize::from(whole == 0);
            (self.fraction, self.step, self.is_settling) = (0, ONE, false);
        }
    }

    /// Goes on where another one stands, which has the same input.
    pub fn resume(&mut self, other: &Varying) {
        let center = other.at + other.memory();
        let known = &other.window[..other.filled];
        let begin = center.saturating_sub(self.memory());
        let missing = self.memory() - (center - begin).min(self.memory());
        let kept = &known[begin.min(known.len())..];
        self.window[..missing].fill(0.0);
        self.window[missing..][..kept.len()].copy_from_slice(kept);
        (self.filled, self.at, self.fraction) = (missing + kept.len(), 0, other.fraction);
    }

    /// Silence of so many samples is silence that comes out.
    pub fn reach(&self) -> usize {
        self.window.len()
    }

    /// How many samples before its position an output depends on.
    fn memory(&self) -> usize {
        self.taps.per_phase - 1 - self.taps.ahead
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    /// Both ways.
    const RATES: [(u32, u32); 5] =
        [(8000, 8000), (8000, 48_000), (11_025, 16_000), (44_100, 48_000), (192_000, 8000)];

    fn each_way() -> impl Iterator<Item = (u32, u32)> {
        RATES.into_iter().flat_map(|(a, b)| [(a, b), (b, a)])
    }

    fn tone(rate: u32, hz: f32) -> impl FnMut() -> f32 {
        let mut phase = 0.0f64;
        move || {
            phase += f64::from(hz / rate as f32);
            ((phase.fract()) as f32 * TAU).sin()
        }
    }

    fn resampled(varying: &mut Varying, frames: usize, mut next: impl FnMut() -> f32) -> Vec<f32> {
        let mut heard = vec![0.0; frames];
        for block in heard.chunks_mut(100) {
            let needed = varying.needed(block.len());
            varying.room(needed).fill_with(&mut next);
            varying.write(block);
        }
        heard
    }

    /// The largest difference from a tone of this frequency that fits best.
    fn noise(heard: &[f32], rate: u32, hz: f32) -> f32 {
        let angle = |n: usize| n as f32 * hz / rate as f32 * TAU;
        let sum = |part: fn(f32) -> f32| -> f32 {
            heard.iter().enumerate().map(|(n, sample)| sample * part(angle(n))).sum()
        };
        let (sine, cosine) = (sum(f32::sin), sum(f32::cos));
        let half = heard.len() as f32 / 2.0;
        heard
            .iter()
            .enumerate()
            .map(|(n, sample)| (sample - (sine * angle(n).sin() + cosine * angle(n).cos()) / half).abs())
            .fold(0.0, f32::max)
    }

    #[test]
    fn a_tone_stays_a_tone_at_every_rate() {
        for (from, to) in each_way() {
            let mut varying = Varying::new(from, to).unwrap();
            // Whole periods of 500 Hz in what is compared.
            let heard = resampled(&mut varying, to as usize / 10, tone(from, 500.0));
            let rest = &heard[to as usize / 50..];
            let noise = noise(rest, to, 500.0);
            assert!(noise < 0.003, "{from} to {to}: {noise}");
        }
    }

    #[test]
    fn drift_changes_how_much_goes_in() {
        for (drift, least, most) in [(0, 8000, 8048), (5000, 8035, 8090), (-5000, 7955, 8010)] {
            let mut varying = Varying::new(8000, 8000).unwrap();
            varying.set_drift(drift);
            let mut taken = 0;
            resampled(&mut varying, 8000, || {
                taken += 1;
                0.0
            });
            assert!((least..=most).contains(&taken), "{drift}: {taken}");
        }
    }

    /// With equal rates, before and after a drift.
    #[test]
    fn without_a_drift_nothing_is_changed_and_nothing_is_computed() {
        for drift in [5000, -5000, 700, -700] {
            let mut varying = Varying::new(8000, 8000).unwrap();
            let mut next = tone(8000, 500.0);
            let mut expected = tone(8000, 500.0);
            let heard = resampled(&mut varying, 500, &mut next);
            assert!(heard.iter().all(|sample| *sample == expected()));
            varying.set_drift(drift);
            let drifting = resampled(&mut varying, 1001, &mut next);
            varying.set_drift(0);
            let settling = resampled(&mut varying, 1500, &mut next);
            assert!(varying.is_at_rest(), "{drift}");
            let all = [heard, drifting, settling].concat();
            let slope = 500.0 * TAU / 8000.0;
            assert!(all.windows(2).all(|two| (two[1] - two[0]).abs() <= slope * 1.01), "{drift}");
            // Samples of the tone again.
            let rest = resampled(&mut varying, 100, &mut next);
            assert!(noise(&rest[..96], 8000, 500.0) < 1e-4, "{drift}");
        }
    }

    #[test]
    fn another_rate_goes_on_where_the_first_one_was() {
        for (from, first, second) in [(8000, 8000, 48_000), (48_000, 8000, 48_000), (192_000, 8000, 192_000)]
        {
            let mut next = tone(from, 500.0);
            let mut varying = Varying::new(from, first).unwrap();
            let before = resampled(&mut varying, first as usize / 20, &mut next);
            let mut other = Varying::new(from, second).unwrap();
            other.resume(&varying);
            let after = resampled(&mut other, second as usize / 20, &mut next);
            // A new period begins at the place of the first sample after the change.
            let slope = 500.0 * TAU / second.min(first) as f32;
            let step = (after[0] - before[before.len() - 1]).abs();
            assert!(step <= slope * 1.05, "{from} to {first}, then {second}: {step}");
            assert!(noise(&after[..second as usize / 50], second, 500.0) < 0.003, "{second}");
        }
    }

    #[test]
    fn nothing_is_asked_for_beyond_the_room() {
        for (from, to) in each_way() {
            let mut varying = Varying::new(from, to).unwrap();
            varying.set_drift(MOST_DRIFT);
            for outputs in [1, BLOCK, 3, BLOCK, BLOCK] {
                let needed = varying.needed(outputs);
                varying.room(needed).fill(0.0);
                varying.write(&mut vec![0.0; outputs]);
            }
        }
    }
}
