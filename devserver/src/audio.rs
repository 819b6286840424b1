//! Sample arithmetic: bytes to mono samples, any rate to 24 kHz, samples to the chunks of `output_audio_data`.

use std::borrow::Cow;

use rubato::audioadapter_buffers::owned::InterleavedOwned;
use rubato::{Fft, FixedSync, Resampler};

/// Rate of all translated speech (protocol.md 7).
pub const OUTPUT_RATE: u32 = 24_000;
/// Frames of one output chunk: 200 ms (protocol.md 5.3).
pub const CHUNK_FRAMES: usize = 4_800;

/// Interleaved s16le to mono frames; `None` when the bytes are not whole frames.
pub fn mono_frames(bytes: &[u8], channels: u16) -> Option<Vec<i16>> {
    let (samples, rest) = bytes.as_chunks::<2>();
    let channels = usize::from(channels.max(1));
    if !rest.is_empty() || samples.len() % channels != 0 {
        return None;
    }
    let sample = |pair: &[u8; 2]| i32::from(i16::from_le_bytes(*pair));
    if channels == 1 {
        return Some(samples.iter().map(|pair| i16::from_le_bytes(*pair)).collect());
    }
    Some(
        samples
            .chunks_exact(channels)
            .map(|frame| (frame.iter().map(sample).sum::<i32>() / channels as i32) as i16)
            .collect(),
    )
}

/// Frames as s16le bytes.
pub fn to_bytes(frames: &[i16]) -> Vec<u8> {
    let mut bytes = vec![0; 2 * frames.len()];
    let (pairs, _) = bytes.as_chunks_mut::<2>();
    pairs.iter_mut().zip(frames).for_each(|(pair, sample)| *pair = sample.to_le_bytes());
    bytes
}

/// Resamples a whole phrase. The length is exactly in proportion.
pub fn resample(frames: &[i16], from: u32, to: u32) -> Cow<'_, [i16]> {
    if from == to || frames.is_empty() {
        return Cow::Borrowed(frames);
    }
    let wanted = resampled_length(frames.len(), from, to);
    let mut out = fft_resample(frames, from, to).unwrap_or_default();
    out.resize(wanted, 0);
    Cow::Owned(out)
}

/// How long so many frames are at another rate.
pub fn resampled_length(frames: usize, from: u32, to: u32) -> usize {
    (frames as u64 * u64::from(to) / u64::from(from)) as usize
}

fn fft_resample(frames: &[i16], from: u32, to: u32) -> Option<Vec<i16>> {
    let mut resampler = Fft::<f32>::new(from as usize, to as usize, 1024, 1, FixedSync::Both).ok()?;
    let input: Vec<f32> = frames.iter().map(|&s| f32::from(s)).collect();
    let length = input.len();
    let input = InterleavedOwned::new_from(input, 1, length).ok()?;
    let output = resampler.process_all(&input, length, None).ok()?;
    // `as` saturates, which clips overshoot as wanted.
    Some(output.take_data().into_iter().map(|s| s.round() as i16).collect())
}

/// Resamples audio that arrives in portions. The output lags by a few milliseconds.
pub struct Converter {
    resampler: Option<Fft<f32>>,
    waiting: Vec<f32>,
    rates: (u32, u32),
}

impl Converter {
    pub fn new(from: u32, to: u32) -> Self {
        let resampler = (from != to)
            .then(|| Fft::<f32>::new(from as usize, to as usize, 256, 1, FixedSync::Both).ok())
            .flatten();
        Self { resampler, waiting: Vec::new(), rates: (from, to) }
    }

    pub fn feed(&mut self, frames: &[i16]) -> Vec<i16> {
        let Some(resampler) = &mut self.resampler else { return frames.to_vec() };
        self.waiting.extend(frames.iter().map(|&s| f32::from(s)));
        let (size, mut out) = (resampler.input_frames_next(), Vec::new());
        let mut used = 0;
        while self.waiting.len() - used >= size {
            out.extend(portion(resampler, &self.waiting[used..used + size]));
            used += size;
        }
        self.waiting.drain(..used);
        out
    }

