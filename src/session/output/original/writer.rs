//! The sender's thread: what it sends is written for the players. No lock, no allocation, no system call.

use std::sync::Arc;

use super::bus::{Bus, MOST_BLOCK_MS};
use super::decoder::Decoder;
use crate::audio::convert::InputFormat;

/// The smallest of this many blocks is usual: what was late arrives in one that is larger.
const BLOCKS: usize = 4;

pub(crate) struct Writer {
    bus: Arc<Bus>,
    decoder: Decoder,
    /// The sizes of the latest blocks.
    blocks: [u32; BLOCKS],
    latest: usize,
}

impl Writer {
    pub(crate) fn new(bus: Arc<Bus>, format: InputFormat) -> Writer {
        Writer { bus, decoder: Decoder::new(format), blocks: [0; BLOCKS], latest: 0 }
    }

    /// Takes whole frames.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.note_block(bytes.len() / self.decoder.format().frame_bytes());
        let bus = &self.bus;
        self.decoder.decode(bytes, |samples| bus.write(samples));
    }

    pub(crate) fn lose(&mut self, frames: usize) {
        self.bus.lose(frames);
    }

    fn note_block(&mut self, frames: usize) {
        if frames == 0 {
            return;
        }
        let frames = frames.min(self.decoder.format().frames_in_ms(MOST_BLOCK_MS)) as u32;
        if self.blocks[0] == 0 {
            self.blocks = [frames; BLOCKS];
        }
        self.blocks[self.latest] = frames;
        self.latest = (self.latest + 1) % BLOCKS;
        self.bus.set_block(self.blocks.into_iter().min().unwrap_or(frames));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::mix::Selection;
    use crate::audio::samples::Encoding;

    fn written(format: InputFormat, bytes: &[u8]) -> Vec<f32> {
        let bus = Arc::new(Bus::new(format.sample_rate).unwrap());
        Writer::new(bus.clone(), format).write(bytes);
        let mut samples = vec![0.0; bus.written() as usize];
        bus.read(0, &mut samples);
        samples
    }

    #[test]
    fn every_format_becomes_one_channel() {
        let of =
            |encoding, channels, selection| InputFormat { encoding, sample_rate: 8000, channels, selection };
        let stereo: Vec<u8> = [8192i16, 0].iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        let many = stereo.repeat(700);
        assert_eq!(written(of(Encoding::S16, 2, Selection::All), &many), [0.125; 700]);
        assert_eq!(written(of(Encoding::S16, 2, Selection::One(0)), &many), [0.25; 700]);
        assert_eq!(written(of(Encoding::MuLaw, 1, Selection::All), &[0xff; 300]), [0.0; 300]);
        assert_eq!(written(of(Encoding::F32, 1, Selection::All), &0.5f32.to_ne_bytes().repeat(3)), [0.5; 3]);
    }

    #[test]
    fn a_block_of_what_was_late_is_not_usual() {
        let bus = Arc::new(Bus::new(8000).unwrap());
        let format = InputFormat {
            encoding: Encoding::MuLaw,
            sample_rate: 8000,
            channels: 1,
            selection: Selection::All,
        };
        let mut writer = Writer::new(bus.clone(), format);
        writer.write(&[0xff; 160]);
        assert_eq!(bus.block(), 160);
        writer.write(&[0xff; 3200]);
        assert_eq!(bus.block(), 160);
        (0..4).for_each(|_| writer.write(&[0xff; 800]));
        assert_eq!(bus.block(), 800);
        (0..4).for_each(|_| writer.write(&[0xff; 8000]));
        assert_eq!(bus.block(), 2400);
    }
}
