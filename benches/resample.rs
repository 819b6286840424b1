//! Cost of a conversion for each 20 ms frame, compared with rubato. Run with `cargo bench --bench resample`.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]

use std::hint::black_box;

use divan::Bencher;
use palabra::audio::convert::{Converter, InputFormat};
use palabra::audio::format::Format;
use palabra::audio::mix::Selection;
use palabra::audio::ratio::Ratio;
use palabra::audio::resample::Resampler;
use palabra::audio::samples::Encoding;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

fn main() {
    divan::main();
}

const PAIRS: [(usize, usize); 8] = [
    (8000, 16_000),
    (8000, 24_000),
    (24_000, 8000),
    (16_000, 24_000),
    (24_000, 48_000),
    (48_000, 24_000),
    (48_000, 16_000),
    (44_100, 24_000),
];

fn tone(frames: usize) -> Vec<f32> {
    (0..frames).map(|n| (n as f32 * 0.13).sin() * 0.5).collect()
}

/// Samples to samples, one channel.
#[divan::bench(args = PAIRS)]
fn ours(bencher: Bencher, (from, to): (usize, usize)) {
    let ratio = Ratio::between(from as u32, to as u32).expect("a usual ratio");
    let (mut resampler, frame) = (Resampler::new(ratio), tone(from / 50));
    let mut out = Vec::with_capacity(ratio.most_out(frame.len()));
    bencher.bench_local(|| {
        out.clear();
        resampler.process(black_box(&frame), &mut out);
    });
}

/// The same with the FFT resampler, in blocks of exactly 20 ms: it adds a delay of 10 ms.
#[divan::bench(args = PAIRS)]
fn rubato_fft(bencher: Bencher, (from, to): (usize, usize)) {
    let mut resampler =
        Fft::<f32>::new(from, to, from / 50, 1, FixedSync::Input).expect("a resampler of rubato's");
    let (frame, mut out) = (tone(from / 50), vec![0.0; to / 10]);
    let room = out.len();
    bencher.bench_local(|| {
        let input = InterleavedSlice::new(black_box(&frame), 1, from / 50).expect("a whole block");
        let mut output = InterleavedSlice::new_mut(&mut out, 1, room).expect("room enough");
        resampler.process_into_buffer(&input, &mut output, None).expect("a block of rubato's")
    });
}

/// From the caller's bytes to the bytes on the wire: decode, mix, resample, round.
#[divan::bench(args = ["mu-law 8 to 16 kHz", "f32 stereo 48 to 24 kHz", "f32 stereo 44.1 to 24 kHz", "s16 8 channels"])]
fn whole_way(bencher: Bencher, name: &str) {
    let (encoding, sample_rate, channels, wire) = match name {
        "mu-law 8 to 16 kHz" => (Encoding::MuLaw, 8000, 1, 16_000),
        "f32 stereo 48 to 24 kHz" => (Encoding::F32, 48_000, 2, 24_000),
        "f32 stereo 44.1 to 24 kHz" => (Encoding::F32, 44_100, 2, 24_000),
        _ => (Encoding::S16, 24_000, 8, 24_000),
    };
    let input = InputFormat { encoding, sample_rate, channels, selection: Selection::All };
    let mut converter =
        Converter::new(input, Format { sample_rate: wire, channels: 1 }).expect("a usual ratio");
    let frame = vec![0x3eu8; input.frames_in_ms(20) * input.frame_bytes()];
    let mut out = Vec::with_capacity(converter.most_out(input.frames_in_ms(20)));
    bencher.bench_local(|| {
        out.clear();
        converter.process(black_box(&frame), &mut out);
    });
}
