//! Conversion of the caller's audio to the wire format: encoding, channels, rate.

use super::format::{Format, WireFormat};
use super::mix::Selection;
use super::ratio::Ratio;
use super::resample::Resampler;
use super::samples::Encoding;

/// The caller's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputFormat {
    pub encoding: Encoding,
    pub sample_rate: u32,
    pub channels: u32,
    pub selection: Selection,
}

impl InputFormat {
    /// 16-bit samples of all channels.
    pub fn plain(format: Format) -> InputFormat {
        InputFormat {
            encoding: Encoding::S16,
            sample_rate: format.sample_rate,
            channels: format.channels,
            selection: Selection::All,
        }
    }

    pub fn frame_bytes(self) -> usize {
        self.channels as usize * self.encoding.sample_bytes()
    }

    pub fn frames_in_ms(self, ms: u32) -> usize {
        Format { sample_rate: self.sample_rate, channels: 1 }.frames_in_ms(ms)
    }

    /// Whether the caller's bytes already have the wire format.
    pub fn is_on(self, wire: impl Into<WireFormat>) -> bool {
        let wire = wire.into();
        let same_samples = self.encoding == wire.encoding && self.encoding.is_little_endian();
        same_samples && self.keeps_channels(wire) && self.sample_rate == wire.sample_rate
    }

    fn keeps_channels(self, wire: WireFormat) -> bool {
        self.channels == wire.channels && (self.channels == 1 || self.selection == Selection::All)
    }
}

/// Number of frames decoded at a time.
const BLOCK: usize = 256;

/// Converts a stream in blocks of any size. Allocates only when it is created.
pub struct Converter {
    input: InputFormat,
    wire: WireFormat,
    /// One resampler for each channel that is kept separate; none when the rate stays the same.
    resamplers: Vec<Resampler>,
    /// The source of each of those channels.
    selections: Vec<Selection>,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    /// Output of the last block, channel by channel.
    converted: Vec<Vec<f32>>,
}

impl Converter {
    /// Returns `None` for rates that no caller and no wire has, and for what has no samples.
    pub fn new(input: InputFormat, wire: impl Into<WireFormat>) -> Option<Converter> {
        let wire = wire.into();
        if [input.encoding, wire.encoding].contains(&Encoding::Opaque) {
            return None;
        }
        let ratio = Ratio::between(input.sample_rate, wire.sample_rate)?;
        let selections: Vec<Selection> = if input.keeps_channels(wire) {
            (0..input.channels as usize).map(Selection::One).collect()
        } else {
            vec![input.selection]
        };
        let planes = selections.len();
        let resampled = if input.sample_rate == wire.sample_rate { 0 } else { planes };
        Some(Converter {
            input,
            wire,
            resamplers: (0..resampled).map(|_| Resampler::new(ratio)).collect(),
            selections,
            interleaved: vec![0.0; BLOCK * input.channels as usize],
            mono: vec![0.0; BLOCK],
            converted: vec![Vec::with_capacity(ratio.most_out(BLOCK)); planes],
        })
    }

    /// How many frames must go in until at least `frames` more have come out.
    pub fn needed(&self, frames: usize) -> usize {
        self.resamplers.first().map_or(frames, |resampler| resampler.needed(frames))
    }

    /// Upper bound of the bytes that come out for this many frames, and of those that `finish` adds.
    pub fn most_out(&self, frames: usize) -> usize {
        let delay = self.resamplers.first().map_or(0, Resampler::delay);
        let ratio = Ratio::between(self.input.sample_rate, self.wire.sample_rate);
        ratio.map_or(0, |ratio| ratio.most_out(frames + delay)) * self.wire.frame_bytes()
    }

    /// Converts whole frames and appends the resulting bytes.
    pub fn process(&mut self, bytes: &[u8], wire: &mut Vec<u8>) {
        for block in bytes.chunks(BLOCK * self.input.frame_bytes()) {
            let frames = block.len() / self.input.frame_bytes();
            let channels = self.input.channels as usize;
            let interleaved = &mut self.interleaved[..frames * channels];
            self.input.encoding.decode(block, interleaved);
            for (plane, converted) in self.converted.iter_mut().enumerate() {
                let mono = &mut self.mono[..frames];
                self.selections[plane].mix(interleaved, channels, mono);
                converted.clear();
                match self.resamplers.get_mut(plane) {
                    Some(resampler) => resampler.process(mono, converted),
                    None => converted.extend_from_slice(mono),
                }
            }
            self.write(wire);
        }
    }

    /// Appends the rest of the last frames and starts over.
    pub fn finish(&mut self, wire: &mut Vec<u8>) {
        for (converted, resampler) in self.converted.iter_mut().zip(&mut self.resamplers) {
            converted.clear();
            resampler.finish(converted);
        }
        if !self.resamplers.is_empty() {
            self.write(wire);
        }
    }

