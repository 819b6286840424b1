//! The header of a WAV stream, as far as it has arrived.

use crate::encoding::Encoding;

/// A longer header is not accepted.
const LONGEST: usize = 64 * 1024;
/// Frames per second that are accepted.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub encoding: Encoding,
    pub channels: u16,
    pub rate: u32,
    /// Offset of the audio.
    pub length: usize,
}

/// Reads the header. `None` when more bytes are needed.
pub fn header(bytes: &[u8]) -> Result<Option<Header>, &'static str> {
    let begins = |at: usize, word: &[u8]| bytes.iter().skip(at).zip(word).all(|(have, want)| have == want);
    if !begins(0, b"RIFF") || !begins(8, b"WAVE") {
        return Err("the audio is not a WAV stream");
    }
    let (mut at, mut format) = (12, None);
    while let Some(head) = bytes.get(at..at + 8) {
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        match &head[..4] {
            b"data" => {
                let (encoding, channels, rate) = format.ok_or("the WAV stream names no format")?;
                return Ok(Some(Header { encoding, channels, rate, length: at + 8 }));
            }
            b"fmt " => match bytes.get(at + 8..(at + 8).saturating_add(size)) {
                Some(body) => format = Some(self::format(body)?),
                None => break,
            },
            _ => {}
        }
        // RIFF parts are padded to an even length.
        at = at.saturating_add(8).saturating_add(size).saturating_add(size & 1);
    }
    if bytes.len() > LONGEST { Err("the header of the WAV stream has no end") } else { Ok(None) }
}

fn format(body: &[u8]) -> Result<(Encoding, u16, u32), &'static str> {
    let word = |at: usize| body.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    let too_short = "the WAV format is too short";
    let (tag, channels) = (word(0).ok_or(too_short)?, word(2).ok_or(too_short)?);
    let rate = body.get(4..8).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    let (rate, bits) = (rate.ok_or(too_short)?, word(14).ok_or(too_short)?);
    // The extensible form keeps the real tag at the start of its GUID.
    let tag = if tag == 0xfffe { word(24).ok_or(too_short)? } else { tag };
    let encoding = match (tag, bits) {
        (1, 16) => Encoding::S16Le,
        (1, 32) => Encoding::S32Le,
        (3, 32) => Encoding::F32Le,
        (6, 8) => Encoding::ALaw,
        (7, 8) => Encoding::MuLaw,
        _ => return Err("this server cannot decode the encoding of the WAV stream"),
    };
    if !(1..=16).contains(&channels) || !RATES.contains(&rate) {
        return Err("channels or rate of the WAV stream are out of range");
    }
    Ok((encoding, channels, rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(tag: u16, bits: u16, channels: u16, rate: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        bytes.extend(tag.to_le_bytes());
        bytes.extend(channels.to_le_bytes());
        bytes.extend(rate.to_le_bytes());
        bytes.extend([0; 6]);
        bytes.extend(bits.to_le_bytes());
        bytes.extend(b"data\xff\xff\xff\xff");
        bytes
    }

    #[test]
    fn a_header_is_read_once_it_is_there() {
        let bytes = wav(1, 16, 2, 44_100);
        for length in 0..bytes.len() {
            assert_eq!(header(&bytes[..length]), Ok(None), "{length}");
        }
        let wanted = Header { encoding: Encoding::S16Le, channels: 2, rate: 44_100, length: bytes.len() };
        assert_eq!(header(&bytes), Ok(Some(wanted)));
        assert_eq!(header(&wav(7, 8, 1, 8000)).unwrap().unwrap().encoding, Encoding::MuLaw);
    }

    #[test]
    fn what_is_no_wav_is_refused() {
        assert!(header(b"OggS").is_err());
        assert!(header(&wav(1, 24, 1, 8000)).is_err());
        assert!(header(&wav(1, 16, 0, 8000)).is_err());
        assert!(header(&wav(1, 16, 1, 1)).is_err());
        assert!(header(b"RIFF\0\0\0\0WAVEdata\0\0\0\0").is_err());
        let endless = [b"RIFF\0\0\0\0WAVEjunk\xff\xff\xff\xff".to_vec(), vec![0; LONGEST]].concat();
        assert!(header(&endless).is_err());
    }
}
