//! How well an echo is measured: `cargo bench --bench echo --features echo -- RECORDINGS`, at least five 16-bit WAV files of
//! one sentence each, such as those of Debian's pocketsphinx-testdata.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::incompatible_msrv,
    clippy::print_stdout,
    reason = "it is no part of the library"
)]

mod recordings;

use palabra::audio::echo::{EchoMeter, Found, RATE};

use recordings::{read, sentence};

fn main() {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let sentences: Vec<Vec<f32>> = files.iter().map(|file| sentence(file, RATE)).collect();
    if sentences.len() < 5 {
        return println!("five recordings are needed");
    }
    for near in [0.0, 0.3, 1.0] {
        println!("somebody else speaks at {near} of the level: found, worst delay in ms, worst level in dB");
        for level_db in [-6.0, -12.0, -18.0, -25.0] {
            let rooms =
                [0, 100, 300].into_iter().flat_map(|fade| [30, 70, 140, 200, 400].map(|delay| (delay, fade)));
            let results: Vec<_> =
                rooms.filter_map(|(delay, fade)| measured(&sentences, delay, fade, level_db, near)).collect();
            let worst = |of: fn(&(f32, f32)) -> f32| results.iter().map(of).fold(0.0, f32::max);
            println!(
                "  {level_db} dB: {} of 15, {:.0}, {:.1}",
                results.len(),
                worst(|error| error.0),
                worst(|error| error.1)
            );
        }
    }
    let played = read(&sentences[..3], &[0, 1, 2, 1, 0, 2, 2, 1, 0, 0, 2, 1].repeat(6), 4000);
    let sent = read(&sentences[3..], &[0, 1, 0, 0, 1, 1, 0].repeat(10), 3000);
    let looks = listen(&played, &sent);
    let wrong = looks.iter().filter(|found| matches!(found, Found::Echo(_))).count();
    println!("without an echo: {wrong} in {} s", played.len().min(sent.len()) / RATE as usize);
}

/// The largest errors in one room, if an echo was found.
fn measured(
    sentences: &[Vec<f32>],
    delay_ms: usize,
    fade_ms: usize,
    level_db: f32,
    near: f32,
) -> Option<(f32, f32)> {
    let played = read(sentences, &[0, 1, 2, 3, 4], 8000);
    let others = read(sentences, &[3, 0, 4, 2, 1], 2500);
    let mut sent = through_a_room(&played, delay_ms, fade_ms, level_db);
    sent.iter_mut().zip(others).for_each(|(sent, other)| *sent += near * other);
    let echoes = listen(&played, &sent).into_iter().filter_map(|found| match found {
        Found::Echo(echo) => {
            Some((echo.delay_ms.abs_diff(delay_ms as u32) as f32, (echo.level_db - level_db).abs()))
        }
        Found::Nothing => None,
    });
    echoes.reduce(|worst, next| (worst.0.max(next.0), worst.1.max(next.1)))
}

fn listen(played: &[f32], sent: &[f32]) -> Vec<Found> {
    let mut meter = EchoMeter::default();
    played.iter().zip(sent).filter_map(|(&played, &sent)| meter.listen(played as i16, sent as i16)).collect()
}

/// A direct way, and reflections that fade for so long.
fn through_a_room(sound: &[f32], delay_ms: usize, fade_ms: usize, level_db: f32) -> Vec<f32> {
    let mut seed = 99 + delay_ms as u64;
    let mut random = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let frames = fade_ms * RATE as usize / 1000;
    let fade = |frame: usize| (-6.9 * frame as f32 / frames as f32).exp();
    let mut response: Vec<f32> =
        std::iter::once(1.0).chain((1..frames).map(|frame| 0.3 * random() * fade(frame))).collect();
    let gain = 10f32.powf(level_db / 20.0) / response.iter().map(|part| part * part).sum::<f32>().sqrt();
    response.iter_mut().for_each(|part| *part *= gain);
    let delay = delay_ms * RATE as usize / 1000;
    let mut heard = vec![0.0; sound.len() + delay + response.len()];
    for (frame, sample) in sound.iter().enumerate().filter(|(_, sample)| **sample != 0.0) {
        heard[frame + delay..].iter_mut().zip(&response).for_each(|(heard, part)| *heard += sample * part);
    }
    heard.truncate(sound.len());
    heard
}