    fn write(&self, wire: &mut Vec<u8>) {
        self.wire.encoding.append_le(&self.converted, self.wire.channels as usize, wire);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONO_16K: Format = Format { sample_rate: 16_000, channels: 1 };

    fn input(encoding: Encoding, sample_rate: u32, channels: u32) -> InputFormat {
        InputFormat { encoding, sample_rate, channels, selection: Selection::All }
    }

    fn bytes(samples: &[i16]) -> Vec<u8> {
        samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    fn converted(input: InputFormat, wire: Format, audio: &[u8]) -> Vec<u8> {
        let mut converter = Converter::new(input, wire).unwrap();
        let mut out = Vec::new();
        converter.process(audio, &mut out);
        converter.finish(&mut out);
        out
    }

    #[test]
    fn what_fits_the_wire_is_known() {
        let fits = |input: InputFormat| input.is_on(MONO_16K);
        assert_eq!(fits(input(Encoding::S16, 16_000, 1)), cfg!(target_endian = "little"));
        assert!(!fits(input(Encoding::F32, 16_000, 1)));
        assert!(!fits(input(Encoding::S16, 8000, 1)));
        assert!(!fits(input(Encoding::S16, 16_000, 2)));
        let stereo = Format { channels: 2, ..MONO_16K };
        let picked = InputFormat { selection: Selection::One(1), ..input(Encoding::S16, 16_000, 2) };
        assert!(!picked.is_on(stereo));
        for encoding in [Encoding::MuLaw, Encoding::ALaw] {
            let wire = WireFormat { encoding, sample_rate: 8000, channels: 1 };
            assert!(input(encoding, 8000, 1).is_on(wire));
            assert!(!input(Encoding::S16, 8000, 1).is_on(wire));
        }
    }

    #[test]
    fn channels_are_kept_mixed_picked_or_doubled() {
        let stereo = Format { channels: 2, ..MONO_16K };
        let audio = bytes(&[100, 300, -200, 0]);
        let two = input(Encoding::S16, 16_000, 2);
        assert_eq!(converted(two, stereo, &audio), audio);
        assert_eq!(converted(two, MONO_16K, &audio), bytes(&[200, -100]));
        let second = InputFormat { selection: Selection::One(1), ..two };
        assert_eq!(converted(second, MONO_16K, &audio), bytes(&[300, 0]));
        assert_eq!(converted(second, stereo, &audio), bytes(&[300, 300, 0, 0]));
        let one = input(Encoding::S16, 16_000, 1);
        assert_eq!(converted(one, stereo, &bytes(&[5, -6])), bytes(&[5, 5, -6, -6]));
    }

    #[test]
    fn the_wire_can_have_other_samples_than_16_bit() {
        let wire = |encoding| WireFormat { encoding, sample_rate: 16_000, channels: 1 };
        let convert = |encoding| {
            let mut converter = Converter::new(input(Encoding::S16, 16_000, 2), wire(encoding)).unwrap();
            let mut out = Vec::new();
            converter.process(&bytes(&[0, 0, 32_124, 32_124, -32_124, -32_124]), &mut out);
            out
        };
        assert_eq!(convert(Encoding::MuLaw), [0xff, 0x80, 0x00]);
        assert_eq!(convert(Encoding::ALaw), [0xd5, 0xaa, 0x2a]);
        let floats = [0.0, 32_124.0 / 32_768.0, -32_124.0 / 32_768.0].map(f32::to_le_bytes).concat();
        assert_eq!(convert(Encoding::F32), floats);
    }

    #[test]
    fn stereo_channels_are_resampled_apart() {
        let stereo = Format { sample_rate: 24_000, channels: 2 };
        let audio: Vec<i16> = (0..4800).flat_map(|n: i32| [(n % 50 * 100) as i16, 0]).collect();
        let out = converted(input(Encoding::S16, 48_000, 2), stereo, &bytes(&audio));
        assert_eq!(out.len(), 2400 * 4);
        assert!(out.chunks(4).all(|frame| frame[2..] == [0, 0]));
        assert!(out.chunks(4).any(|frame| frame[..2] != [0, 0]));
    }

    /// At least n frames come out, and at most what the last sample adds.
    #[test]
    fn the_frames_needed_are_exactly_enough() {
        for rate in [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] {
            let mut converter = Converter::new(input(Encoding::MuLaw, rate, 1), MONO_16K).unwrap();
            let most_beyond = 16_000_usize.div_ceil(rate as usize);
            let mut out = Vec::new();
            for wanted in [1, 2, 5, 320, 333, 1, 5120] {
                out.clear();
                let needed = converter.needed(wanted);
                if needed > 0 {
                    converter.process(&vec![0xff; needed - 1], &mut out);
                    assert!(out.len() / 2 < wanted, "{rate}: {wanted} before the last");
                    converter.process(&[0xff], &mut out);
                }
                let got = out.len() / 2;
                assert!(
                    needed == 0 || (wanted..wanted + most_beyond).contains(&got),
                    "{rate}: {got}/{wanted}"
                );
            }
        }
    }

    #[test]
    fn nothing_is_reallocated() {
        for encoding in [Encoding::S16, Encoding::F32, Encoding::MuLaw, Encoding::ALaw] {
            let format = input(encoding, 11_025, 8);
            let mut converter = Converter::new(format, Format { sample_rate: 48_000, channels: 1 }).unwrap();
            let capacities = |converter: &Converter| -> Vec<usize> {
                let planes = converter.converted.iter().map(Vec::capacity);
                planes.chain([converter.interleaved.capacity(), converter.mono.capacity()]).collect()
            };
            let before = capacities(&converter);
            let audio = vec![0; 5000 * format.frame_bytes()];
            let mut out = Vec::with_capacity(converter.most_out(5000));
            let room = out.capacity();
            converter.process(&audio, &mut out);
            converter.finish(&mut out);
            assert_eq!((capacities(&converter), out.capacity()), (before, room));
        }
    }

    #[test]
    fn every_whole_rate_is_converted_to_every_rate_of_the_wire() {
        for rate in [8000, 8001, 44_101, 88_200, 176_400, 191_999, 192_000] {
            for on_wire in [8000, 16_000, 24_000, 47_999, 48_000] {
                let wire = Format { sample_rate: on_wire, channels: 1 };
                let out = converted(input(Encoding::MuLaw, rate, 1), wire, &vec![0xff; rate as usize / 100]);
                let frames = (rate as usize / 100 * on_wire as usize).div_ceil(rate as usize);
                assert_eq!(out.len(), 2 * frames, "{rate} to {on_wire}");
            }
        }
    }
}
