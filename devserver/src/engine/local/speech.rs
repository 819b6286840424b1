//! Speaks a text with a program that writes a WAV stream.

use std::time::Duration;

use super::command::Command;
use super::process::Stage;
use crate::audio::resample;
use crate::engine::Failure;
use crate::wav;

pub const NAME: &str = "speech program";
/// Words per minute at normal speed, and the range of the program.
const USUAL_SPEED: f64 = 175.0;
const SPEEDS: (f64, f64) = (80.0, 450.0);
/// Longest speech of one text, in bytes.
const LONGEST: usize = 64 << 20;

pub struct Speech {
    command: Command,
    patience: Duration,
}

impl Speech {
    pub fn new(command: Command, patience: Duration) -> Self {
        Self { command, patience }
    }

    /// Returns mono frames at `rate` of a text in a voice; 1 is normal speed.
    pub async fn speak(&self, text: &str, voice: &str, speed: f64, rate: u32) -> Result<Vec<i16>, Failure> {
        let words_per_minute = (USUAL_SPEED * speed).clamp(SPEEDS.0, SPEEDS.1).round().to_string();
        let command = self.command.filled(&[("voice", voice), ("speed", &words_per_minute)]);
        let stage = Stage::start(NAME, &command)?;
        let input = format!("{text}\n");
        let output = stage.answer(input.as_bytes(), LONGEST, self.patience).await?;
        let (frames, made_at) = mono(&output).map_err(|why| Failure::stage(NAME, why))?;
        Ok(resample(&frames, made_at, rate).into_owned())
    }
}

/// Parses frames and rate of a WAV stream.
fn mono(bytes: &[u8]) -> Result<(Vec<i16>, u32), &'static str> {
    let header = wav::header(bytes)?.ok_or("gave no whole WAV stream")?;
    // A program that writes into a pipe does not know the length: all that follows is audio.
    let samples = header.encoding.decode(&bytes[header.length..]);
    let channels = usize::from(header.channels);
    let mix = |frame: &[i16]| (frame.iter().map(|s| i32::from(*s)).sum::<i32>() / channels as i32) as i16;
    Ok((samples.chunks_exact(channels).map(mix).collect(), header.rate))
}
