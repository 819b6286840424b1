//! The header of a WAV file, up to its audio: RIFF, RF64 (EBU Tech 3306) and BW64 (ITU-R BS.2088).

use super::samples::{self, Samples};
use crate::audio::format::Format;
use crate::error::{Error, Result, Status};
use crate::media::source::{Patience, Source};

/// A length that means that the writer did not know it.
const UNKNOWN: u32 = u32::MAX;
/// What follows the code in an extensible format that stands for a usual one.
const USUAL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

pub(super) struct Head {
    pub format: Format,
    pub samples: Samples,
    /// Number of bytes of audio. `None`: everything that follows.
    pub length: Option<u64>,
    /// Offset of the audio in the file.
    pub start: u64,
}

/// The first bytes of a file, enough to recognise one of these kinds.
pub(super) type Magic = [u8; 12];

pub(super) fn is_wav(magic: &Magic) -> bool {
    matches!(&magic[..4], b"RIFF" | b"RF64" | b"BW64") && &magic[8..] == b"WAVE"
}

/// Names the kind of a file that is not a WAV file, if it can be recognised.
pub(super) fn kind(magic: &Magic) -> Option<&'static str> {
    Some(match &magic[..4] {
        b"RIFX" => "a big-endian RIFX file",
        b"FORM" => "an AIFF file",
        b".snd" => "an AU file",
        b"caff" => "a CAF file",
        b"riff" => "a Wave64 file",
        b"fLaC" => "a FLAC file",
        b"OggS" => "an Ogg file",
        b"RIFF" => "another kind of RIFF file",
        [b'I', b'D', b'3', _] => "a file with an ID3 tag in front, as MP3 files have it",
        // Layer and rate have valid values.
        [0xff, second, third, _] if second & 0xe0 == 0xe0 && second & 6 != 0 && third >> 4 != 15 => {
            "an MP3 file"
        }
        _ if &magic[4..8] == b"ftyp" => "an MP4 file",
        _ => return None,
    })
}

pub(super) fn read(source: &mut Source, magic: &Magic, patience: &Patience<'_>) -> Result<Head> {
    let mut input = Input { source, patience, at: magic.len() as u64, early: None };
    let riff = u32_at(magic, 4);
    let is_long = &magic[..4] != b"RIFF";
    let (mut format, mut long_data) = (None, None);
    loop {
        let chunk = input.chunk()?;
        let length = u32_at(&chunk, 4);
        match &chunk[..4] {
            b"fmt " => format = Some(read_format(&mut input, length)?),
            b"ds64" if is_long && length >= 16 => {
                let sizes: [u8; 16] = input.array()?;
                long_data = Some(u64_at(&sizes, 8)).filter(|&size| size > 0);
                input.skip(u64::from(length) - 16, length)?;
            }
            b"data" => {
                let (format, samples) =
                    format.ok_or_else(|| Error::new(Status::Io, "its audio comes before its format"))?;
                let start = input.at;
                let length = match (length, long_data) {
                    (0 | UNKNOWN, Some(long)) if is_long => Some(long),
                    (UNKNOWN, _) => None,
                    // The writer never finished the file, unless it really is empty and other chunks follow.
                    (0, _) if riff == UNKNOWN || u64::from(riff) + 8 <= start => None,
                    (length, _) => Some(length.into()),
                };
                return Ok(Head { format, samples, length, start });
            }
            _ => input.skip(length.into(), length)?,
        }
    }
}

struct Input<'a, 'b> {
    source: &'a mut Source,
    patience: &'a Patience<'b>,
    at: u64,
    /// Read in place of padding that is missing.
    early: Option<u8>,
}

impl Input<'_, '_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes, self.patience)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// The header of the next chunk.
    fn chunk(&mut self) -> Result<[u8; 8]> {
        let Some(early) = self.early.take() else { return self.array() };
        let rest: [u8; 7] = self.array()?;
        let mut head = [0; 8];
        head[0] = early;
        head[1..].copy_from_slice(&rest);
        Ok(head)
    }

    /// Skips the rest of a chunk. Chunks are padded to an even length. A byte that is not padding means that the
    /// writer omitted it.
    fn skip(&mut self, rest: u64, length: u32) -> Result<()> {
        self.source.skip(rest, self.patience)?;
        self.at += rest;
        if length % 2 == 1 {
            let [byte] = self.array()?;
            self.early = Some(byte).filter(u8::is_ascii_graphic);
        }
        Ok(())
    }
}

fn read_format(input: &mut Input<'_, '_>, length: u32) -> Result<(Format, Samples)> {
    let head: [u8; 16] = match length {
        16.. => input.array()?,
        _ => return Err(Error::new(Status::Io, "its format is incomplete")),
    };
    // Extension of an extensible format: its length, valid bits, channel mask, the real format.
    let mut extension = None;
    if u16_at(&head, 0) == samples::EXTENSIBLE && length >= 40 {
        extension = Some(input.array::<24>()?);
    }
    let read = 16 + extension.map_or(0, |extension| extension.len() as u64);
    input.skip(u64::from(length) - read, length)?;
    let (channels, bits, block) = (u16_at(&head, 2), u16_at(&head, 14), u16_at(&head, 12));
    let sample_rate = u32_at(&head, 4);
    if channels == 0 || sample_rate == 0 {
        return Err(Error::new(Status::Io, "its format has no channels or no rate"));
    }
    let code = match extension {
        Some(extension) if extension[10..] == USUAL || extension[10..] == [0; 14] => u16_at(&extension, 8),
        _ => u16_at(&head, 0),
    };
    let width = match block {
        // Some programs omit it.
        0 => bits.div_ceil(8),
        block if block % channels == 0 => block / channels,
        _ => 0,
    };
    let samples = Samples::of(code, bits, width).map_err(|kind| {
        Error::new(
            Status::Unsupported,
            format!("its audio is {kind}; only integers, floats, mu-law and A-law are read"),
        )
    })?;
    Ok((Format { sample_rate, channels: channels.into() }, samples))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
