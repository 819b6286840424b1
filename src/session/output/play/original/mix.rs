//! Mixes the original under the translation. As real-time safe as the reader.

use std::sync::Arc;

use super::path::Path;
use crate::audio::duck::Ducker;
use crate::audio::format::Format;
use crate::audio::resample::VARYING_BLOCK;
use crate::error::Result;
use crate::session::output::levels::{OriginalLevels, SharedLevels};
use crate::session::output::offer::Offer;
use crate::session::output::original::{Bus, OriginalFigures};

/// Length of a change of the levels.
const FADE_MS: u32 = 20;
/// Length of the seam between two buses.
const SEAM_MS: u32 = 5;

pub(crate) struct OriginalMix {
    path: Path,
    /// The path that follows, or the one before, which can be freed.
    other: Option<Path>,
    is_followed: bool,
    /// Frames of the seam that are still to come, and those of the present read.
    seam: usize,
    left: usize,
    levels: Arc<SharedLevels>,
    /// The levels that the ducker has.
    present: OriginalLevels,
    ducker: Ducker,
    /// What the player reads.
    format: Format,
}

impl OriginalMix {
    /// Begins at the `present` levels, and follows the shared ones.
    pub(crate) fn new(
        bus: &Arc<Bus>,
        format: Format,
        levels: Arc<SharedLevels>,
        present: OriginalLevels,
        figures: Arc<OriginalFigures>,
    ) -> Result<OriginalMix> {
        Ok(OriginalMix {
            path: Path::new(bus.clone(), format.sample_rate, figures)?,
            other: None,
            is_followed: false,
            seam: 0,
            left: 0,
            levels,
            present,
            ducker: Ducker::new(present.ducking(format)),
            format,
        })
    }

    /// The speaker goes on in another bus: that path follows where the present one ends.
    pub(crate) fn exchange_path(&mut self, offer: &Offer<Path>) {
        if offer.exchange(&mut self.other) {
            (self.is_followed, self.seam) = (true, 0);
        }
    }

    /// Goes on at another rate. After an error nothing has changed.
    pub(crate) fn set_rate(&mut self, format: Format) -> Result<()> {
        if self.is_followed
            && let Some(next) = &mut self.other
        {
            next.set_rate(format.sample_rate)?;
        }
        self.path.set_rate(format.sample_rate)?;
        self.seam = 0;
        self.format = format;
        self.ducker.change(self.present.ducking(format), format.frames_in_ms(FADE_MS));
        Ok(())
    }

    /// Prepares a read of this many frames, before its first block.
    pub(crate) fn begin(&mut self, frames: usize) {
        if frames == 0 {
            return;
        }
        self.follow_levels();
        if self.is_off() {
            self.path.forget();
        }
        self.left = frames;
        if !self.follow() {
            self.path.begin(frames);
        }
    }

    /// Goes on in the next bus where the present one ends. Returns whether it did.
    fn follow(&mut self) -> bool {
        if self.is_followed
            && self.path.is_over(self.left)
            && let Some(next) = &mut self.other
            && next.may_begin(self.left)
        {
            std::mem::swap(&mut self.path, next);
            self.is_followed = false;
            self.seam = self.format.frames_in_ms(SEAM_MS);
            self.path.begin(self.left);
            return true;
        }
        false
    }

    /// Mixes one block of the read. Returns whether the original is heard.
    pub(crate) fn mix(&mut self, speech: &mut [i16], is_speaking: bool) -> bool {
        let mut under = [0.0; VARYING_BLOCK];
        let under = &mut under[..speech.len()];
        self.follow();
        self.path.read(under);
        self.left = self.left.saturating_sub(speech.len());
        if self.seam > 0 {
            self.leave(under);
        }
        self.ducker.mix(speech, under, is_speaking)
    }

    /// The path before fades away under the present one.
    fn leave(&mut self, under: &mut [f32]) {
        let Some(before) = &mut self.other else { return };
        let length = self.format.frames_in_ms(SEAM_MS);
        let mut leaving = [0.0; VARYING_BLOCK];
        let leaving = &mut leaving[..under.len().min(self.seam)];
        before.read(leaving);
        for (sample, leaving) in under.iter_mut().zip(leaving) {
            let share = self.seam as f32 / length as f32;
            *sample += (*leaving - *sample) * share;
            self.seam -= 1;
        }
    }

    fn is_off(&self) -> bool {
        !self.present.is_on() && self.ducker.is_silent()
    }

    fn follow_levels(&mut self) {
        let levels = self.levels.get();
        if levels != self.present {
            self.present = levels;
            self.ducker.change(levels.ducking(self.format), self.format.frames_in_ms(FADE_MS));
        }
    }
}
