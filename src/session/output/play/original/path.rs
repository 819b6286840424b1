//! One bus on its way to one player: read evenly, and resampled to the player's rate.

use std::sync::Arc;

use super::source::Source;
use crate::audio::resample::Varying;
use crate::error::{Error, Result, Status};
use crate::session::output::original::{Bus, OriginalFigures};

pub(crate) struct Path {
    source: Source,
    resampler: Varying,
    rate: u32,
    /// The player's clock in frames of the source: what is left of a whole one, in steps of the player's rate.
    rest: u64,
    /// Frames of silence that the filter has taken in since the last sound.
    silent: usize,
}

impl Path {
    /// Begins with what is written from now on.
    pub(crate) fn new(bus: Arc<Bus>, rate: u32, figures: Arc<OriginalFigures>) -> Result<Path> {
        let resampler = resampler(bus.rate(), rate)?;
        Ok(Path { source: Source::new(bus, figures), resampler, rate, rest: 0, silent: usize::MAX })
    }

    /// Goes on at another rate of the player, without a seam.
    pub(super) fn set_rate(&mut self, rate: u32) -> Result<()> {
        let mut resampler = resampler(self.source.rate(), rate)?;
        resampler.resume(&self.resampler);
        self.rest = self.rest * u64::from(rate) / u64::from(self.rate);
        (self.resampler, self.rate) = (resampler, rate);
        Ok(())
    }

    /// Prepares a read of this many frames, before its first block.
    pub(super) fn begin(&mut self, frames: usize) {
        let steps = self.rest + frames as u64 * u64::from(self.source.rate());
        self.rest = steps % u64::from(self.rate);
        let needed = self.resampler.needed(frames);
        let drift = self.source.begin(steps / u64::from(self.rate), needed);
        self.resampler.set_drift(drift);
    }

    /// The speaker goes on in another bus.
    pub(super) fn is_over(&self, frames: usize) -> bool {
        self.source.is_over(self.resampler.needed(frames))
    }

    /// Returns whether a read of this many frames can begin.
    pub(super) fn may_begin(&self, frames: usize) -> bool {
        self.source.may_begin(self.resampler.needed(frames))
    }

    /// What waits is not heard.
    pub(super) fn forget(&mut self) {
        self.source.forget();
    }

    /// What was read last is what was said: it is neither silence in its place nor made up.
    pub(super) fn is_there(&self) -> bool {
        self.source.is_there()
    }

    /// Computes one block.
    pub(super) fn read(&mut self, samples: &mut [f32]) {
        if !self.source.is_flowing() && self.silent > self.resampler.reach() {
            samples.fill(0.0);
            return;
        }
        let needed = self.resampler.needed(samples.len());
        self.source.fill(self.resampler.room(needed));
        self.resampler.write(samples);
        self.silent = if self.source.is_flowing() { 0 } else { self.silent.saturating_add(needed) };
    }
}

fn resampler(from: u32, to: u32) -> Result<Varying> {
    Varying::new(from, to).ok_or_else(|| {
        Error::new(Status::Unsupported, format!("the original at {from} Hz cannot be converted to {to} Hz"))
    })
}
