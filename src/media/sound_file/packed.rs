//! FLAC, MP3 and Ogg Vorbis, decoded by symphonia.

use std::path::{Path, PathBuf};

use symphonia::core::audio::AudioSpec;
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error as Symphonia;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;

use crate::audio::format::Format;
use crate::error::{Error, Result, Status};
use crate::media::disk;

pub struct Packed {
    path: PathBuf,
    file: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    format: Format,
    frames: u64,
    /// Samples that were decoded and not read, from `offset` on.
    samples: Vec<f32>,
    offset: usize,
}

/// The kind of a file, by its first bytes.
pub(super) fn is_other_than_wav(magic: &[u8; 12]) -> bool {
    !matches!(&magic[..4], b"RIFF" | b"RIFX" | b"RF64" | b"BW64")
}

impl Packed {
    pub fn open(path: &Path) -> Result<Packed> {
        let explain = |error| explained(path, error);
        let file = disk::open(path).map_err(|error| explain(Symphonia::IoError(error)))?;
        #[cfg(feature = "sim")]
        let file = symphonia::core::io::ReadOnlySource::new(file);
        let stream = MediaSourceStream::new(Box::new(file), Default::default());
        let probe = symphonia::default::get_probe();
        let probed = probe.probe(&Hint::new(), stream, Default::default(), Default::default());
        let file = probed.map_err(|error| match error {
            // The same error as for a file that is no WAV file, where only WAV is supported.
            Symphonia::Unsupported(_) => {
                Error::new(Status::Io, format!("{} is no audio file that is known here", path.display()))
            }
            error => explain(error),
        })?;
        let track = file.default_track(TrackType::Audio);
        let audio = track.and_then(|track| Some((track, track.codec_params.as_ref()?.audio()?)));
        let Some((track, audio)) = audio else { return Err(explain(Symphonia::Unsupported("no audio"))) };
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(audio, &Default::default())
            .map_err(explain)?;
        let (track, frames) = (track.id, track.num_frames.unwrap_or(0));
        let mut packed = Packed {
            path: path.to_owned(),
            file,
            decoder,
            track,
            format: Format { sample_rate: 0, channels: 0 },
            frames,
            samples: Vec::new(),
            offset: 0,
        };
        // The header may omit what the first packet says.
        packed.decode()?;
        if packed.samples.is_empty() { Err(explain(Symphonia::Unsupported("no audio"))) } else { Ok(packed) }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn frames(&self) -> u64 {
        self.frames
    }

    pub fn read(&mut self, frames: usize, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.clear();
        let mut wanted = frames * self.format.channels as usize;
        while wanted > 0 {
            if self.offset == self.samples.len() {
                self.decode()?;
            }
            let there = &self.samples[self.offset..];
            let taken = there.len().min(wanted);
            if taken == 0 {
                return Ok(());
            }
            there[..taken].iter().for_each(|sample| bytes.extend_from_slice(&sample.to_ne_bytes()));
            self.offset += taken;
            wanted -= taken;
        }
        Ok(())
    }

    /// Returns the samples of the next packet that has any; none at the end. Skips a broken packet.
    fn decode(&mut self) -> Result<()> {
        self.offset = 0;
        self.samples.clear();
        while self.samples.is_empty() {
            let packet = match self.file.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(()),
                Err(error) => return Err(explained(&self.path, error)),
            };
            if packet.track_id != self.track {
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(audio) => {
                    let format = format_of(audio.spec());
                    if self.format.channels > 0 && format != self.format {
                        let change = Symphonia::Unsupported("its format changes in the middle");
                        return Err(explained(&self.path, change));
                    }
                    self.format = format;
                    audio.copy_to_vec_interleaved(&mut self.samples);
                }
                Err(Symphonia::DecodeError(_)) => {}
                Err(error) => return Err(explained(&self.path, error)),
            }
        }
        Ok(())
    }
}

fn format_of(spec: &AudioSpec) -> Format {
    Format { sample_rate: spec.rate(), channels: spec.channels().count() as u32 }
}

