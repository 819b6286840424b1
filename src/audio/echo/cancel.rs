//! What was played is taken out of what is sent, and noise, and differences of loudness.

use sonora::config::{AdaptiveDigital, EchoCanceller, GainController2, NoiseSuppression};
use sonora::{AudioProcessing, Config, StreamConfig};

/// What is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaning {
    pub echo: bool,
    pub noise: bool,
    pub gain: bool,
}

/// Of one line, in blocks of 10 ms, mono.
pub struct Cleaner {
    processing: AudioProcessing,
    /// Of a block.
    frames: usize,
    cleaned: Vec<i16>,
}

impl Cleaner {
    pub fn new(cleaning: Cleaning, sample_rate: u32) -> Cleaner {
        let format = StreamConfig::new(sample_rate, 1);
        let gain = GainController2 {
            adaptive_digital: Some(AdaptiveDigital::default()),
            ..GainController2::default()
        };
        let config = Config {
            echo_canceller: cleaning.echo.then(EchoCanceller::default),
            noise_suppression: cleaning.noise.then(NoiseSuppression::default),
            gain_controller2: cleaning.gain.then_some(gain),
            ..Config::default()
        };
        let processing =
            AudioProcessing::builder().config(config).capture_config(format).render_config(format).build();
        let frames = sample_rate as usize / 100;
        Cleaner { processing, frames, cleaned: vec![0; frames] }
    }

    /// Of a block.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Takes the next block of what was played: as many as of what is sent, be it some earlier or later.
    pub fn play(&mut self, played: &[i16]) {
        // It refuses what is no block, which this is.
        let _ = self.processing.process_render_i16(played, &mut self.cleaned);
    }

    /// Cleans the next block of what is sent.
    pub fn clean(&mut self, sent: &mut [i16]) {
        // How late an echo is, it finds by itself.
        let _ = self.processing.set_stream_delay_ms(0);
        if self.processing.process_capture_i16(sent, &mut self.cleaned).is_ok() {
            sent.copy_from_slice(&self.cleaned);
        }
    }
}
