//! The code: ten of thirty tones sound together for 10 ms.
//!
//! The tones lie 100 Hz apart, so that each can be measured alone, and between 300 and 3200 Hz, where a telephone hears
//! them. Each group of six has two that sound, which is one of fifteen digits. A number with its check has five digits.

use std::collections::BTreeMap;
use std::f32::consts::{PI, TAU};
use std::sync::{Arc, Mutex, PoisonError};

pub const BLOCKS_PER_S: u32 = 100;
const TONES: usize = 30;
const GROUP: usize = 6;
const DIGITS: u32 = 15;
const LOWEST: f32 = 300.0;
const LOUDNESS: f32 = 2500.0;
/// The remainder of a number that is sent with it.
const CHECK: u32 = 23;
/// Numbers begin again here: after 330 s.
pub const NUMBERS: u32 = DIGITS.pow(5) / CHECK;
/// By digit the two tones of a group that sound.
const PAIRS: [(usize, usize); DIGITS as usize] = pairs();

const fn pairs() -> [(usize, usize); DIGITS as usize] {
    let mut pairs = [(0, 0); DIGITS as usize];
    let (mut digit, mut low) = (0, 0);
    while low < GROUP {
        let mut high = low + 1;
        while high < GROUP {
            pairs[digit] = (low, high);
            digit += 1;
            high += 1;
        }
        low += 1;
    }
    pairs
}

fn coded(number: u32) -> u32 {
    let number = number % NUMBERS;
    number * CHECK + number * 17 % CHECK
}

/// The tones at one rate.
pub struct Voice {
    pub rate: u32,
    /// Samples of a block, rounded up.
    pub frames: usize,
    /// By tone the samples of a block, and those a quarter of a wave later.
    waves: Vec<[Vec<f32>; 2]>,
    /// By group and digit the samples of the two tones together, as loud as they are said.
    digits: Vec<Vec<i16>>,
}

impl Voice {
    /// That of a rate, made once.
    pub fn of(rate: u32) -> Arc<Voice> {
        static VOICES: Mutex<BTreeMap<u32, Arc<Voice>>> = Mutex::new(BTreeMap::new());
        let mut voices = VOICES.lock().unwrap_or_else(PoisonError::into_inner);
        voices.entry(rate).or_insert_with(|| Arc::new(Voice::new(rate))).clone()
    }

    fn new(rate: u32) -> Voice {
        let frames = rate.div_ceil(BLOCKS_PER_S) as usize;
        let wave = |tone: usize| {
            let step = TAU * (LOWEST + 100.0 * tone as f32) / rate as f32;
            // Different phases keep the peaks of the sum low.
            let phase = PI * (tone * tone) as f32 / TONES as f32;
            let shifted = |by: f32| (0..frames).map(|n| (step * n as f32 + phase + by).sin()).collect();
            [shifted(0.0), shifted(PI / 2.0)]
        };
        let waves: Vec<_> = (0..TONES).map(wave).collect();
        let digits =
            (0..TONES / GROUP).flat_map(|group| PAIRS.map(|pair| digit(&waves, group * GROUP, pair)));
        Voice { rate, frames, digits: digits.collect(), waves }
    }

    /// Where a block begins.
    pub fn start(&self, block: u64) -> u64 {
        (block * u64::from(self.rate)).div_ceil(u64::from(BLOCKS_PER_S))
    }

    /// Adds the sound of a block.
    pub fn say(&self, number: u32, frames: usize, sound: &mut Vec<i16>) {
        let (mut code, begin) = (coded(number), sound.len());
        for (group, digits) in self.digits.chunks_exact(DIGITS as usize).enumerate() {
            let digit = &digits[(code % DIGITS) as usize];
            code /= DIGITS;
            if group == 0 {
                sound.extend_from_slice(&digit[..frames.min(digit.len())]);
            } else {
                // Ten tones together stay below full scale.
                sound[begin..].iter_mut().zip(digit).for_each(|(sum, wave)| *sum = sum.wrapping_add(*wave));
            }
        }
    }

