//! What a resampled sound is like, and that it never depends on how it came.

use std::f64::consts::PI;

use super::*;
use crate::audio::ratio::Moment;

/// The rates of calls, games and studios, against the rates of the wire.
const PAIRS: [(u32, u32); 18] = [
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
    (24_000, 88_200),
    (176_400, 48_000),
    (192_000, 8000),
    (24_000, 192_000),
    // Interpolated.
    (44_101, 16_000),
    (191_999, 8000),
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

/// Enough of a tone: the filter reaches less than an eighth of it from either end.
fn enough(from: u32, to: u32) -> usize {
    (u64::from(from) * 256 / u64::from(from.min(to))) as usize
}

/// Gain of a tone in dB, and the level of everything else in dB below the tone.
fn passes(hz: f64, from: u32, to: u32) -> (f64, f64) {
    let output = resampled(&tone(hz, from, enough(from, to)), from, to);
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
        for step in (1..25).step_by(2) {
            let hz = f64::from(from) / 2.0 * f64::from(step) / 25.0;
            // A frequency that the other rate cannot represent must vanish. Any other must come alone.
            let found = if hz >= slower / 2.0 {
                let output = resampled(&tone(hz, from, enough(from, to)), from, to);
                decibels(loudest(middle(&output)) / 0.5)
            } else {
                passes(hz, from, to).1
            };
            worst = worst.max(found);
        }
        let edge = (0..13).map(|n| slower * (0.39 + 0.004 * f64::from(n)));
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
        let frames = enough(from, to);
        let output = resampled(&tone(997.0, from, frames), from, to);
        let expected = (frames as u64 * u64::from(to)).div_ceil(from.into());
        assert_eq!(output.len() as u64, expected, "{from} to {to}");
        // The same sine at the other rate, at the same position.
        let expected = tone(997.0, to, output.len());
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
        let input: Vec<f32> = (0..2500).map(|_| random(2000) as f32 / 1000.0 - 1.0).collect();
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
fn a_constant_stays_one() {
    for (from, to) in PAIRS {
        let output = resampled(&vec![0.5; enough(from, to)], from, to);
        assert!(middle(&output).iter().all(|sample| (sample - 0.5).abs() < 1e-6), "{from} to {to}");
    }
}

#[test]
fn tables_are_shared() {
    let (one, two) = (resampler(11_025, 44_100), resampler(12_000, 48_000));
    assert!(Arc::ptr_eq(&one.taps, &two.taps));
}
