//! An audio file of any kind, read from disk piece by piece.

#[cfg(feature = "decoders")]
mod packed;

use std::path::Path;
use std::time::Duration;

use super::wav::reader::{self, Reader};
use crate::audio::format::Format;
use crate::audio::samples::Encoding;
use crate::error::Result;
use crate::lock;
use crate::media::source::Patience;
#[cfg(feature = "decoders")]
use packed::Packed;

pub enum SoundFile {
    Wav(Reader),
    #[cfg(feature = "decoders")]
    Packed(Box<Packed>),
}

impl SoundFile {
    /// The kind is recognised by the first bytes, not by the name. The first bytes of a pipe are waited for; those of
    /// a file are there.
    pub fn open(path: &Path, patience: &Patience<'_>) -> Result<SoundFile> {
        lock::assert_may_wait("opening a sound file");
        let mut source = reader::open_source(path)?;
        let magic = reader::read_magic(&mut source, path, patience)?;
        #[cfg(feature = "decoders")]
        if packed::is_other_than_wav(&magic) && source.length().is_some() {
            return Packed::open(path).map(|packed| SoundFile::Packed(Box::new(packed)));
        }
        Reader::go_on(source, path, &magic, patience).map(SoundFile::Wav)
    }

    pub fn format(&self) -> Format {
        match self {
            SoundFile::Wav(reader) => reader.format(),
            #[cfg(feature = "decoders")]
            SoundFile::Packed(packed) => packed.format(),
        }
    }

    /// The format of what [`SoundFile::read`] returns.
    pub fn encoding(&self) -> Encoding {
        match self {
            SoundFile::Wav(reader) => reader.encoding(),
            #[cfg(feature = "decoders")]
            SoundFile::Packed(_) => Encoding::F32,
        }
    }

    pub fn frame_bytes(&self) -> usize {
        self.encoding().sample_bytes() * self.format().channels as usize
    }

    /// Number of frames in the file; 0 when it is not known.
    pub fn frames(&self) -> u64 {
        match self {
            SoundFile::Wav(reader) => reader.frames(),
            #[cfg(feature = "decoders")]
            SoundFile::Packed(packed) => packed.frames(),
        }
    }

    /// Replaces the contents of `bytes` by the next frames, at most this many. `false`: the end was reached. No
    /// frames and `true`: a pipe has no data yet.
    pub fn read(&mut self, frames: usize, bytes: &mut Vec<u8>) -> Result<bool> {
        match self {
            SoundFile::Wav(reader) => reader.read(frames, bytes),
            #[cfg(feature = "decoders")]
            SoundFile::Packed(packed) => packed.read(frames, bytes).map(|()| !bytes.is_empty()),
        }
    }

    /// Waits until there is something to read, at most for this time.
    pub fn wait(&self, most: Duration) {
        match self {
            SoundFile::Wav(reader) => reader.wait(most),
            #[cfg(feature = "decoders")]
            SoundFile::Packed(_) => {}
        }
    }
}
