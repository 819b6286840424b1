//! How well and at what cost speech is detected: `cargo bench --bench voice --features vad -- RECORDINGS`, 16-bit WAV files
//! of one sentence each, such as those of Debian's pocketsphinx-testdata.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::incompatible_msrv,
    clippy::print_stdout,
    reason = "it is no part of the library"
)]

mod recordings;

use std::f32::consts::TAU;
use std::hint::black_box;
use std::time::Instant;

use palabra::audio::samples::Encoding;
use palabra::audio::voice::{Earshot, Found, Judge, RATE, Speech};

use recordings::{LEVEL, samples, scaled, way};

const TELEPHONE: u32 = 8000;
const PAUSE_MS: usize = 2000;
const NOISES: [&str; 9] = ["white", "pink", "brown", "hum", "keys", "tone", "dial tone", "music", "babble"];

fn main() {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let sentences: Vec<Vec<f32>> = files.iter().map(|file| sentence(file)).collect();
    cost();
    if !sentences.is_empty() {
        false_alarms(&sentences);
        misses(&sentences);
    }
}

/// Of 20 ms, resampled to the rate of the detector and judged.
fn cost() {
    for rate in [8000, 16_000, 48_000] {
        let mut way = way(rate, RATE);
        let mut speech = Speech::new(Earshot::default());
        let packet: Vec<u8> =
            (0..rate / 50).flat_map(|n| ((n * 7919 % 4001) as i16 - 2000).to_le_bytes()).collect();
        let (mut bytes, rounds) = (Vec::new(), 20_000);
        let begin = Instant::now();
        for _ in 0..rounds {
            bytes.clear();
            way.process(black_box(&packet), &mut bytes);
            speech.listen(samples(&bytes), &mut |found| {
                black_box(found);
            });
        }
        println!("{rate} Hz: {:.1} us for 20 ms", begin.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
    }
    let mut judge = Earshot::default();
    let (frame, begin) = ([1000; 256], Instant::now());
    (0..20_000).for_each(|_| {
        black_box(judge.score(black_box(&frame)));
    });
    println!("the detector alone: {:.1} us for 16 ms", begin.elapsed().as_secs_f64() * 1e6 / 20_000.0);
}

/// A minute of each noise at three levels, also as a telephone carries it.
fn false_alarms(sentences: &[Vec<f32>]) {
    println!(
        "noise alone: beginnings a minute, and the share of time that counts as speech; the worst of six"
    );
    for kind in NOISES {
        let cases = [100.0, 600.0, 2000.0].into_iter().flat_map(|level| [(level, false), (level, true)]);
        let worst = cases.map(|(level, telephone)| {
            let spurts = spurts(&noise(kind, 60 * RATE as usize, level, sentences), telephone);
            let ms: u64 = spurts.iter().map(|spurt| spurt.to - spurt.from).sum();
            (spurts.len(), ms / 600)
        });
        println!("  {kind}: {:?}", worst.max().unwrap_or_default());
    }
}

/// Sentences with pauses between them, in noise.
fn misses(sentences: &[Vec<f32>]) {
    println!("sentences in noise: missed, delay of the beginning in ms (median, worst), false alarms");
    let mut clean = silence();
    let mut places = Vec::new();
    for sentence in sentences {
        places.push((
            clean.len() as u64 * 1000 / 16_000,
            (clean.len() + sentence.len()) as u64 * 1000 / 16_000,
        ));
        clean.extend_from_slice(sentence);
        clean.extend(silence());
    }
    for snr in [20, 10, 5] {
        for kind in ["white", "pink", "brown", "keys", "babble"] {
            for telephone in [false, true] {
                let level = LEVEL / 10f32.powf(snr as f32 / 20.0);
                let noise = noise(kind, clean.len(), level, sentences);
                let noisy: Vec<f32> = clean.iter().zip(noise).map(|(speech, noise)| speech + noise).collect();
                judge(
                    &format!("{snr} dB, {kind}{}", if telephone { ", telephone" } else { "" }),
                    &spurts(&noisy, telephone),
                    &places,
                );
            }
        }
    }
}

fn judge(name: &str, spurts: &[Spurt], places: &[(u64, u64)]) {
    let within = |spurt: &Spurt, place: &(u64, u64)| spurt.from < place.1 + 300 && spurt.to + 300 > place.0;
    let firsts = places.iter().map(|place| spurts.iter().find(|spurt| within(spurt, place)));
    let mut delays: Vec<i64> =
        firsts.zip(places).filter_map(|(first, place)| Some(first?.told as i64 - place.0 as i64)).collect();
    delays.sort_unstable();
    let alarms = spurts.iter().filter(|spurt| !places.iter().any(|place| within(spurt, place))).count();
    let (median, worst) = (delays.get(delays.len() / 2), delays.last());
    println!(
        "  {name}: {} of {}, {:?} {:?}, {alarms}",
        places.len() - delays.len(),
        places.len(),
        median,
        worst
    );
}

/// In ms.
struct Spurt {
    from: u64,
    to: u64,
    told: u64,
}

/// What is found in samples that arrive in packets of 20 ms.
fn spurts(samples: &[f32], telephone: bool) -> Vec<Spurt> {
    let rate = if telephone { TELEPHONE } else { RATE };
    let mut there = way(RATE, rate);
    let mut back = way(rate, RATE);
    let (mut speech, mut spurts) = (Speech::new(Earshot::default()), Vec::new());
    for (number, packet) in samples.chunks(RATE as usize / 50).enumerate() {
        let bytes: Vec<u8> = packet.iter().flat_map(|sample| (*sample as i16).to_le_bytes()).collect();
        let (mut line, mut heard) = (Vec::new(), Vec::new());
        there.process(&bytes, &mut line);
        if telephone {
            line = through_mulaw(&line);
        }
        back.process(&line, &mut heard);
        let told = (number as u64 + 1) * 20;
        speech.listen(self::samples(&heard), &mut |found| match found {
            Found::Begun { at } => spurts.push(Spurt { from: at, to: at, told }),
            Found::More { to, .. } | Found::Ended { to, .. } => {
                spurts.last_mut().expect("it has begun").to = to
            }
        });
    }
    spurts
}

fn through_mulaw(bytes: &[u8]) -> Vec<u8> {
    let linear: Vec<i16> = samples(bytes).collect();
    let mut line = vec![0; linear.len()];
    Encoding::MuLaw.encode(&linear, 1, &mut line);
    let mut heard = vec![0; linear.len()];
    Encoding::MuLaw.decode_s16(&line, &mut heard);
    heard.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

/// Without the silence around it.
fn sentence(file: &str) -> Vec<f32> {
    let samples = recordings::sentence(file, RATE);
    // From the first loud piece to the last one.
    let loud = |piece: &[f32]| piece.iter().any(|sample| sample.abs() > LEVEL / 2.0);
    let pieces: Vec<&[f32]> = samples.chunks(320).collect();
    let begin = pieces.iter().position(|piece| loud(piece)).unwrap_or_default();
    let end = pieces.iter().rposition(|piece| loud(piece)).map_or(pieces.len(), |last| last + 1);
    pieces[begin..end].concat()
}

fn silence() -> Vec<f32> {
    vec![0.0; RATE as usize * PAUSE_MS / 1000]
}

fn noise(kind: &str, frames: usize, level: f32, sentences: &[Vec<f32>]) -> Vec<f32> {
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let all: Vec<f32> = sentences.concat();
    let (mut low, mut click, mut next) = ([0.0f32; 3], 0.0, 0);
    let make = |frame: usize| {
        let at = frame as f32 / RATE as f32;
        let wave = |hz: f32| (at * hz * TAU).sin();
        let white = random();
        match kind {
            "white" => white,
            "pink" => {
                low[0] = 0.997_65 * low[0] + white * 0.099_046;
                low[1] = 0.963 * low[1] + white * 0.296_516_4;
                low[2] = 0.57 * low[2] + white * 1.052_691_3;
                low.iter().sum::<f32>() + white * 0.1848
            }
            "brown" => {
                low[0] = 0.998 * low[0] + white;
                low[0]
            }
            "hum" => wave(50.0) + 0.5 * wave(150.0) + 0.3 * wave(250.0) + 0.05 * white,
            "keys" => {
                click *= 0.995;
                if frame == next {
                    (click, next) = (1.0, frame + 1500 + (6000.0 * white.abs()) as usize);
                }
                click * white + 0.002 * white
            }
            "tone" => wave(440.0),
            "dial tone" => {
                (if (frame / RATE as usize).is_multiple_of(5) { wave(425.0) } else { 0.0 }) + 0.003 * white
            }
            "music" => {
                let note = [220.0, 277.2, 329.6, 440.0, 392.0, 349.2, 293.7, 246.9][(at * 2.0) as usize % 8];
                (-3.0 * (at * 2.0 % 1.0)).exp() * (wave(note) + 0.5 * wave(2.0 * note))
                    + 0.3 * wave(note / 4.0)
            }
            _ => (0..12).map(|voice| all[(frame + voice * 23_757) % all.len()]).sum(),
        }
    };
    scaled((0..frames).map(make).collect(), level)
}
