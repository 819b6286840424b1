//! Rooms and voices of which every part is known.

use super::*;

const RATE: usize = 16_000;

/// Noise as loud as words are, with their rhythm.
pub(in crate::audio::echo::cancel) fn voice(seed: u32, seconds: usize) -> Vec<f32> {
    let (mut random, mut smooth) = (seed, 0.0);
    let pace = 1.0 + seed as f32 / 20.0;
    let sample = |n: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        smooth = 0.9 * smooth + (random >> 8) as f32 / (1 << 23) as f32 - 1.0;
        let at = n as f32 / RATE as f32;
        2000.0 * ((at * 11.0 * pace).sin() + (at * 6.1 * pace).sin()).max(0.0) * smooth
    };
    (0..seconds * RATE).map(sample).collect()
}

/// Half as loud, so late, with reflections within 100 ms.
pub(in crate::audio::echo::cancel) fn echo(played: &[f32], late_ms: usize) -> Vec<f32> {
    let ways = [(0, 0.4), (13, 0.25), (31, -0.15), (64, 0.1), (97, -0.05)];
    let late = |ms: usize| (late_ms + ms) * RATE / 1000 + ms;
    let part =
        |n: usize, (ms, part): (usize, f32)| n.checked_sub(late(ms)).map_or(0.0, |at| part * played[at]);
    (0..played.len()).map(|n| ways.iter().map(|&way| part(n, way)).sum()).collect()
}

pub(in crate::audio::echo::cancel) fn sum(one: &[f32], other: &[f32]) -> Vec<f32> {
    one.iter().zip(other).map(|(one, other)| one + other).collect()
}

/// Of the power from a second on.
pub(in crate::audio::echo::cancel) fn db(sound: &[f32], seconds: std::ops::Range<usize>) -> f32 {
    let sound = &sound[seconds.start * RATE..seconds.end * RATE];
    10.0 * (power(sound) / sound.len() as f32 + 1e-3).log10()
}

fn left(filter: &mut Kalman, played: &[f32], sent: &[f32]) -> Vec<f32> {
    let mut left = sent.to_vec();
    let blocks = left.as_chunks_mut::<BLOCK>().0;
    for (played, sent) in played.chunks(BLOCK).zip(blocks) {
        filter.play(played);
        filter.clean(sent);
    }
    left
}

#[test]
fn an_echo_alone_is_fainter_after_2_s() {
    for late_ms in [30, 100, 200] {
        let played = voice(1, 4);
        let sent = echo(&played, late_ms);
        let left = left(&mut Kalman::new(), &played, &sent);
        let less = db(&sent, 2..4) - db(&left, 2..4);
        assert!(less > 20.0, "{late_ms} ms: {less} dB");
    }
}

#[test]
fn beside_speech_from_the_beginning_too_the_echo_is_taken_out_and_the_speech_is_not() {
    let (played, near) = (voice(1, 8), voice(2, 8));
    let echo = echo(&played, 100);
    let left = left(&mut Kalman::new(), &played, &sum(&near, &echo));
    let wrong: Vec<f32> = left.iter().zip(&near).map(|(left, near)| left - near).collect();
    let less = db(&echo, 5..8) - db(&wrong, 5..8);
    assert!(less > 15.0, "{less} dB");
}

#[test]
fn what_has_no_echo_is_not_changed() {
    let near = voice(2, 2);
    let silence = vec![0.0; near.len()];
    assert_eq!(left(&mut Kalman::new(), &silence, &near), near);
    let all = left(&mut Kalman::new(), &near, &silence);
    assert!(all.iter().all(|&sample| sample == 0.0));
}

#[test]
fn the_loudest_sounds_and_silence_leave_it_whole() {
    let mut filter = Kalman::new();
    let loud: Vec<f32> = (0..2 * RATE).map(|n| if n / 400 % 2 == 0 { 32_767.0 } else { -32_768.0 }).collect();
    let silence = vec![0.0; 2 * RATE];
    for (played, sent) in
        [(&loud, &silence), (&loud, &loud), (&silence, &silence), (&silence, &loud), (&loud, &loud)]
    {
        let left = left(&mut filter, played, sent);
        assert!(left.iter().all(|sample| sample.abs() < 1e6));
    }
    assert!(filter.parts.iter().all(|part| part.doubt.iter().all(|&doubt| (0.0..1e3).contains(&doubt))));
    let played = voice(1, 6);
    let sent = echo(&played, 100);
    filter.forget();
    let left = left(&mut filter, &played, &sent);
    let less = db(&sent, 4..6) - db(&left, 4..6);
    assert!(less > 15.0, "{less} dB");
}

#[test]
fn another_room_is_learned_once_the_first_is_forgotten() {
    let played = voice(1, 8);
    let (first, second) = (echo(&played, 30), echo(&played, 90));
    let mut filter = Kalman::new();
    left(&mut filter, &played[..4 * RATE], &first[..4 * RATE]);
    filter.forget();
    let left = left(&mut filter, &played[4 * RATE..], &second[4 * RATE..]);
    let less = db(&second, 6..8) - db(&left, 2..4);
    assert!(less > 15.0, "{less} dB");
}
