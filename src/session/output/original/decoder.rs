//! What a speaker sends, as mono samples. No lock, no allocation, no system call.

use crate::audio::convert::InputFormat;
use crate::audio::samples::to_s16;
use crate::memory::TOUCHED;

/// Frames that are decoded at a time.
const BLOCK: usize = 256;

pub(crate) struct Decoder {
    format: InputFormat,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    samples: Vec<i16>,
}

impl Decoder {
    pub(crate) fn new(format: InputFormat) -> Decoder {
        let interleaved = vec![TOUCHED; BLOCK * format.channels as usize];
        let (mono, samples) = (vec![TOUCHED; BLOCK], vec![1; BLOCK]);
        Decoder { format, interleaved, mono, samples }
    }

    pub(crate) fn format(&self) -> InputFormat {
        self.format
    }

    /// Passes whole frames on in blocks.
    pub(crate) fn decode(&mut self, bytes: &[u8], mut take: impl FnMut(&[i16])) {
        let frame_bytes = self.format.frame_bytes();
        for part in bytes.chunks(BLOCK * frame_bytes) {
            let frames = part.len() / frame_bytes;
            self.decode_block(part, frames);
            take(&self.samples[..frames]);
        }
    }

    fn decode_block(&mut self, bytes: &[u8], frames: usize) {
        let InputFormat { encoding, channels, selection, .. } = self.format;
        let samples = &mut self.samples[..frames];
        if channels == 1 {
            encoding.decode_s16(bytes, samples);
            return;
        }
        let interleaved = &mut self.interleaved[..frames * channels as usize];
        encoding.decode(bytes, interleaved);
        let mono = &mut self.mono[..frames];
        selection.mix(interleaved, channels as usize, mono);
        samples.iter_mut().zip(mono).for_each(|(sample, mono)| *sample = to_s16(*mono));
    }
}
