//! Reads WAV files from the disk piece by piece, of every kind of samples that input can have.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};

use super::super::format::Format;
use super::super::samples::Encoding;
use crate::error::{Error, Result, Status};

/// Format codes of the "fmt " chunk (Microsoft's mmreg.h).
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const ALAW: u16 = 6;
const MULAW: u16 = 7;
const EXTENSIBLE: u16 = 0xFFFE;
/// Where the code of an extensible format stands.
const SUBFORMAT: usize = 24;
/// A length that says only that whoever wrote the file did not know it.
const UNKNOWN: u32 = u32::MAX;

/// How samples stand in the file, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Samples {
    U8,
    S16,
    S24,
    S32,
    F32,
    F64,
    MuLaw,
    ALaw,
}

pub struct Reader {
    file: BufReader<File>,
    path: PathBuf,
    format: Format,
    samples: Samples,
    /// Bytes of audio that were not read yet, as far as the file says.
    left: u64,
    total_frames: u64,
    raw: Vec<u8>,
}

impl Reader {
    pub fn open(path: &Path) -> Result<Reader> {
        let explain = |error: Unreadable| match error {
            Unreadable::Io(error) => Error::new(Status::Io, format!("{}: {error}", path.display())),
            Unreadable::NoWav => Error::new(Status::Io, format!("{} is no WAV file", path.display())),
            Unreadable::Unknown => {
                let text = format!("{}: its kind of samples is not known here", path.display());
                Error::new(Status::Unsupported, text)
            }
        };
        Reader::read_head(path).map_err(explain)
    }

    fn read_head(path: &Path) -> std::result::Result<Reader, Unreadable> {
        let mut file = BufReader::new(File::open(path)?);
        let size = file.get_ref().metadata()?.len();
        let head: [u8; 12] = array(&mut file)?;
        if !matches!(&head[..4], b"RIFF" | b"RF64") || &head[8..] != b"WAVE" {
            return Err(Unreadable::NoWav);
        }
        let mut format = None;
        loop {
            let chunk: [u8; 8] = array(&mut file)?;
            let length = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
            match &chunk[..4] {
                b"fmt " => format = Some(read_format(&mut file, length)?),
                b"data" => {
                    let (format, samples) = format.ok_or(Unreadable::NoWav)?;
                    let here = file.stream_position()?;
                    // A file that was cut off holds less than it says.
                    let rest = size.saturating_sub(here);
                    let left = if length == UNKNOWN { rest } else { rest.min(length.into()) };
                    let total_frames = left / (samples.bytes() as u64 * u64::from(format.channels));
                    let path = path.to_owned();
                    return Ok(Reader { file, path, format, samples, left, total_frames, raw: Vec::new() });
                }
                // Padded to whole words.
                _ => file.seek_relative(i64::from(length) + i64::from(length % 2))?,
            }
        }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// What [`Reader::read`] gives: wider integers come as floats.
    pub fn encoding(&self) -> Encoding {
        match self.samples {
            Samples::S16 => Encoding::S16,
            Samples::MuLaw => Encoding::MuLaw,
            Samples::ALaw => Encoding::ALaw,
            Samples::U8 | Samples::S24 | Samples::S32 | Samples::F32 | Samples::F64 => Encoding::F32,
        }
    }

    /// Whole frames in the file.
    pub fn frames(&self) -> u64 {
        self.total_frames
    }

    /// Puts the next frames, at most so many, in place of what `bytes` held; none are left when it stays empty.
    pub fn read(&mut self, frames: usize, bytes: &mut Vec<u8>) -> Result<()> {
        let frame = self.samples.bytes() * self.format.channels as usize;
        let wanted = (frames * frame).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.raw.resize(wanted - wanted % frame, 0);
        let error = |error: io::Error| Error::new(Status::Io, format!("{}: {error}", self.path.display()));
        self.file.read_exact(&mut self.raw).map_err(error)?;
        self.left -= self.raw.len() as u64;
        bytes.clear();
        self.samples.translate(&self.raw, bytes);
        Ok(())
    }
}

enum Unreadable {
    Io(io::Error),
    NoWav,
    Unknown,
}

impl From<io::Error> for Unreadable {
    /// A file that ends where its head should be is as good as none.
    fn from(error: io::Error) -> Unreadable {
        if error.kind() == ErrorKind::UnexpectedEof { Unreadable::NoWav } else { Unreadable::Io(error) }
    }
}

fn array<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_format(
    file: &mut BufReader<File>,
    length: u32,
) -> std::result::Result<(Format, Samples), Unreadable> {
    // The longest known one has 40; what is longer is nothing that we could read.
    let mut bytes = [0; 40];
    let known = (length as usize).min(bytes.len());
    if known < 16 {
        return Err(Unreadable::NoWav);
    }
    file.read_exact(&mut bytes[..known])?;
    file.seek_relative(i64::from(length) - known as i64 + i64::from(length % 2))?;
    let u16_at = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let (channels, bits) = (u16_at(2), u16_at(14));
    let sample_rate = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
    if channels == 0 || sample_rate == 0 {
        return Err(Unreadable::NoWav);
    }
    let code = if u16_at(0) == EXTENSIBLE { u16_at(SUBFORMAT) } else { u16_at(0) };
    let samples = match (code, bits) {
        (PCM, 8) => Samples::U8,
        (PCM, 16) => Samples::S16,
        (PCM, 24) => Samples::S24,
        (PCM, 32) => Samples::S32,
        (FLOAT, 32) => Samples::F32,
        (FLOAT, 64) => Samples::F64,
        (ALAW, 8) => Samples::ALaw,
        (MULAW, 8) => Samples::MuLaw,
        _ => return Err(Unreadable::Unknown),
    };
    Ok((Format { sample_rate, channels: channels.into() }, samples))
}

impl Samples {
    fn bytes(self) -> usize {
        match self {
            Samples::U8 | Samples::MuLaw | Samples::ALaw => 1,
            Samples::S16 => 2,
            Samples::S24 => 3,
            Samples::S32 | Samples::F32 => 4,
            Samples::F64 => 8,
        }
    }

