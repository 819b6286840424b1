//! What was played is taken out of what is sent, and noise, and differences of loudness.

mod bands;
mod canceller;
mod choice;
mod history;
mod kalman;
mod speaker;
mod spectrum;
#[cfg(test)]
mod tests;
mod tuning;

use sonora::config::{AdaptiveDigital, GainController2, NoiseSuppression};
use sonora::{AudioProcessing, Config, StreamConfig};

use canceller::Canceller;

/// What is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaning {
    pub echo: bool,
    pub noise: bool,
    pub gain: bool,
}

/// Of one line, in blocks of 10 ms, mono, at 16 or 48 kHz.
pub struct Cleaner {
    canceller: Option<Canceller>,
    /// Of noise and gain.
    rest: Option<AudioProcessing>,
    /// Of a block.
    frames: usize,
    cleaned: Vec<i16>,
}

impl Cleaner {
    pub fn new(cleaning: Cleaning, sample_rate: u32) -> Cleaner {
        let frames = sample_rate as usize / 100;
        let canceller = cleaning.echo.then(|| Canceller::new(sample_rate));
        let rest = (cleaning.noise || cleaning.gain).then(|| rest(cleaning, sample_rate));
        Cleaner { canceller, rest, frames, cleaned: vec![0; frames] }
    }

    /// Of a block.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Takes the next block of what was played: as many as of what is sent, be it some earlier or later.
    pub fn play(&mut self, played: &[i16]) {
        if let Some(canceller) = &mut self.canceller {
            canceller.play(played);
        }
    }

    /// Cleans the next block of what is sent.
    pub fn clean(&mut self, sent: &mut [i16]) {
        if let Some(canceller) = &mut self.canceller {
            canceller.clean(sent);
        }
        let Some(rest) = &mut self.rest else { return };
        // It refuses what is no block, which this is.
        if rest.process_capture_i16(sent, &mut self.cleaned).is_ok() {
            sent.copy_from_slice(&self.cleaned);
        }
    }
}

fn rest(cleaning: Cleaning, sample_rate: u32) -> AudioProcessing {
    let format = StreamConfig::new(sample_rate, 1);
    let gain =
        GainController2 { adaptive_digital: Some(AdaptiveDigital::default()), ..GainController2::default() };
    let config = Config {
        noise_suppression: cleaning.noise.then(NoiseSuppression::default),
        gain_controller2: cleaning.gain.then_some(gain),
        ..Config::default()
    };
    AudioProcessing::builder().config(config).capture_config(format).render_config(format).build()
}
