//! Reads WAV files with any supported encoding piece by piece, from disk or a pipe.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::head::{self, Head, Magic};
use super::samples::Samples;
use crate::audio::format::Format;
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};
use crate::media::source::{self, Patience, Source};
use crate::memory;

/// More chunks than any real file has after its audio.
const MOST_CHUNKS: usize = 1000;

pub struct Reader {
    source: Source,
    path: PathBuf,
    format: Format,
    samples: Samples,
    /// Number of bytes of audio that were not read yet. `None`: all that come.
    left: Option<u64>,
    total_frames: u64,
    raw: Vec<u8>,
    /// Bytes at the beginning of `raw` that wait for the rest of their frame.
    kept: usize,
}

impl Reader {
    pub fn open(path: &Path, patience: &Patience<'_>) -> Result<Reader> {
        let mut source = open_source(path)?;
        let magic = read_magic(&mut source, path, patience)?;
        Reader::go_on(source, path, &magic, patience)
    }

    /// For a file whose first bytes were read already.
    pub fn go_on(mut source: Source, path: &Path, magic: &Magic, patience: &Patience<'_>) -> Result<Reader> {
        let name = path.display();
        if !head::is_wav(magic) {
            let text = match head::kind(magic) {
                Some(kind) => format!("{name} is no WAV file but {kind}"),
                None => format!("{name} is no WAV file"),
            };
            return Err(Error::new(Status::Io, text));
        }
        let head = head::read(&mut source, magic, patience).map_err(|error| of_file(path, error))?;
        // A file that was cut off holds less than its header says.
        let left = match source.length() {
            Some(size) => {
                let rest = size.saturating_sub(head.start);
                let left = head.length.unwrap_or(rest).min(rest);
                check_only_one(&mut source, &head, left, size).map_err(|error| of_file(path, error))?;
                Some(left)
            }
            None => head.length,
        };
        let Head { format, samples, .. } = head;
        let total_frames = left.unwrap_or(0) / (samples.bytes() as u64 * u64::from(format.channels));
        Ok(Reader {
            source,
            path: path.to_owned(),
            format,
            samples,
            left,
            total_frames,
            raw: Vec::new(),
            kept: 0,
        })
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// The encoding that [`Reader::read`] returns: wider integers become floats.
    pub fn encoding(&self) -> Encoding {
        match self.samples {
            Samples::S16 => Encoding::S16,
            Samples::MuLaw => Encoding::MuLaw,
            Samples::ALaw => Encoding::ALaw,
            Samples::U8 | Samples::S24 | Samples::S32 | Samples::F32 | Samples::F64 => Encoding::F32,
        }
    }

    pub fn samples(&self) -> Samples {
        self.samples
    }

    /// Number of whole frames in the file; 0 when only its end will tell.
    pub fn frames(&self) -> u64 {
        self.total_frames
    }

    /// Replaces the contents of `bytes` by the next frames, at most this many. `false`: the end was reached. No
    /// frames and `true`: the pipe has no data yet.
    pub fn read(&mut self, frames: usize, bytes: &mut Vec<u8>) -> Result<bool> {
        bytes.clear();
        let frame = self.samples.bytes() * self.format.channels as usize;
        let left = self.left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        let wanted = (frames * frame).min(self.kept.saturating_add(left));
        // The bytes of the file, and their length after conversion.
        memory::ask(4 * wanted)?;
        self.raw.resize(wanted.max(self.kept), 0);
        let mut there = self.kept;
        let mut is_over = there == wanted;
        while there < wanted {
            match self.source.read(&mut self.raw[there..wanted]) {
                // The file has become shorter in the meantime.
                Ok(0) if self.source.length().is_some() => {
                    return Err(of_file(&self.path, source::failed(ErrorKind::UnexpectedEof.into())));
                }
                Ok(0) => {
                    is_over = true;
                    break;
                }
                Ok(read) => {
                    there += read;
                    self.left = self.left.map(|left| left - read as u64);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(of_file(&self.path, source::failed(error))),
            }
        }
        let whole = there - there % frame;
        self.samples.translate(&self.raw[..whole], bytes);
        self.raw.copy_within(whole..there, 0);
        self.kept = there - whole;
        // Less than a frame remains.
        is_over |= self.left == Some(0) && bytes.is_empty();
        Ok(!(is_over && bytes.is_empty()))
    }

    /// Waits until there is something to read, at most for this time.
    pub fn wait(&self, most: Duration) {
        self.source.wait(most);
    }
}

pub fn open_source(path: &Path) -> Result<Source> {
    Source::open(path).map_err(|error| of_file(path, error))
}

/// How a file begins.
pub fn read_magic(source: &mut Source, path: &Path, patience: &Patience<'_>) -> Result<Magic> {
    let mut magic = [0; 12];
    source.read_exact(&mut magic, patience).map_err(|error| of_file(path, error))?;
    Ok(magic)
}

/// Audio in several chunks would be lost except the first.
fn check_only_one(source: &mut Source, head: &Head, length: u64, size: u64) -> Result<()> {
    let mut place = head.start + length + length % 2;
    for _ in 0..MOST_CHUNKS {
        if head.length.is_none() || place + 8 > size {
            break;
        }
        source.seek_to(place)?;
        let mut chunk = [0; 8];
        source.read_exact(&mut chunk, &Patience::ENDLESS)?;
        let length = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        if chunk.starts_with(b"data") && length > 0 {
            return Err(Error::new(Status::Unsupported, "it has more than one piece of audio"));
        }
        place += 8 + u64::from(length) + u64::from(length % 2);
    }
    source.seek_to(head.start)
}

fn of_file(path: &Path, error: Error) -> Error {
    Error { text: format!("{}: {}", path.display(), error.text), ..error }
}

#[cfg(test)]
mod tests;