    /// Returns the rest. What follows is unrelated to what came before.
    pub fn finish(&mut self) -> Vec<i16> {
        let Some(resampler) = &mut self.resampler else { return Vec::new() };
        let held =
            self.waiting.len() + resampler.output_delay() * self.rates.0 as usize / self.rates.1 as usize;
        if held == 0 {
            return Vec::new();
        }
        let size = resampler.input_frames_next();
        self.waiting.resize(held.next_multiple_of(size), 0.0);
        let out = self.feed(&[]);
        self.clear();
        out
    }

    pub fn clear(&mut self) {
        self.waiting.clear();
        if let Some(resampler) = &mut self.resampler {
            resampler.reset();
        }
    }
}

/// One portion of exactly the requested size.
fn portion(resampler: &mut Fft<f32>, frames: &[f32]) -> Vec<i16> {
    let input = InterleavedOwned::new_from(frames.to_vec(), 1, frames.len()).ok();
    let output = input.and_then(|input| resampler.process(&input, None).ok());
    output.map_or_else(Vec::new, |out| out.take_data().into_iter().map(|s| s.round() as i16).collect())
}

/// Removes a RIFF header from the first message of a `wav` stream (protocol.md 7).
pub fn skip_riff_header(bytes: &[u8]) -> &[u8] {
    if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"WAVE" {
        return bytes;
    }
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if &head[..4] == b"data" {
            return &bytes[at + 8..];
        }
        // RIFF parts are padded to an even length.
        at = at.saturating_add(8).saturating_add(size).saturating_add(size & 1);
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, seconds: f64) -> Vec<i16> {
        (0..(f64::from(rate) * seconds) as usize)
            .map(|n| ((n as f64 * 440.0 * std::f64::consts::TAU / f64::from(rate)).sin() * 8000.0) as i16)
            .collect()
    }

    fn energy(frames: &[i16]) -> f64 {
        let sum: f64 = frames.iter().map(|&s| f64::from(s) * f64::from(s)).sum();
        (sum / frames.len() as f64).sqrt()
    }

    #[test]
    fn stereo_is_mixed_and_torn_frames_are_refused() {
        let bytes = to_bytes(&[100, 300, -200, 0]);
        assert_eq!(mono_frames(&bytes, 2), Some(vec![200, -100]));
        assert_eq!(mono_frames(&bytes[..7], 1), None);
        assert_eq!(mono_frames(&bytes[..6], 2), None);
        assert_eq!(mono_frames(&[], 1), Some(vec![]));
    }

    #[test]
    fn resampling_keeps_length_and_energy() {
        for rate in [16_000, 22_050, 44_100, 48_000] {
            let input = tone(rate, 1.0);
            let output = resample(&input, rate, OUTPUT_RATE);
            assert_eq!(output.len(), OUTPUT_RATE as usize, "{rate}");
            let (before, after) = (energy(&input), energy(&output));
            assert!((before / after - 1.0).abs() < 0.03, "{rate}: {before} {after}");
        }
        assert!(matches!(resample(&[1, 2], OUTPUT_RATE, OUTPUT_RATE), Cow::Borrowed(_)));
    }

    #[test]
    fn portions_become_another_rate_like_the_whole() {
        for (rate, portion) in [(24_000, 7_680), (48_000, 333), (44_100, 14_112), (16_000, 160)] {
            let (input, mut converter) = (tone(rate, 1.0), Converter::new(rate, 16_000));
            let mut output: Vec<i16> = input.chunks(portion).flat_map(|part| converter.feed(part)).collect();
            output.extend(converter.finish());
            assert!((16_000..16_800).contains(&output.len()), "{rate}: {}", output.len());
            let (before, after) = (energy(&input), energy(&output[..16_000]));
            assert!((before / after - 1.0).abs() < 0.03, "{rate}: {before} {after}");
        }
    }

    #[test]
    fn riff_headers_are_skipped_once_found() {
        let mut wav = b"RIFF\x30\0\0\0WAVEfmt \x04\0\0\0abcddata\x02\0\0\0".to_vec();
        wav.extend([1, 2]);
        assert_eq!(skip_riff_header(&wav), [1, 2]);
        assert_eq!(skip_riff_header(&[1, 2, 3]), [1, 2, 3]);
        assert!(skip_riff_header(b"RIFF\x30\0\0\0WAVEfmt \xff\xff\xff\xffab").is_empty());
    }
}