fn explained(path: &Path, error: Symphonia) -> Error {
    let text = format!("{}: {error}", path.display());
    match error {
        Symphonia::IoError(error) => Error::of_system(Status::Io, &error, text),
        Symphonia::Unsupported(_) | Symphonia::ResetRequired => Error::new(Status::Unsupported, text),
        _ => Error::new(Status::Io, text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::SoundFile;
    use super::*;
    use crate::audio::samples::Encoding;
    use crate::media::source::Patience;

    /// Half a second of 440 Hz in stereo, made by
    /// `sox -D -n -r 16000 -c 2 tone.flac synth 0.5 sine 440 sine 440 gain -6`, and so on.
    fn tone(kind: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("tone.{kind}"))
    }

    fn left(file: &mut SoundFile, frames: usize) -> Vec<f32> {
        let (mut all, mut bytes) = (Vec::new(), Vec::new());
        loop {
            file.read(frames, &mut bytes).unwrap();
            assert!(bytes.len() <= frames * 8 && bytes.len() % 8 == 0);
            if bytes.is_empty() {
                return all;
            }
            all.extend(bytes.as_chunks::<8>().0.iter().map(|f| f32::from_ne_bytes([f[0], f[1], f[2], f[3]])));
        }
    }

    #[test]
    fn every_kind_is_read_in_pieces_of_any_size() {
        for kind in ["flac", "ogg", "mp3"] {
            let mut file = SoundFile::open(&tone(kind), &Patience::ENDLESS).unwrap();
            let format = file.format();
            assert_eq!(
                (format, file.encoding()),
                (Format { sample_rate: 16_000, channels: 2 }, Encoding::F32)
            );
            let samples = left(&mut file, 333);
            // Codecs that work in blocks add some silence.
            assert!((8000..8000 + 2500).contains(&samples.len()), "{kind}: {}", samples.len());
            // Without the silence around the tone.
            let loud: Vec<f32> = samples.iter().copied().filter(|sample| sample.abs() > 0.05).collect();
            let rises = loud.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
            assert!((210..=230).contains(&rises), "{kind}: {rises} waves of 220");
            let loudest = samples.iter().fold(0.0, |most: f32, sample| most.max(sample.abs()));
            assert!((0.45..0.56).contains(&loudest), "{kind}: {loudest}");
        }
        assert_eq!(SoundFile::open(&tone("flac"), &Patience::ENDLESS).unwrap().frames(), 8000);
    }

    #[test]
    fn broken_files_are_errors_or_end_early() {
        let path = std::env::temp_dir().join(format!("palabra-packed-{}", std::process::id()));
        for kind in ["flac", "ogg", "mp3"] {
            let whole = std::fs::read(tone(kind)).unwrap();
            for cut in (0..whole.len()).step_by(97) {
                let mut bytes = whole[..cut].to_vec();
                std::fs::write(&path, &bytes).unwrap();
                drain(&path);
                bytes.extend(whole[cut..].iter().map(|byte| byte ^ 0x5a));
                std::fs::write(&path, &bytes).unwrap();
                drain(&path);
            }
        }
        for junk in [&[7; 5000], b"not audio".as_slice()] {
            std::fs::write(&path, junk).unwrap();
            assert_eq!(SoundFile::open(&path, &Patience::ENDLESS).err().unwrap().status, Status::Io);
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(SoundFile::open(&path, &Patience::ENDLESS).err().unwrap().status, Status::Io);
    }

    #[cfg(unix)]
    #[test]
    fn no_descriptor_left_is_a_limit() {
        let refused = std::io::Error::from_raw_os_error(libc::EMFILE);
        let error = explained(Path::new("a.flac"), Symphonia::IoError(refused));
        assert_eq!((error.status, error.os_error), (Status::Limit, libc::EMFILE));
    }

    fn drain(path: &Path) {
        let Ok(mut file) = SoundFile::open(path, &Patience::ENDLESS) else { return };
        let mut bytes = Vec::new();
        while file.read(100, &mut bytes) == Ok(true) {}
    }
}
