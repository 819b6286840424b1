//! Sentences that somebody has recorded, for the benches of what is said and heard.

use palabra::audio::convert::{Converter, InputFormat};
use palabra::audio::format::Format;

/// Root mean square of the speech.
pub const LEVEL: f32 = 2000.0;

/// A 16-bit WAV file, its first channel, at this rate and at the level of all.
pub fn sentence(file: &str, rate: u32) -> Vec<f32> {
    let mut reader = hound::WavReader::open(file).expect("a WAV file");
    let spec = reader.spec();
    let bytes: Vec<u8> = reader
        .samples::<i16>()
        .step_by(spec.channels.into())
        .flat_map(|sample| sample.expect("16 bits").to_le_bytes())
        .collect();
    let mut converted = Vec::new();
    way(spec.sample_rate, rate).process(&bytes, &mut converted);
    scaled(samples(&converted).map(f32::from).collect(), LEVEL)
}

pub fn way(from: u32, to: u32) -> Converter {
    let format = |sample_rate| Format { sample_rate, channels: 1 };
    Converter::new(InputFormat::plain(format(from)), format(to)).expect("a usual pair of rates")
}

pub fn samples(bytes: &[u8]) -> impl Iterator<Item = i16> {
    bytes.as_chunks().0.iter().map(|&sample| i16::from_le_bytes(sample))
}

pub fn scaled(mut samples: Vec<f32>, level: f32) -> Vec<f32> {
    let power: f32 = samples.iter().map(|sample| sample * sample).sum();
    let gain = level / (power / samples.len() as f32).sqrt();
    samples.iter_mut().for_each(|sample| *sample *= gain);
    samples
}

/// These sentences, with silence of so many frames behind each.
#[allow(dead_code, reason = "a bench that reads none in a row has it, too")]
pub fn read(sentences: &[Vec<f32>], order: &[usize], pause: usize) -> Vec<f32> {
    order
        .iter()
        .flat_map(|&number| sentences[number].iter().copied().chain(std::iter::repeat_n(0.0, pause)))
        .collect()
}
