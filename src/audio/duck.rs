//! Ducking: the original is quieter while its translation speaks, and returns afterwards.

use super::samples::{from_s16, to_s16};

/// Gains of the original as fractions of full gain, and the lengths of a change in frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ducking {
    pub open: f32,
    pub ducked: f32,
    pub attack_frames: u32,
    pub release_frames: u32,
}

/// Less than anything audible.
const STILL: f32 = 1e-5;
/// No more than half of the least step of 16 bits.
const INAUDIBLE: f32 = 0.5 / 32_768.0;

pub struct Ducker {
    ducking: Ducking,
    gain: f32,
    /// Change in a frame until the gains are those that were set last.
    fade: f32,
}

impl Ducker {
    pub fn new(ducking: Ducking) -> Ducker {
        Ducker { ducking, gain: ducking.open, fade: 0.0 }
    }

    /// Changes the gains, in at most this many frames.
    pub fn change(&mut self, ducking: Ducking, frames: usize) {
        self.ducking = ducking;
        self.fade = 1.0 / frames.max(1) as f32;
    }

    /// Nothing of the original is heard.
    pub fn is_silent(&self) -> bool {
        self.gain == 0.0
    }

    /// Adds the original to the speech. Nothing is added where the original is shorter. Returns whether it is heard.
    pub fn mix(&mut self, speech: &mut [i16], original: &[f32], is_speaking: bool) -> bool {
        let Ducking { open, ducked, attack_frames, release_frames } = self.ducking;
        let (target, frames) = if is_speaking { (ducked, attack_frames) } else { (open, release_frames) };
        let step = if self.fade > 0.0 { self.fade } else { (open - ducked).abs() / frames.max(1) as f32 };
        let mut original = original.iter();
        let mut is_heard = false;
        for sample in speech {
            self.gain += (target - self.gain).clamp(-step, step);
            if let Some(&under) = original.next() {
                let under = under * self.gain;
                *sample = to_s16(from_s16(*sample) + under);
                is_heard |= under.abs() > INAUDIBLE;
            }
        }
        if (self.gain - target).abs() < STILL {
            (self.gain, self.fade) = (target, 0.0);
        }
        is_heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUCKING: Ducking = Ducking { open: 1.0, ducked: 0.25, attack_frames: 100, release_frames: 200 };

    #[test]
    fn the_original_sinks_under_speech_and_comes_back() {
        let mut ducker = Ducker::new(DUCKING);
        let original = [from_s16(8000); 300];
        let mut heard = [0; 300];
        assert!(ducker.mix(&mut heard, &original, false));
        assert_eq!(heard, [8000; 300]);
        heard.fill(1000);
        ducker.mix(&mut heard, &original, true);
        assert!(heard[..100].is_sorted_by(|a, b| a > b) && heard[100..].iter().all(|&sample| sample == 3000));
        heard.fill(0);
        ducker.mix(&mut heard, &original, false);
        assert!(heard[..200].is_sorted_by(|a, b| a < b) && heard[200..].iter().all(|&sample| sample == 8000));
    }

    #[test]
    fn what_is_muted_or_silent_is_not_heard() {
        let mut ducker = Ducker::new(Ducking { ducked: 0.0, ..DUCKING });
        let mut heard = [1000; 100];
        assert!(ducker.mix(&mut heard, &[from_s16(8000); 100], true), "it sinks");
        assert!(!ducker.mix(&mut heard, &[from_s16(8000); 100], true));
        assert!(!ducker.mix(&mut heard, &[0.0; 100], false));
        assert!(ducker.mix(&mut heard, &[from_s16(8000); 100], false), "it comes back");
    }

    #[test]
    fn other_gains_are_faded_to_also_from_and_to_nothing() {
        let gains = |open, ducked| Ducking { open, ducked, ..DUCKING };
        let mut ducker = Ducker::new(gains(1.0, 1.0));
        for (ducking, level) in [
            (gains(0.5, 0.5), 4000),
            (gains(0.0, 0.0), 0),
            (gains(1.0, 0.25), 8000),
            (gains(0.25, 0.0), 2000),
        ] {
            ducker.change(ducking, 50);
            let mut heard = [0; 100];
            let was_heard = ducker.mix(&mut heard, &[from_s16(8000); 100], false);
            assert!(was_heard && heard[50..].iter().all(|&sample| sample == level), "{ducking:?}");
            assert!(heard.windows(2).all(|two| two[0].abs_diff(two[1]) <= 8000 / 50), "{ducking:?}");
            assert_eq!(ducker.mix(&mut [0; 10], &[from_s16(8000); 10], false), level > 0);
        }
        // Ducking takes its own time again.
        let mut heard = [0; 100];
        ducker.mix(&mut heard, &[from_s16(8000); 100], true);
        assert!(heard[90] > 0 && heard[99] < 200, "{heard:?}");
    }

    #[test]
    fn a_short_original_adds_nothing_where_it_is_not_and_a_loud_one_is_clipped() {
        let mut ducker = Ducker::new(DUCKING);
        let mut heard = [i16::MAX; 4];
        ducker.mix(&mut heard, &[from_s16(i16::MAX), from_s16(i16::MIN)], false);
        assert_eq!(heard, [i16::MAX, -1, i16::MAX, i16::MAX]);
    }
}
