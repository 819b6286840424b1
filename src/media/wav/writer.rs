//! A 16-bit WAV file that grows while it is recorded, and stays readable whenever the program ends.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::failure::file_error;
use crate::audio::format::{Format, SAMPLE_BYTES};
use crate::error::{Error, Result, Status};
use crate::lock;
use crate::media::disk::{self, Created, Links};

/// A header counts bytes in 32 bits, including its own.
const MOST_BYTES: u64 = u32::MAX as u64 - 1024;

/// The header is updated once per second of audio and at the end, also when the writer is dropped.
pub struct Writer {
    inner: hound::WavWriter<BufWriter<Created>>,
    path: PathBuf,
    format: Format,
    frames: u64,
    /// Bytes that the header does not count yet.
    unnoted: u64,
}

/// A header has the bytes of a second, in 32 bits.
fn counts_bytes(format: Format) -> bool {
    let bytes = format.sample_rate.checked_mul(SAMPLE_BYTES as u32);
    bytes.is_some_and(|bytes| bytes.checked_mul(format.channels).is_some())
}

impl Writer {
    /// Replaces an existing file.
    pub fn create(path: &Path, format: Format) -> Result<Writer> {
        Writer::create_at(path, format, Links::Followed)
    }

    pub fn create_at(path: &Path, format: Format, links: Links) -> Result<Writer> {
        let spec = hound::WavSpec {
            channels: u16::try_from(format.channels)
                .ok()
                .filter(|&channels| channels > 0 && counts_bytes(format))
                .ok_or_else(|| {
                    Error::invalid("so many channels, or frames per second, do not fit a WAV file")
                })?,
            sample_rate: format.sample_rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        lock::assert_may_wait("creating a file");
        let file = disk::create(path, links).map_err(hound::Error::IoError);
        let inner = file.and_then(|file| hound::WavWriter::new(BufWriter::new(file), spec));
        let inner = inner.map_err(|error| file_error(path, &error))?;
        Ok(Writer { inner, path: path.to_owned(), format, frames: 0, unnoted: 0 })
    }

    /// Appends interleaved samples. An incomplete frame at their end is ignored.
    pub fn append(&mut self, pcm: &[i16]) -> Result<()> {
        let channels = self.format.channels as usize;
        let frames = pcm.len() / channels;
        if (self.frames + frames as u64) * (channels * SAMPLE_BYTES) as u64 > MOST_BYTES {
            let text = format!("{}: a WAV file holds 4 GB at most", self.path.display());
            return Err(Error::new(Status::Limit, text));
        }
        self.append_whole(&pcm[..frames * channels]).map_err(|error| file_error(&self.path, &error))?;
        self.frames += frames as u64;
        self.unnoted += frames as u64;
        if self.unnoted >= u64::from(self.format.sample_rate) { self.flush() } else { Ok(()) }
    }

    fn append_whole(&mut self, pcm: &[i16]) -> std::result::Result<(), hound::Error> {
        let count = u32::try_from(pcm.len()).map_err(|_| hound::Error::Unsupported)?;
        let mut samples = self.inner.get_i16_writer(count);
        pcm.iter().for_each(|&sample| samples.write_sample(sample));
        samples.flush()
    }

    /// Flushes everything so far to disk and updates the header.
    pub fn flush(&mut self) -> Result<()> {
        self.unnoted = 0;
        self.inner.flush().map_err(|error| file_error(&self.path, &error))
    }

    pub fn frames(&self) -> u64 {
        self.frames
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn finish(self) -> Result<()> {
        let Writer { inner, path, .. } = self;
        inner.finalize().map_err(|error| file_error(&path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{read, scratch};
    use super::*;

    const STEREO: Format = Format { sample_rate: 8000, channels: 2 };

    #[test]
    fn a_recording_is_readable_while_it_grows() {
        let path = scratch("growing");
        let mut writer = Writer::create(&path, STEREO).unwrap();
        let pcm: Vec<i16> = (0..2 * 500).map(|n| n as i16).collect();
        for _ in 0..35 {
            writer.append(&pcm).unwrap();
        }
        assert_eq!(writer.frames(), 17_500);
        // As after a crash: two whole seconds are in the header, the rest need not be.
        let left = read(&path).unwrap();
        assert_eq!(left.format, STEREO);
        assert_eq!(left.pcm.len(), 2 * 16_000);
        assert!(left.pcm.chunks(1000).all(|part| part == pcm));
        writer.finish().unwrap();
        assert_eq!(read(&path).unwrap().pcm.len(), 2 * 17_500);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn one_that_is_dropped_is_complete_and_holds_whole_frames() {
        let path = scratch("dropped");
        let mut writer = Writer::create(&path, STEREO).unwrap();
        writer.append(&[1, 2, 3]).unwrap();
        drop(writer);
        assert_eq!(read(&path).unwrap().pcm, [1, 2]);
        std::fs::remove_file(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_only_where_that_is_wanted() {
        let (target, link) = (scratch("link-target"), scratch("link"));
        std::fs::write(&target, "precious").unwrap();
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let refused = Writer::create_at(&link, STEREO, Links::Refused).err().unwrap();
        assert_eq!((refused.status, refused.os_error), (Status::Io, libc::ELOOP));
        assert_eq!(std::fs::read(&target).unwrap(), b"precious");
        // A file that is none is replaced, as everywhere.
        Writer::create_at(&target, STEREO, Links::Refused).unwrap().finish().unwrap();
        assert!(read(&target).unwrap().pcm.is_empty());
        Writer::create_at(&link, STEREO, Links::Followed).unwrap().append(&[1, 2]).unwrap();
        assert_eq!(read(&target).unwrap().pcm, [1, 2]);
        std::fs::remove_file(&link).unwrap();
        std::fs::remove_file(&target).unwrap();
    }

    #[test]
    fn what_cannot_be_written_is_an_error() {
        let nowhere = Path::new("no-such-folder/out.wav");
        assert_eq!(Writer::create(nowhere, STEREO).err().unwrap().status, Status::Io);
        let path = scratch("no-channels");
        let none = Writer::create(&path, Format { channels: 0, ..STEREO });
        assert_eq!(none.err().unwrap().status, Status::InvalidArgument);
    }
}