    /// Into the encoding that converters know, in the byte order of this machine.
    fn translate(self, raw: &[u8], out: &mut Vec<u8>) {
        match self {
            Samples::MuLaw | Samples::ALaw => out.extend_from_slice(raw),
            Samples::S16 => each(raw, out, |bytes| i16::from_le_bytes(bytes).to_ne_bytes()),
            Samples::F32 => each(raw, out, |bytes| f32::from_le_bytes(bytes).to_ne_bytes()),
            Samples::F64 => each(raw, out, |bytes| (f64::from_le_bytes(bytes) as f32).to_ne_bytes()),
            Samples::U8 => each(raw, out, |[byte]| ((f32::from(byte) - 128.0) / 128.0).to_ne_bytes()),
            // In the upper bytes of 32 bits.
            Samples::S24 => {
                each(raw, out, |[a, b, c]| integer(i32::from_le_bytes([0, a, b, c])).to_ne_bytes());
            }
            Samples::S32 => each(raw, out, |bytes| integer(i32::from_le_bytes(bytes)).to_ne_bytes()),
        }
    }
}

fn integer(sample: i32) -> f32 {
    sample as f32 / 2_147_483_648.0
}

fn each<const N: usize, const M: usize>(
    raw: &[u8],
    out: &mut Vec<u8>,
    translate: impl Fn([u8; N]) -> [u8; M],
) {
    raw.as_chunks::<N>().0.iter().for_each(|&bytes| out.extend_from_slice(&translate(bytes)));
}

#[cfg(test)]
mod tests {
    use super::super::scratch;
    use super::*;

