//! Continues a voice for a short time where its samples are missing: the last period repeats and fades away.

use crate::memory::TOUCHED;

/// What is remembered: two of the longest periods.
const MEMORY_MS: u32 = 25;
/// Periods of voices.
const SHORTEST_US: u32 = 2500;
const LONGEST_US: u32 = 12_500;
/// The rate at which a period is looked for first.
const SEARCH_RATE: u32 = 8000;
/// At full gain, and until nothing is left.
const FULL_MS: u32 = 10;
const FADED_MS: u32 = 60;
/// A period is not looked for again in less sound than that.
const SEARCH_EVERY_MS: u32 = 20;
/// In which the difference between the end of a period and its begin disappears.
const JOINT_US: u32 = 1500;

/// Allocates only when it is created. The cost of a sample is bounded; a period is looked for at most once in a loss.
pub struct Concealer {
    /// What was heard last, the oldest at `begin`.
    heard: Vec<f32>,
    begin: usize,
    /// The same, in order, while samples are missing; the last `period` of it repeat.
    memory: Vec<f32>,
    period: usize,
    /// Samples since a period was looked for.
    unsearched: usize,
    /// Samples that were made up since the last one that was there.
    made_up: usize,
    rate: u32,
}

impl Concealer {
    pub fn new(rate: u32) -> Concealer {
        let frames = at(rate, MEMORY_MS * 1000);
        Concealer {
            heard: vec![TOUCHED; frames],
            begin: 0,
            memory: vec![TOUCHED; frames],
            period: 1,
            unsearched: usize::MAX,
            made_up: 0,
            rate,
        }
    }

    /// Remembers what is heard, made up or not.
    pub fn hear(&mut self, samples: &[f32]) {
        let latest = &samples[samples.len().saturating_sub(self.heard.len())..];
        let (now, later) = latest.split_at(latest.len().min(self.heard.len() - self.begin));
        self.heard[self.begin..][..now.len()].copy_from_slice(now);
        self.heard[..later.len()].copy_from_slice(later);
        self.begin = (self.begin + latest.len()) % self.heard.len();
        self.unsearched = self.unsearched.saturating_add(samples.len());
    }

    /// The samples that were missing are over.
    pub fn rest(&mut self) {
        self.made_up = 0;
    }

    /// Returns whether nothing is left of what is made up.
    pub fn is_silent(&self) -> bool {
        self.made_up >= at(self.rate, FADED_MS * 1000)
    }

    /// Makes up the next samples.
    pub fn conceal(&mut self, samples: &mut [f32]) {
        if self.made_up == 0 {
            self.begin();
        }
        if self.is_silent() {
            samples.fill(0.0);
            self.made_up = self.made_up.saturating_add(samples.len());
            return;
        }
        let (full, faded) = (at(self.rate, FULL_MS * 1000), at(self.rate, FADED_MS * 1000));
        let joint = at(self.rate, JOINT_US).max(1);
        let end = self.memory.len();
        // The step from the end of a period to its begin, less what the sound itself does there.
        let step = self.memory[end - 1] - self.memory[end - 1 - self.period];
        for sample in samples {
            let place = self.made_up % self.period;
            let smoothed = step * joint.saturating_sub(place + 1) as f32 / joint as f32;
            let left = faded.saturating_sub(self.made_up.max(full)) as f32 / (faded - full) as f32;
            *sample = (self.memory[end - self.period + place] + smoothed) * left;
            self.made_up += 1;
        }
    }

    fn begin(&mut self) {
        let (newer, older) = self.heard.split_at(self.begin);
        self.memory[..older.len()].copy_from_slice(older);
        self.memory[older.len()..].copy_from_slice(newer);
        // At most once in so much sound, whatever is lost between two samples.
        if self.unsearched >= at(self.rate, SEARCH_EVERY_MS * 1000) {
            self.period = self.find_period();
            self.unsearched = 0;
        }
    }

    /// The shift by which the latest sound is most like what was before it.
    fn find_period(&self) -> usize {
        let coarse = (self.rate / SEARCH_RATE).max(1) as usize;
        let (shortest, longest) = (at(self.rate, SHORTEST_US), at(self.rate, LONGEST_US));
        let best = self.likest((shortest..=longest).step_by(coarse), coarse);
        let nearby = best.saturating_sub(coarse).max(shortest)..=(best + coarse).min(longest);
        if coarse == 1 { best } else { self.likest(nearby.step_by(1), coarse.div_ceil(2)) }
    }

