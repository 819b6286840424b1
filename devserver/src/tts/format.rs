//! Output formats of speech (protocol.md 8.1 and 14, row 31).

use super::mp3;
use crate::audio;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Pcm,
    Wav,
    /// Silence as long as the speech: this server has no encoder.
    Mp3,
}

impl Format {
    /// The bytes of one chunk, `before` which so many frames of its generation were sent. A `wav` generation is one
    /// file, so its first chunk begins with the header.
    pub fn encode(self, frames: &[i16], rate: u32, before: usize) -> Vec<u8> {
        if self == Format::Mp3 {
            return mp3::silence(rate, before..before + frames.len());
        }
        let mut bytes = if self == Format::Wav && before == 0 { header(rate) } else { Vec::new() };
        bytes.extend(audio::to_bytes(frames));
        bytes
    }
}

/// A RIFF header for 16-bit mono whose length is not known yet.
fn header(rate: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(44);
    bytes.extend(b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data\xff\xff\xff\xff");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_chunk_of_a_wav_has_a_header() {
        let first = Format::Wav.encode(&[1, -2], 16_000, 0);
        assert_eq!(first.len(), 48);
        assert_eq!(audio::skip_riff_header(&first), [1, 0, 0xfe, 0xff]);
        assert_eq!(first[24..28], 16_000u32.to_le_bytes());
        assert_eq!(Format::Wav.encode(&[1], 16_000, 2), [1, 0]);
        assert_eq!(Format::Pcm.encode(&[1], 16_000, 0), [1, 0]);
    }
}
