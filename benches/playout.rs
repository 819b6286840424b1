//! Cost of 20 ms of speech at the output: on the library's thread (resample, feed) and on the player's (fade, encode,
//! copy). Run with `cargo bench --bench playout`.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]

use std::hint::black_box;

use divan::Bencher;
use palabra::audio::format::PlayoutFormat;
use palabra::audio::samples::Encoding;
use palabra::session::output::{OriginalLevels, OriginalSetup, Playout, PlayoutSetup, Speech};

fn main() {
    divan::main();
}

const FORMATS: [&str; 6] =
    ["s16 24 kHz", "mu-law 8 kHz", "A-law 8 kHz", "s16 16 kHz", "f32 stereo 48 kHz", "f32 stereo 44.1 kHz"];

/// 20 ms as the service sends them.
const FRAMES: usize = 480;

fn format(name: &str) -> PlayoutFormat {
    let (encoding, sample_rate, channels) = match name {
        "s16 24 kHz" => (Encoding::S16, 24_000, 1),
        "mu-law 8 kHz" => (Encoding::MuLaw, 8000, 1),
        "A-law 8 kHz" => (Encoding::ALaw, 8000, 1),
        "s16 16 kHz" => (Encoding::S16, 16_000, 1),
        "f32 stereo 48 kHz" => (Encoding::F32, 48_000, 2),
        _ => (Encoding::F32, 44_100, 2),
    };
    PlayoutFormat { encoding, sample_rate, channels }
}

fn playout(format: PlayoutFormat, original: Option<OriginalSetup>) -> Playout {
    let options = PlayoutSetup {
        format,
        prime_ms: 60,
        cap_ms: 30_000,
        target_ms: None,
        reader_lag_ms: None,
        original,
        apart: false,
        comfort: false,
    };
    let playout = Playout::new(options, &["es".to_owned()]).expect("a usual rate");
    // Buffered from the start, so that speech never runs out.
    (0..10).for_each(|_| add(&playout));
    playout
}

fn add(playout: &Playout) {
    let pcm = (0..FRAMES).map(|n| (n * 31) as i16).collect();
    let speech = Speech { phrase: 1, id: "0123456789abcdef".to_owned(), part: 0, pcm, is_last: false };
    black_box(playout.add("es", speech));
}

fn read(playout: &Playout, audio: &mut [u8]) {
    let line = playout.line(black_box(b"es")).expect("a line");
    black_box(line.read(|_| Ok(audio)));
}

fn block(format: PlayoutFormat) -> Vec<u8> {
    vec![0; format.frames_in_ms(20) * format.frame_bytes()]
}

/// The player's call. As many blocks as a sample contains are fed before it.
#[divan::bench(args = FORMATS, sample_size = 20, sample_count = 200)]
fn read_20_ms(bencher: Bencher, name: &str) {
    let (playout, mut audio) = (playout(format(name), None), block(format(name)));
    bencher.with_inputs(|| add(&playout)).bench_local_values(|()| read(&playout, &mut audio));
}

/// With the original voice mixed under it.
#[divan::bench(args = FORMATS, sample_size = 20, sample_count = 200)]
fn read_20_ms_with_original(bencher: Bencher, name: &str) {
    let wire = palabra::audio::format::Format { sample_rate: 24_000, channels: 1 };
    let input = palabra::audio::convert::InputFormat::plain(wire);
    let levels = OriginalLevels { percent: 100, duck_percent: 20, attack_ms: 50, release_ms: 300 };
    let original = OriginalSetup { input, levels };
    let (playout, mut audio) = (playout(format(name), Some(original)), block(format(name)));
    let chunk = vec![7u8; 2 * FRAMES];
    let both = || {
        add(&playout);
        playout.pass_original(&chunk);
    };
    bencher.with_inputs(both).bench_local_values(|()| read(&playout, &mut audio));
}

/// The library's part. As many blocks as a sample contains are read before it.
#[divan::bench(args = FORMATS, sample_size = 20, sample_count = 200)]
fn feed_20_ms(bencher: Bencher, name: &str) {
    let playout = playout(format(name), None);
    let mut audio = block(format(name));
    (0..15).for_each(|_| add(&playout));
    bencher.with_inputs(|| read(&playout, &mut audio)).bench_local_values(|()| add(&playout));
}
