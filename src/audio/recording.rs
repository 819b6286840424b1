//! A file of audio, whatever its kind, read from the disk piece by piece.

#[cfg(feature = "decoders")]
mod packed;

use std::path::Path;

use super::format::Format;
use super::samples::Encoding;
use super::wav::reader::Reader;
use crate::error::Result;
use crate::lock;
#[cfg(feature = "decoders")]
use packed::Packed;

pub enum Recording {
    Wav(Reader),
    #[cfg(feature = "decoders")]
    Packed(Box<Packed>),
}

impl Recording {
    /// Told apart by how they begin, not by their names.
    pub fn open(path: &Path) -> Result<Recording> {
        lock::assert_none_held("opening a recording");
        #[cfg(feature = "decoders")]
        if packed::is_other_than_wav(path) {
            return Packed::open(path).map(|packed| Recording::Packed(Box::new(packed)));
        }
        Reader::open(path).map(Recording::Wav)
    }

    pub fn format(&self) -> Format {
        match self {
            Recording::Wav(reader) => reader.format(),
            #[cfg(feature = "decoders")]
            Recording::Packed(packed) => packed.format(),
        }
    }

    /// What [`Recording::read`] gives.
    pub fn encoding(&self) -> Encoding {
        match self {
            Recording::Wav(reader) => reader.encoding(),
            #[cfg(feature = "decoders")]
            Recording::Packed(_) => Encoding::F32,
        }
    }

    pub fn frame_bytes(&self) -> usize {
        self.encoding().sample_bytes() * self.format().channels as usize
    }

    /// Frames in the file; 0 when it does not tell.
    pub fn frames(&self) -> u64 {
        match self {
            Recording::Wav(reader) => reader.frames(),
            #[cfg(feature = "decoders")]
            Recording::Packed(packed) => packed.frames(),
        }
    }

    /// Puts the next frames, at most so many, in place of what `bytes` held; none are left when it stays empty.
    pub fn read(&mut self, frames: usize, bytes: &mut Vec<u8>) -> Result<()> {
        match self {
            Recording::Wav(reader) => reader.read(frames, bytes),
            #[cfg(feature = "decoders")]
            Recording::Packed(packed) => packed.read(frames, bytes),
        }
    }
}
