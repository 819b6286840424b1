//! Mixes the original under the translation, and noise in its place where nothing is heard. As real-time safe as the
//! reader.

use std::sync::Arc;

use super::path::Path;
use crate::audio::comfort::{NoiseMaker, NoiseMeter};
use crate::audio::duck::Ducker;
use crate::audio::format::Format;
use crate::audio::resample::VARYING_BLOCK;
use crate::error::Result;
use crate::session::output::levels::{OriginalLevels, SharedLevels};
use crate::session::output::offer::Offer;
use crate::session::output::original::{Bus, OriginalFigures};
use crate::session::output::play::sound::Sound;

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
    /// The noise that is heard in place of silence.
    comfort: Option<Comfort>,
    /// What the player reads.
    format: Format,
}

struct Comfort {
    meter: NoiseMeter,
    maker: NoiseMaker,
}

impl OriginalMix {
    /// Begins at the `present` levels, and follows the shared ones. `has_comfort`: there is noise where nothing is heard.
    pub(crate) fn new(
        bus: &Arc<Bus>,
        format: Format,
        levels: Arc<SharedLevels>,
        present: OriginalLevels,
        figures: Arc<OriginalFigures>,
        has_comfort: bool,
    ) -> Result<OriginalMix> {
        let rate = format.sample_rate;
        Ok(OriginalMix {
            path: Path::new(bus.clone(), format.sample_rate, figures)?,
            other: None,
            is_followed: false,
            seam: 0,
            left: 0,
            levels,
            present,
            ducker: Ducker::new(present.ducking(format)),
            comfort: has_comfort
                .then(|| Comfort { meter: NoiseMeter::new(rate), maker: NoiseMaker::new(rate) }),
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
        if self.is_followed {
            if let Some(next) = &mut self.other {
                next.set_rate(format.sample_rate)?;
            }
        }
        self.path.set_rate(format.sample_rate)?;
        self.seam = 0;
        self.format = format;
        if let Some(Comfort { meter, maker }) = &mut self.comfort {
            meter.set_rate(format.sample_rate);
            maker.set_rate(format.sample_rate);
        }
        self.ducker.change(self.present.ducking(format), format.frames_in_ms(FADE_MS));
        Ok(())
    }

    /// Prepares a read of this many frames, before its first block.
    pub(crate) fn begin(&mut self, frames: usize) {
        if frames == 0 {
            return;
        }
        self.follow_levels();
        // The noise of the line is measured, whether it is heard or not.
        if self.is_off() && self.comfort.is_none() {
            self.path.forget();
        }
        self.left = frames;
        if !self.follow() {
            self.path.begin(frames);
        }
    }

    /// Goes on in the next bus where the present one ends. Returns whether it did.
    fn follow(&mut self) -> bool {
        if !self.is_followed || !self.path.is_over(self.left) {
            return false;
        }
        let Some(next) = self.other.as_mut().filter(|next| next.may_begin(self.left)) else { return false };
        std::mem::swap(&mut self.path, next);
        self.is_followed = false;
        self.seam = self.format.frames_in_ms(SEAM_MS);
        self.path.begin(self.left);
        true
    }

    /// Mixes one block of the read. `is_over`: no speech follows. Returns what is heard besides speech.
    pub(crate) fn mix(&mut self, speech: &mut [i16], is_speaking: bool, is_over: bool) -> Sound {
        let mut under = [0.0; VARYING_BLOCK];
        let under = &mut under[..speech.len()];
        self.follow();
        self.path.read(under);
        self.left = self.left.saturating_sub(speech.len());
        if self.seam > 0 {
            self.leave(under);
        }
        let is_original = self.ducker.mix(speech, under, is_speaking);
        let heard = Sound::SILENCE.with(Sound::ORIGINAL, is_original);
        let is_there = self.path.is_there();
        let Some(Comfort { meter, maker }) = &mut self.comfort else { return heard };
        if is_there {
            meter.hear(under);
        }
        let is_silent = !is_speaking && !is_over && (!is_there || !self.present.is_on());
        heard.with(Sound::COMFORT, maker.add(speech, if is_silent { meter.level() } else { 0.0 }))
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
