//! Conversion of input: how it is split changes nothing, its length is exact, and a filter that is resumed continues.

use palabra::audio::convert::{Converter, InputFormat};
use palabra::audio::format::WireFormat;
use palabra::audio::mix::Selection;
use palabra::audio::ratio::{Moment, Ratio};
use palabra::audio::resample::Resampler;

use super::bytes::{Bytes, keep_filter};

/// The filter is slow without optimisation.
const MOST_FRAMES: usize = 3000;

pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    let channels = 1 + bytes.below(8) as u32;
    let selection = if bytes.flag() { Selection::One(bytes.below(10)) } else { Selection::All };
    let input = InputFormat { encoding: bytes.encoding(), sample_rate: bytes.rate(), channels, selection };
    let wire = WireFormat {
        encoding: bytes.encoding(),
        sample_rate: bytes.rate(),
        channels: if bytes.flag() { channels } else { 1 },
    };
    let cuts: Vec<usize> = (0..6).map(|_| bytes.below(700)).collect();
    let frames = bytes.below(MOST_FRAMES);
    keep_filter(input.sample_rate, wire.sample_rate);
    let Some(converter) = Converter::new(input, wire) else {
        // Within the bounds of callers' rates every conversion is possible.
        panic!("{input:?} cannot become {wire:?}");
    };
    let audio = audio(bytes.0, frames * input.frame_bytes());
    check_converter(converter, &cuts, &audio, input, wire);
    check_resuming(&cuts, &audio, input.sample_rate, wire.sample_rate);
}

/// Repeated as far as needed.
fn audio(pattern: &[u8], length: usize) -> Vec<u8> {
    let pattern = if pattern.is_empty() { &[0] } else { pattern };
    pattern.iter().copied().cycle().take(length).collect()
}

fn check_converter(mut cut: Converter, cuts: &[usize], audio: &[u8], input: InputFormat, wire: WireFormat) {
    let frames = audio.len() / input.frame_bytes();
    let mut whole = Converter::new(input, wire).expect("as before");
    let mut expected = Vec::new();
    whole.process(audio, &mut expected);
    whole.finish(&mut expected);
    assert!(expected.len() <= whole.most_out(frames));
    let length = (frames as u64 * u64::from(wire.sample_rate)).div_ceil(input.sample_rate.into());
    assert_eq!(
        expected.len() as u64,
        length * wire.frame_bytes() as u64,
        "{frames} frames of {input:?} as {wire:?}"
    );
    let (mut pieces, mut rest) = (Vec::new(), audio);
    for &frames in cuts {
        let (piece, after) = rest.split_at((frames * input.frame_bytes()).min(rest.len()));
        step(&mut cut, piece, &mut pieces, input, wire);
        rest = after;
    }
    cut.process(rest, &mut pieces);
    cut.finish(&mut pieces);
    assert!(pieces == expected, "{cuts:?} of {input:?} as {wire:?}");
    // It has started over.
    let mut again = Vec::new();
    cut.process(audio, &mut again);
    cut.finish(&mut again);
    assert!(again == expected, "a second time");
}

/// One piece, of which the converter knows beforehand what comes out.
fn step(converter: &mut Converter, piece: &[u8], out: &mut Vec<u8>, input: InputFormat, wire: WireFormat) {
    let (frames, before) = (piece.len() / input.frame_bytes(), out.len());
    let most = converter.most_out(frames);
    let enough = (1..=64).map(|wanted| (wanted, converter.needed(wanted))).collect::<Vec<_>>();
    converter.process(piece, out);
    assert!(out.len() - before <= most);
    let came = (out.len() - before) / wire.frame_bytes();
    for (wanted, needed) in enough {
        assert_eq!(came >= wanted, frames >= needed, "{wanted} of {came}, {needed} of {frames}");
    }
}

/// Another filter takes over in the middle of the sound, and nothing shows it.
fn check_resuming(cuts: &[usize], audio: &[u8], from: u32, to: u32) {
    let Some(ratio) = Ratio::between(from, to).filter(|_| from != to) else { return };
    let samples: Vec<f32> = audio.iter().take(1500).map(|&byte| f32::from(byte) / 128.0 - 1.0).collect();
    let mut expected = Vec::new();
    let mut whole = Resampler::new(ratio);
    whole.process(&samples, &mut expected);
    whole.finish(&mut expected);
    let mut first = Resampler::new(ratio);
    let mut out = Vec::new();
    first.process(&samples[..cuts[0].min(samples.len())], &mut out);
    let next = ratio.moment(Moment::default(), out.len() as u64);
    let before = next.sample as usize;
    if before > samples.len() {
        return;
    }
    let mut second = Resampler::new(ratio);
    second.resume(&samples[before.saturating_sub(second.memory())..before], next.phase);
    second.process(&samples[before..], &mut out);
    second.finish(&mut out);
    assert!(out == expected, "{from} to {to}, resumed at {next:?}");
}
