//! What is played, through rooms and with others who speak.

use super::*;

struct Random(u32);

impl Random {
    /// From -1 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// Noise of the loudness of words.
fn voice(seed: u32, seconds: usize) -> Vec<f32> {
    let (mut random, pace) = (Random(seed), 1.0 + seed as f32 / 20.0);
    let word = |at: f32| ((at * 11.0 * pace).sin() + (at * 6.1 * pace + (at * 2.3).sin()).sin()).max(0.0);
    (0..seconds * RATE as usize).map(|n| random.next() * 4000.0 * word(n as f32 / RATE as f32)).collect()
}

/// A direct way, and reflections that fade for so long.
fn through_a_room(sound: &[f32], delay_ms: usize, level_db: f32, fade_ms: usize) -> Vec<f32> {
    let mut random = Random(7);
    let frames = fade_ms * RATE as usize / 1000 / 8;
    // Every eighth sample has a reflection.
    let reflections =
        (1..=frames).map(|n| (8 * n, 0.5 * random.next() * (-6.9 * n as f32 / frames as f32).exp()));
    let ways: Vec<(usize, f32)> = std::iter::once((0, 1.0)).chain(reflections).collect();
    let power: f32 = ways.iter().map(|way| way.1 * way.1).sum();
    let gain = 10f32.powf(level_db / 20.0) / power.sqrt();
    let delay = delay_ms * RATE as usize / 1000;
    let at = |n: usize, late: usize| n.checked_sub(delay + late).map_or(0.0, |n| sound[n]);
    (0..sound.len())
        .map(|n| gain * ways.iter().map(|&(late, part)| part * at(n, late)).sum::<f32>())
        .collect()
}

fn found(played: &[f32], sent: &[f32]) -> Vec<Found> {
    let mut meter = EchoMeter::default();
    played.iter().zip(sent).filter_map(|(&played, &sent)| meter.listen(played as i16, sent as i16)).collect()
}

#[test]
fn delay_and_level_are_those_of_the_room() {
    let played = voice(1, 6);
    for (delay_ms, level_db, fade_ms) in
        [(30, -6.0, 0), (140, -12.0, 100), (200, -25.0, 250), (900, -12.0, 0)]
    {
        let found = found(&played, &through_a_room(&played, delay_ms, level_db, fade_ms));
        let Some(Found::Echo(first)) = found.get(1) else { panic!("{delay_ms} ms: {found:?}") };
        assert!(first.delay_ms.abs_diff(delay_ms as u32) <= 10, "{delay_ms} ms: {first:?}");
        assert!((first.level_db - level_db).abs() <= 3.0, "{level_db} dB: {first:?}");
    }
}

/// Each is silent now and then.
#[test]
fn it_is_found_while_others_speak() {
    let played = voice(1, 10);
    let near = voice(2, 10);
    let echo = through_a_room(&played, 140, -12.0, 100);
    let sent: Vec<f32> = echo.iter().zip(&near).map(|(echo, near)| echo + 0.3 * near).collect();
    let found = found(&played, &sent);
    let Some(Found::Echo(echo)) = found.last() else { panic!("{found:?}") };
    assert!(echo.delay_ms.abs_diff(140) <= 10 && (echo.level_db + 12.0).abs() <= 3.0, "{echo:?}");
}

#[test]
fn another_voice_is_no_echo_and_silence_says_nothing() {
    let played = voice(1, 60);
    assert_eq!(found(&played, &voice(2, 60)), vec![Found::Nothing; 60]);
    assert_eq!(found(&vec![0.0; 40_000], &voice(2, 5)), []);
}
