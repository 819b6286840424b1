//! The speech of a scripted translation: generated from a description, or read from a WAV file, as 24 kHz mono.

use std::path::Path;

use super::file::{Audio, Silence, Tone, Wav};
use crate::audio::{OUTPUT_RATE, resample};

/// Longest speech of one phrase.
const LONGEST_MS: u64 = 600_000;
const AMPLITUDE: f64 = 8_000.0;

pub fn frames(audio: &Audio, directory: &Path) -> Result<Vec<i16>, String> {
    match audio {
        Audio::Tone(Tone { tone_hz, ms }) => tone(*tone_hz, *ms),
        Audio::Silence(Silence { silence_ms }) => Ok(vec![0; length(*silence_ms)?]),
        Audio::Wav(Wav { wav }) => {
            let path = directory.join(wav);
            read_wav(&path).map_err(|e| format!("{}: {e}", path.display()))
        }
    }
}

/// Number of frames in this many milliseconds.
fn length(ms: u64) -> Result<usize, String> {
    if ms > LONGEST_MS {
        return Err(format!("speech longer than {LONGEST_MS} ms"));
    }
    Ok((ms * u64::from(OUTPUT_RATE) / 1000) as usize)
}

fn tone(hz: f64, ms: u64) -> Result<Vec<i16>, String> {
    let highest = f64::from(OUTPUT_RATE) / 2.0;
    if !(1.0..highest).contains(&hz) {
        return Err(format!("tone_hz must be from 1 to below {highest}"));
    }
    let step = std::f64::consts::TAU * hz / f64::from(OUTPUT_RATE);
    Ok((0..length(ms)?).map(|n| ((n as f64 * step).sin() * AMPLITUDE) as i16).collect())
}

fn read_wav(path: &Path) -> Result<Vec<i16>, String> {
    let mut reader = hound::WavReader::open(path).map_err(|e| e.to_string())?;
    let spec = reader.spec();
    if spec.bits_per_sample != 16 || spec.sample_format != hound::SampleFormat::Int {
        return Err("not 16 bit PCM".to_owned());
    }
    length(u64::from(reader.duration()) * 1000 / u64::from(spec.sample_rate.max(1)))?;
    let samples: Vec<i16> = reader.samples().collect::<Result<_, _>>().map_err(|e| e.to_string())?;
    let channels = usize::from(spec.channels.max(1));
    let mono: Vec<i16> = samples
        .chunks_exact(channels)
        .map(|frame| (frame.iter().map(|s| i32::from(*s)).sum::<i32>() / channels as i32) as i16)
        .collect();
    Ok(resample(&mono, spec.sample_rate, OUTPUT_RATE).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str, directory: &Path) -> Result<Vec<i16>, String> {
        frames(&serde_json::from_str(text).unwrap(), directory)
    }

    #[test]
    fn tones_and_silences_have_their_length() {
        let here = Path::new(".");
        let tone = described(r#"{"tone_hz": 1000, "ms": 100}"#, here).unwrap();
        // A quarter of a turn at 1 kHz is six frames.
        assert_eq!((tone.len(), tone[0], tone[6]), (2400, 0, 8000));
        assert_eq!(described(r#"{"silence_ms": 50}"#, here).unwrap(), [0; 1200]);
        assert!(described(r#"{"tone_hz": 12000, "ms": 1}"#, here).is_err());
        assert!(described(r#"{"silence_ms": 600001}"#, here).is_err());
    }

    #[test]
    fn wav_files_are_mixed_and_resampled() {
        let directory = std::env::temp_dir().join(format!("palabra-script-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(directory.join("a.wav"), spec).unwrap();
        for _ in 0..4800 {
            writer.write_sample(1000i16).unwrap();
            writer.write_sample(3000i16).unwrap();
        }
        writer.finalize().unwrap();
        let frames = described(r#"{"wav": "a.wav"}"#, &directory).unwrap();
        assert_eq!(frames.len(), 2400);
        assert!((frames[1200] - 2000).abs() < 20, "{}", frames[1200]);
        assert!(described(r#"{"wav": "b.wav"}"#, &directory).unwrap_err().contains("b.wav"));
        std::fs::remove_dir_all(directory).unwrap();
    }
}
