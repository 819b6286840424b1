//! Decodes the bytes of a stream to mono frames, however they were split into messages.

use super::query::Format;
use crate::encoding::Encoding;
use crate::wav;

pub struct Decoder {
    state: State,
    /// Bytes of an incomplete frame or header.
    rest: Vec<u8>,
}

/// What a byte that is not decoded stands for: 32 kbit/s of a tone at 16 kHz.
const COUNTED: [i16; 4] = [8000, 8000, -8000, -8000];
const COUNTED_RATE: u32 = 16_000;

enum State {
    Header,
    Counted,
    Audio { encoding: Encoding, channels: u16, rate: u32 },
}

impl Decoder {
    pub fn new(format: Format, rate: u32) -> Self {
        let state = match format {
            Format::Raw(encoding) => State::Audio { encoding, channels: 1, rate },
            Format::Wav => State::Header,
            Format::Counted => State::Counted,
        };
        Self { state, rest: Vec::new() }
    }

    /// Frames per second, once they are known.
    pub fn rate(&self) -> Option<u32> {
        match self.state {
            State::Header => None,
            State::Counted => Some(COUNTED_RATE),
            State::Audio { rate, .. } => Some(rate),
        }
    }

    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<i16>, &'static str> {
        if let State::Counted = self.state {
            return Ok(COUNTED.repeat(bytes.len()));
        }
        self.rest.extend_from_slice(bytes);
        if let State::Header = self.state {
            let Some(header) = wav::header(&self.rest)? else { return Ok(Vec::new()) };
            self.rest.drain(..header.length);
            let wav::Header { encoding, channels, rate, .. } = header;
            self.state = State::Audio { encoding, channels, rate };
        }
        let State::Audio { encoding, channels, .. } = self.state else { return Ok(Vec::new()) };
        let frame = encoding.width() * usize::from(channels);
        let whole = self.rest.len() - self.rest.len() % frame;
        let samples = encoding.decode(&self.rest[..whole]);
        self.rest.drain(..whole);
        Ok(mono(samples, channels))
    }
}

fn mono(samples: Vec<i16>, channels: u16) -> Vec<i16> {
    if channels == 1 {
        return samples;
    }
    let mean =
        |frame: &[i16]| (frame.iter().map(|s| i32::from(*s)).sum::<i32>() / i32::from(channels)) as i16;
    samples.chunks_exact(usize::from(channels)).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cuts_between_messages_do_not_matter() {
        let mut header =
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x10\0data\0\0\0\0"
                .to_vec();
        for sample in [100i16, 300, -100, -300] {
            header.extend(sample.to_le_bytes());
        }
        for portion in [1, 3, 47, 1000] {
            let mut decoder = Decoder::new(Format::Wav, 16_000);
            let frames: Vec<i16> =
                header.chunks(portion).flat_map(|part| decoder.feed(part).unwrap()).collect();
            assert_eq!((frames, decoder.rate()), (vec![200, -200], Some(8000)), "{portion}");
        }
        let mut counted = Decoder::new(Format::Counted, 8000);
        assert_eq!((counted.feed(&[0; 4000]).unwrap().len(), counted.rate()), (16_000, Some(16_000)));
        let mut raw = Decoder::new(Format::Raw(Encoding::S16Le), 16_000);
        assert_eq!((raw.feed(&[1]), raw.feed(&[0, 2])), (Ok(vec![]), Ok(vec![1])));
    }
}
