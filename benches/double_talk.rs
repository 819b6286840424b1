//! What is left of somebody who speaks beside an echo: `cargo bench --bench double_talk --features echo -- FOLDER RECORDINGS`, at
//! least five 16-bit WAV files of one sentence each, such as those of Debian's pocketsphinx-testdata. They are what is played, too, in
//! another order. Writes the five beside no echo as clean.wav, and as LEVEL_DELAY_FADE.wav what is left of them beside each echo; and
//! tells by how much the echo alone is less from the 3rd to the 8th second. Then ten minutes of an echo alone, as alone.wav without the
//! first 2 s. tests/demo/prove_double_talk.py counts the words.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::incompatible_msrv,
    clippy::print_stdout,
    dead_code,
    reason = "it is no part of the library"
)]

mod recordings;
mod rooms;

use std::time::Instant;

use palabra::audio::echo::cancel::{Cleaner, Cleaning};
use recordings::{read, sentence};
use rooms::{LATEST, RATE, Room, clipped, db, play, write};

/// Of the echo alone: until the canceller must know the room, and until somebody speaks.
const KNOWN: usize = 2 * RATE;
const LEAD: usize = 8 * RATE;
const ALONE: usize = 600 * RATE;
const LEVELS_DB: [f32; 4] = [-6.0, -12.0, -18.0, -25.0];
/// ms late, and ms of fading.
const ROOMS: [(usize, usize); 3] = [(30, 30), (100, 100), (200, 200)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let sentences: Vec<Vec<f32>> = arguments.iter().skip(1).map(|file| sentence(file, RATE as u32)).collect();
    if sentences.len() < 5 {
        return println!("a folder and five recordings are needed");
    }
    let folder = &arguments[0];
    let said = read(&sentences, &[0, 1, 2, 3, 4], RATE * 3 / 2);
    write(&format!("{folder}/clean.wav"), &said.iter().copied().map(clipped).collect::<Vec<_>>());
    let near = [vec![0.0; LEAD], said].concat();
    let far = read(&sentences, &[2, 4, 1, 0, 3].repeat(3), RATE / 4);
    let far: Vec<i16> = far[..near.len()].iter().copied().map(clipped).collect();
    for (delay_ms, fade_ms) in ROOMS {
        let mut echo = vec![0.0; far.len() + LATEST];
        play(far.iter().copied(), 0, &Room { level_db: 0.0, delay_ms, fade_ms }.response(), &mut echo);
        for level_db in LEVELS_DB {
            let gain = 10f32.powf(level_db / 20.0);
            let sent: Vec<i16> =
                near.iter().zip(&echo).map(|(near, echo)| clipped(near + gain * echo)).collect();
            let begin = Instant::now();
            let left = cleaned(&far, &sent);
            let us = begin.elapsed().as_micros() / (sent.len() * 100 / RATE) as u128;
            let less = db(&sent[KNOWN..LEAD]) - db(&left[KNOWN..LEAD]);
            println!(
                "{level_db} dB, {delay_ms} ms late, fading within {fade_ms} ms: {less:.1} dB less; {us} us per 10 ms"
            );
            write(&format!("{folder}/{level_db}_{delay_ms}_{fade_ms}.wav"), &left[LEAD..]);
        }
    }
    alone(folder, &far);
}

/// In a room where somebody listens for ten minutes.
fn alone(folder: &str, far: &[i16]) {
    let far: Vec<i16> = far.iter().copied().cycle().take(ALONE).collect();
    let mut echo = vec![0.0; ALONE + LATEST];
    play(
        far.iter().copied(),
        0,
        &Room { level_db: LEVELS_DB[0], delay_ms: 100, fade_ms: 100 }.response(),
        &mut echo,
    );
    let sent: Vec<i16> = echo[..ALONE].iter().copied().map(clipped).collect();
    write(&format!("{folder}/alone.wav"), &cleaned(&far, &sent)[KNOWN..]);
}

fn cleaned(played: &[i16], sent: &[i16]) -> Vec<i16> {
    let mut cleaner = Cleaner::new(Cleaning { echo: true, ..Cleaning::default() }, RATE as u32);
    let mut left = sent.to_vec();
    let frames = cleaner.frames();
    for (played, sent) in played.chunks_exact(frames).zip(left.chunks_exact_mut(frames)) {
        cleaner.play(played);
        cleaner.clean(sent);
    }
    left
}