    /// Whether a block is that of a number, told by what its ten tones have of the whole sound.
    pub fn is(&self, number: u32, block: &[i16]) -> bool {
        let (block, energy) = floats(block);
        let (mut code, mut sum, mut faintest) = (coded(number), 0.0, f32::MAX);
        for group in 0..TONES / GROUP {
            let (low, high) = PAIRS[(code % DIGITS) as usize];
            code /= DIGITS;
            for tone in [low, high] {
                let energy = self.energy(&block, group * GROUP + tone);
                sum += energy;
                faintest = f32::min(faintest, energy);
            }
        }
        let tones = (2 * TONES / GROUP) as f32;
        // The mean square of a tone is half the square of its amplitude.
        2.0 * sum > 0.75 * energy * block.len() as f32 && faintest * tones > 0.25 * sum
    }

    fn energy(&self, block: &[f32], tone: usize) -> f32 {
        let [wave, later] = &self.waves[tone];
        let (one, other) = dots(block, wave, later);
        one * one + other * other
    }

    /// The number of a block, and how clearly it was heard: above 1, the more the better.
    pub fn read(&self, block: &[i16]) -> Option<(u32, f32)> {
        let block = &floats(block).0;
        let mut energies = [0.0f32; TONES];
        let (mut code, mut clarity, mut faintest) = (0, f32::MAX, f32::MAX);
        for (number, group) in energies.chunks_exact_mut(GROUP).enumerate().rev() {
            for (tone, energy) in group.iter_mut().enumerate() {
                *energy = self.energy(block, number * GROUP + tone);
            }
            let mut order: [usize; GROUP] = std::array::from_fn(|n| n);
            order.sort_unstable_by(|a, b| group[*b].total_cmp(&group[*a]));
            let [first, second, third] = [0, 1, 2].map(|place| group[order[place]]);
            // Twice the amplitude of the third, and no quieter than half of the first.
            clarity = clarity.min(second / (4.0 * third)).min(4.0 * second / first);
            // Where no block begins, the first group tells already.
            if second <= 0.0 || clarity <= 1.0 {
                return None;
            }
            faintest = faintest.min(second);
            let pair = (order[0].min(order[1]), order[0].max(order[1]));
            code = code * DIGITS + PAIRS.iter().position(|known| *known == pair)? as u32;
        }
        let mean = energies.iter().sum::<f32>() / (TONES / 3) as f32;
        // No quieter than half of the usual.
        clarity = clarity.min(faintest / (0.25 * mean));
        let number = code / CHECK;
        (clarity > 1.0 && number < NUMBERS && coded(number) == code).then_some((number, clarity))
    }
}

/// Two tones together.
fn digit(waves: &[[Vec<f32>; 2]], group: usize, (low, high): (usize, usize)) -> Vec<i16> {
    let [low, high] = [low, high].map(|tone| waves[group + tone][0].iter());
    low.zip(high).map(|(low, high)| ((low + high) * LOUDNESS) as i16).collect()
}

/// The samples as numbers to calculate with, and the sum of their squares.
fn floats(samples: &[i16]) -> (Vec<f32>, f32) {
    let mut energy = 0.0;
    let floats = samples.iter().map(|sample| {
        let sample = f32::from(*sample);
        energy += sample * sample;
        sample
    });
    let floats = floats.collect();
    (floats, energy)
}

/// The sums of products with two waves. They are the same with and without the wider registers.
fn dots(samples: &[f32], one: &[f32], other: &[f32]) -> (f32, f32) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: this processor has them.
        return unsafe { wide_dots(samples, one, other) };
    }
    sums(samples, one, other)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn wide_dots(samples: &[f32], one: &[f32], other: &[f32]) -> (f32, f32) {
    sums(samples, one, other)
}

#[inline(always)]
fn sums(samples: &[f32], one: &[f32], other: &[f32]) -> (f32, f32) {
    // Several sums at once, which a processor adds together.
    const LANES: usize = 8;
    let (mut ones, mut others) = ([0.0f32; LANES], [0.0f32; LANES]);
    let (samples, rest) = samples.as_chunks::<LANES>();
    let ((one, one_rest), (other, other_rest)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    for ((samples, one), other) in samples.iter().zip(one).zip(other) {
        for n in 0..LANES {
            ones[n] += samples[n] * one[n];
            others[n] += samples[n] * other[n];
        }
    }
    let (mut one, mut other) = (ones.iter().sum::<f32>(), others.iter().sum::<f32>());
    for ((sample, wave), later) in rest.iter().zip(one_rest).zip(other_rest) {
        one += sample * wave;
        other += sample * later;
    }
    (one, other)
}
