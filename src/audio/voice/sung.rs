//! Sounds that are taken for speech, for tests: vowels of a changing pitch, four a second.

use std::f32::consts::{PI, TAU};

const VOWELS: [[f32; 3]; 5] = [
    [700.0, 1200.0, 2600.0],
    [300.0, 2200.0, 3000.0],
    [500.0, 900.0, 2500.0],
    [350.0, 800.0, 2300.0],
    [550.0, 1800.0, 2500.0],
];

/// What is sung in so many ms.
pub(crate) fn sung(rate: u32, ms: u32) -> Vec<i16> {
    let frames = rate as usize * ms as usize / 1000;
    let rate = rate as f32;
    let (mut phase, mut resonators) = (0.0, [[0.0; 2]; 3]);
    let mut samples = Vec::with_capacity(frames);
    for frame in 0..frames {
        let at = frame as f32 / rate;
        phase += (120.0 + 25.0 * (at * 2.1).sin() + 10.0 * (at * 5.3).sin()) / rate;
        let mut sample = if phase >= 1.0 { 1.0 } else { 0.0 };
        phase %= 1.0;
        let formants = VOWELS[(at * 4.0) as usize % VOWELS.len()];
        for (state, formant) in resonators.iter_mut().zip(formants) {
            let radius = (-80.0 * PI / rate).exp();
            let next =
                sample + 2.0 * radius * (TAU * formant / rate).cos() * state[0] - radius * radius * state[1];
            *state = [next, state[0]];
            sample = next * 0.1;
        }
        samples.push(sample * (PI * (at * 4.0 % 1.0)).sin());
    }
    let most = samples.iter().fold(0.0f32, |most, sample| most.max(sample.abs()));
    samples.iter().map(|sample| (sample / most * 12_000.0) as i16).collect()
}
