//! WAV files: whole files of 16 bits here, streamed files in the modules below.

mod failure;
mod head;
pub mod reader;
mod samples;
pub mod writer;

use std::path::Path;
use std::time::Duration;

use crate::arrays::as_arrays;
use crate::audio::format::Format;
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};
use crate::media::source::Patience;
use reader::Reader;
pub use writer::Writer;

/// How long to wait at a time for a pipe without data.
const WAIT: Duration = Duration::from_millis(500);

/// Number of frames read at a time.
const BLOCK: usize = 65_536;

pub struct Wav {
    pub format: Format,
    /// Interleaved samples, whole frames only.
    pub pcm: Vec<i16>,
}

pub fn read(path: &Path) -> Result<Wav> {
    let mut reader = Reader::open(path, &Patience::ENDLESS)?;
    if reader.encoding() != Encoding::S16 {
        let (name, kind) = (path.display(), reader.samples().describe());
        let text = format!("{name} is not a 16-bit PCM WAV file: its audio is {kind}");
        return Err(Error::new(Status::Unsupported, text));
    }
    let (mut pcm, mut block) = (Vec::new(), Vec::new());
    loop {
        let may_follow = reader.read(BLOCK, &mut block)?;
        if block.is_empty() && !may_follow {
            return Ok(Wav { format: reader.format(), pcm });
        }
        if block.is_empty() {
            reader.wait(WAIT);
        }
        let too_large = |_| Error::new(Status::Limit, format!("{} does not fit into memory", path.display()));
        pcm.try_reserve(block.len() / 2).map_err(too_large)?;
        pcm.extend(as_arrays::<2, _>(&block).0.iter().map(|&bytes| i16::from_ne_bytes(bytes)));
    }
}

pub fn write(path: &Path, format: Format, pcm: &[i16]) -> Result<()> {
    let mut writer = Writer::create(path, format)?;
    writer.append(pcm)?;
    writer.finish()
}

/// Path for a file of a test.
#[cfg(test)]
fn scratch(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("palabra-wav-{}-{name}.wav", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_more_than_4_gb_is_refused() {
        let path = scratch("a-second");
        for (sample_rate, channels) in [(i32::MAX as u32, 2), (i32::MAX as u32, 8), (300_000_000, 8)] {
            let refused = write(&path, Format { sample_rate, channels }, &[]).unwrap_err();
            assert_eq!(refused.status, Status::InvalidArgument);
        }
        assert!(!path.exists(), "nothing was created");
        write(&path, Format { sample_rate: i32::MAX as u32, channels: 1 }, &[]).unwrap();
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn what_is_written_is_read() {
        let path = scratch("round-trip");
        let format = Format { sample_rate: 44_100, channels: 2 };
        let pcm = [0, 1, -1, i16::MAX, i16::MIN, 7];
        write(&path, format, &pcm).unwrap();
        let wav = read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!((wav.format, wav.pcm.as_slice()), (format, pcm.as_slice()));
    }

    #[test]
    fn other_widths_and_other_files_are_refused() {
        let path = scratch("float");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8000,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        writer.write_sample(0.5f32).unwrap();
        writer.finalize().unwrap();
        assert_eq!(read(&path).err().unwrap().status, Status::Unsupported);
        std::fs::write(&path, b"not a wav").unwrap();
        assert_eq!(read(&path).err().unwrap().status, Status::Io);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read(&path).err().unwrap().status, Status::Io);
    }
}
