//! 16-bit WAV files.

use std::path::Path;

use super::format::Format;
use crate::error::{Error, Result, Status};

pub struct Wav {
    pub format: Format,
    /// Interleaved samples, whole frames only.
    pub pcm: Vec<i16>,
}

pub fn read(path: &Path) -> Result<Wav> {
    let reader = hound::WavReader::open(path).map_err(|error| file_error(path, &error))?;
    let spec = reader.spec();
    if spec.bits_per_sample != 16 || spec.sample_format != hound::SampleFormat::Int {
        let text = format!("{} is not a 16-bit PCM WAV file", path.display());
        return Err(Error::new(Status::Unsupported, text));
    }
    let mut pcm = reader
        .into_samples::<i16>()
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|error| file_error(path, &error))?;
    let format = Format { sample_rate: spec.sample_rate, channels: spec.channels.into() };
    pcm.truncate(pcm.len() - pcm.len() % format.channels.max(1) as usize);
    Ok(Wav { format, pcm })
}

pub fn write(path: &Path, format: Format, pcm: &[i16]) -> Result<()> {
    let spec = hound::WavSpec {
        channels: u16::try_from(format.channels)
            .map_err(|_| Error::invalid("too many channels for a WAV file"))?,
        sample_rate: format.sample_rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let write_all = || {
        let mut writer = hound::WavWriter::create(path, spec)?;
        let mut samples =
            writer.get_i16_writer(u32::try_from(pcm.len()).map_err(|_| hound::Error::Unsupported)?);
        pcm.iter().for_each(|&sample| samples.write_sample(sample));
        samples.flush()?;
        writer.finalize()
    };
    write_all().map_err(|error| file_error(path, &error))
}

fn file_error(path: &Path, error: &hound::Error) -> Error {
    let status = match error {
        hound::Error::Unsupported => Status::Unsupported,
        _ => Status::Io,
    };
    Error::new(status, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("palabra-wav-{}-{name}.wav", std::process::id()))
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