    /// Compares one sample in `coarse`.
    fn likest(&self, shifts: impl Iterator<Item = usize>, coarse: usize) -> usize {
        let end = self.memory.len();
        let length = at(self.rate, LONGEST_US);
        let likeness = |shift: usize| -> f32 {
            let (mut product, mut power) = (0.0f32, 1e-9f32);
            for back in (1..=length).step_by(coarse) {
                let (now, before) = (self.memory[end - back], self.memory[end - back - shift]);
                product += now * before;
                power += before * before;
            }
            product / power.sqrt()
        };
        let mut best = (0, f32::NEG_INFINITY);
        for shift in shifts {
            let like = likeness(shift.min(end - length));
            if like > best.1 {
                best = (shift, like);
            }
        }
        best.0
    }
}

fn at(rate: u32, us: u32) -> usize {
    (u64::from(rate) * u64::from(us) / 1_000_000) as usize
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    fn tone(rate: u32, hz: f32, from: usize, frames: usize) -> Vec<f32> {
        (from..from + frames).map(|n| 0.5 * (n as f32 * hz / rate as f32 * TAU).sin()).collect()
    }

    fn largest_step(samples: &[f32]) -> f32 {
        samples.windows(2).map(|two| (two[1] - two[0]).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn a_tone_goes_on_and_fades_without_a_step() {
        for rate in [8000, 11_025, 48_000, 192_000] {
            for hz in [90.0, 200.0, 333.0, 400.0, 1000.0] {
                let mut concealer = Concealer::new(rate);
                let before = tone(rate, hz, 0, rate as usize / 10);
                concealer.hear(&before);
                let mut made_up = vec![0.0; rate as usize / 10];
                made_up.chunks_mut(77).for_each(|part| concealer.conceal(part));
                let slope = largest_step(&before);
                let heard = [&before[before.len() - 10..], &made_up].concat();
                let step = largest_step(&heard);
                assert!(step <= slope * 1.3, "{hz} Hz at {rate}: {step} after {slope}");
                // Loud at first, and gone in the end.
                let frames = |ms: usize| rate as usize * ms / 1000;
                assert!(made_up[..frames(10)].iter().any(|sample| sample.abs() > 0.4), "{hz} at {rate}");
                assert!(made_up[frames(61)..].iter().all(|&sample| sample == 0.0));
                assert!(concealer.is_silent());
            }
        }
    }

    #[test]
    fn what_is_made_up_is_what_would_have_followed() {
        let mut concealer = Concealer::new(8000);
        concealer.hear(&tone(8000, 200.0, 0, 800));
        let mut made_up = [0.0; 80];
        concealer.conceal(&mut made_up);
        let expected = tone(8000, 200.0, 800, 80);
        assert!(made_up.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 0.02), "{made_up:?}");
    }

    #[test]
    fn noise_has_no_step_above_its_own() {
        let mut concealer = Concealer::new(8000);
        let mut state = 1u32;
        let mut low = 0.0;
        let noise: Vec<f32> = (0..800)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                low += 0.3 * ((state >> 16) as f32 / 65_536.0 - 0.5 - low);
                low
            })
            .collect();
        concealer.hear(&noise);
        let mut made_up = [0.0; 600];
        concealer.conceal(&mut made_up);
        let heard = [&noise[790..], &made_up[..]].concat();
        assert!(largest_step(&heard) <= largest_step(&noise) * 1.1);
    }

    #[test]
    fn silence_stays_silence() {
        let mut concealer = Concealer::new(48_000);
        let mut made_up = [1.0; 5000];
        concealer.conceal(&mut made_up);
        concealer.hear(&made_up);
        concealer.rest();
        assert!(made_up.iter().all(|&sample| sample == 0.0));
    }

    #[test]
    fn a_period_is_looked_for_once_in_20_ms_however_many_losses_there_are() {
        let mut concealer = Concealer::new(8000);
        let (mut searches, mut sample) = (0, [0.0]);
        for heard in tone(8000, 200.0, 0, 800) {
            concealer.hear(&[heard]);
            concealer.conceal(&mut sample);
            searches += usize::from(concealer.unsearched == 0);
            concealer.rest();
        }
        assert_eq!(searches, 5);
    }
}
