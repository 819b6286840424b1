//! A loudspeaker that is heard by the microphone, and somebody beside it.

use super::*;

const SECONDS: usize = 8;
/// From there on somebody speaks.
const SPOKEN: usize = 4;
/// By so much the canceller delays a sound, at 16 kHz.
const LATER: usize = 96;

/// Noise of less than 1 kHz that is as loud as words are, the same at all rates.
fn words(seed: u32, rate: usize) -> Vec<f32> {
    let mut random = seed;
    let mut next = move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let noise: Vec<f32> = (0..=SECONDS * 2000).map(|_| next()).collect();
    let pace = 1.0 + seed as f32 / 20.0;
    let loudness = |at: f32| ((at * 11.0 * pace).sin() + (at * 6.1 * pace + (at * 2.3).sin()).sin()).max(0.0);
    let sample = |n: usize| {
        let (at, part) = (n * 2000 / rate, (n * 2000 % rate) as f32 / rate as f32);
        4000.0 * loudness(n as f32 / rate as f32) * (noise[at] * (1.0 - part) + noise[at + 1] * part)
    };
    (0..SECONDS * rate).map(sample).collect()
}

/// Half as loud, 100 ms late, with three reflections.
fn echo(played: &[f32], rate: usize) -> Vec<f32> {
    let ways = [(100, 0.4), (117, 0.25), (141, -0.15), (165, 0.1)];
    let part = |n: usize, (late_ms, part): (usize, f32)| {
        n.checked_sub(late_ms * rate / 1000).map_or(0.0, |at| part * played[at])
    };
    (0..played.len()).map(|n| ways.iter().map(|&way| part(n, way)).sum()).collect()
}

fn samples(sound: &[f32]) -> Vec<i16> {
    sound.iter().map(|&sample| sample as i16).collect()
}

fn cleaned(cleaning: Cleaning, played: &[f32], sent: &[f32]) -> Vec<f32> {
    let mut cleaner = Cleaner::new(cleaning, (played.len() / SECONDS) as u32);
    let (played, mut sent) = (samples(played), samples(sent));
    let frames = cleaner.frames();
    for (played, sent) in played.chunks(frames).zip(sent.chunks_mut(frames)) {
        cleaner.play(played);
        cleaner.clean(sent);
    }
    sent.into_iter().map(f32::from).collect()
}

const ECHO: Cleaning = Cleaning { echo: true, noise: false, gain: false };

fn db(sound: &[f32]) -> f32 {
    10.0 * (sound.iter().map(|sample| sample * sample).sum::<f32>() / sound.len() as f32 + 1e-3).log10()
}

#[test]
fn an_echo_is_cancelled_at_both_rates_and_with_less_noise() {
    for rate in [16_000, 48_000] {
        for noise in [false, true] {
            let played = words(1, rate);
            let sent = echo(&played, rate);
            let left = cleaned(Cleaning { noise, ..ECHO }, &played, &sent);
            let less = db(&sent[2 * rate..]) - db(&left[2 * rate..]);
            assert!(less > 25.0, "{rate} Hz, {noise}: {less} dB");
        }
    }
}

/// Beside what becomes of them where nothing is played.
#[test]
fn who_speaks_beside_an_echo_is_heard() {
    for rate in [16_000, 48_000] {
        let played = words(1, rate);
        let mut near = words(2, rate);
        near[..SPOKEN * rate].fill(0.0);
        let sent: Vec<f32> = near.iter().zip(echo(&played, rate)).map(|(near, echo)| near + echo).collect();
        let alone = cleaned(ECHO, &vec![0.0; near.len()], &near);
        let beside = cleaned(ECHO, &played, &sent);
        let wrong: Vec<f32> = beside.iter().zip(&alone).map(|(beside, alone)| beside - alone).collect();
        let purity = db(&alone[SPOKEN * rate..]) - db(&wrong[SPOKEN * rate..]);
        assert!(purity > 17.0, "{rate} Hz: {purity} dB");
    }
}

#[test]
fn what_has_no_echo_comes_a_little_later_and_whole() {
    let near = words(2, 16_000);
    let left = cleaned(ECHO, &vec![0.0; near.len()], &near);
    let likeness =
        |later: usize| left[later..].iter().zip(&near).map(|(left, near)| left * near).sum::<f32>();
    let best = (0..320).max_by(|&one, &other| likeness(one).total_cmp(&likeness(other)));
    assert!(best.is_some_and(|best| best.abs_diff(LATER) <= 8), "{best:?}");
    assert!((db(&left) - db(&near)).abs() < 1.0, "{} dB", db(&left) - db(&near));
}