    fn file(name: &str, code: u16, bits: u16, extra: &[u8], data: &[u8], said: u32) -> PathBuf {
        let path = scratch(name);
        let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
        // An odd chunk that nobody needs.
        bytes.extend(b"LIST\x03\0\0\0abc\0fmt ");
        bytes.extend((16 + extra.len() as u32).to_le_bytes());
        bytes.extend([code.to_le_bytes(), 2u16.to_le_bytes()].concat());
        bytes.extend([8000u32.to_le_bytes(), 0u32.to_le_bytes()].concat());
        bytes.extend([0u16.to_le_bytes(), bits.to_le_bytes()].concat());
        bytes.extend(extra);
        bytes.extend([b"data".as_slice(), &said.to_le_bytes(), data].concat());
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// One stereo frame of a quarter and minus a half, in an encoding.
    fn decoded(name: &str, code: u16, bits: u16, extra: &[u8], data: &[u8]) -> Vec<f32> {
        let path = file(name, code, bits, extra, data, data.len() as u32);
        let mut reader = Reader::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!((reader.format(), reader.frames()), (Format { sample_rate: 8000, channels: 2 }, 1));
        let mut bytes = Vec::new();
        reader.read(10, &mut bytes).unwrap();
        let mut samples = vec![9.0; bytes.len() / reader.encoding().sample_bytes()];
        reader.encoding().decode(&bytes, &mut samples);
        reader.read(10, &mut bytes).unwrap();
        assert!(bytes.is_empty(), "the end");
        samples
    }

    #[test]
    fn every_kind_of_samples() {
        let extensible = [&[22, 0, 24, 0, 3, 0, 0, 0, 1, 0], [0; 14].as_slice()].concat();
        let f32s = [0.25f32.to_le_bytes(), (-0.5f32).to_le_bytes()].concat();
        let f64s = [0.25f64.to_le_bytes(), (-0.5f64).to_le_bytes()].concat();
        for (name, code, bits, extra, data) in [
            ("u8", PCM, 8, [].as_slice(), [160, 64].as_slice()),
            ("s16", PCM, 16, &[], &[0, 0x20, 0, 0xC0]),
            ("s24", PCM, 24, &[], &[0, 0, 0x20, 0, 0, 0xC0]),
            ("s32", PCM, 32, &[], &[0, 0, 0, 0x20, 0, 0, 0, 0xC0]),
            ("s24x", EXTENSIBLE, 24, &extensible, &[0, 0, 0x20, 0, 0, 0xC0]),
            ("f32", FLOAT, 32, &[], &f32s),
            ("f64", FLOAT, 64, &[0, 0], &f64s),
        ] {
            assert_eq!(decoded(name, code, bits, extra, data), [0.25, -0.5], "{name}");
        }
        // Bytes of telephones, by the tables of ITU-T G.711: all ones in mu-law are silence.
        assert_eq!(decoded("mulaw", MULAW, 8, &[0, 0], &[0xff, 0x80]), [0.0, 32_124.0 / 32_768.0]);
        assert_eq!(decoded("alaw", ALAW, 8, &[0, 0], &[0xd5, 0x55]), [8.0 / 32_768.0, -8.0 / 32_768.0]);
    }

    #[test]
    fn lengths_that_are_wrong_or_unknown_end_with_the_file() {
        for said in [UNKNOWN, 1000] {
            let path = file("cut", PCM, 16, &[], &[1, 0, 2, 0, 3, 0, 4, 0, 5], said);
            let mut reader = Reader::open(&path).unwrap();
            std::fs::remove_file(&path).unwrap();
            assert_eq!(reader.frames(), 2, "whole ones");
            let mut bytes = Vec::new();
            reader.read(1, &mut bytes).unwrap();
            assert_eq!(bytes, [1, 0, 2, 0]);
            reader.read(100, &mut bytes).unwrap();
            assert_eq!(bytes, [3, 0, 4, 0]);
        }
    }

    #[test]
    fn other_files_say_what_they_are_not() {
        let path = file("adpcm", 2, 4, &[], &[0; 4], 4);
        assert_eq!(Reader::open(&path).err().unwrap().status, Status::Unsupported);
        for junk in [b"".as_slice(), b"RIFF", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEdata\0\0\0\0", &[7; 99]]
        {
            std::fs::write(&path, junk).unwrap();
            assert_eq!(Reader::open(&path).err().unwrap().status, Status::Io);
        }
        // A chunk that claims to be longer than any file.
        std::fs::write(&path, b"RIFF\0\0\0\0WAVEjunk\xff\xff\xff\xff").unwrap();
        assert_eq!(Reader::open(&path).err().unwrap().status, Status::Io);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(Reader::open(&path).err().unwrap().status, Status::Io);
    }
}
