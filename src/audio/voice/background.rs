//! How loud it is when nobody speaks.

/// Frames of 16 ms that are averaged: noise varies less than speech does.
const SMOOTH: f32 = 0.25;
/// The background is the least of so many spans.
const SPANS: usize = 5;
const SPAN_FRAMES: u32 = 60;
/// What is less loud is silence, as -70 dB of full scale.
const LEAST_POWER: f32 = 100.0;
/// Speech is louder than the background: 3 dB.
const ABOVE: f32 = 2.0;

/// Half of the power at 250 Hz is left.
const HIGH_PASS: f32 = 0.9;

pub(super) struct Background {
    /// The latest sample, and what is left of it.
    sample: f32,
    high: f32,
    smooth: f32,
    /// The least of each of the latest spans, the present one last.
    least: [f32; SPANS],
    frames: u32,
}

impl Default for Background {
    fn default() -> Background {
        Background { sample: 0.0, high: 0.0, smooth: 0.0, least: [f32::INFINITY; SPANS], frames: 0 }
    }
}

impl Background {
    /// Takes a frame, and returns whether it is louder than what has been there for seconds.
    pub(super) fn is_exceeded(&mut self, frame: &[i16]) -> bool {
        let power = frame.iter().map(|&sample| self.high(sample).powi(2)).sum::<f32>() / frame.len() as f32;
        self.smooth += SMOOTH * (power - self.smooth);
        if self.frames == SPAN_FRAMES {
            self.frames = 0;
            self.least.rotate_left(1);
            self.least[SPANS - 1] = f32::INFINITY;
        }
        self.frames += 1;
        let least = &mut self.least[SPANS - 1];
        *least = least.min(self.smooth);
        let background = self.least.iter().fold(f32::INFINITY, |least, span| least.min(*span));
        power > LEAST_POWER.max(background * ABOVE)
    }

    /// Deep sounds, of which noise has most, are left out: they vary from frame to frame.
    fn high(&mut self, sample: i16) -> f32 {
        let sample = f32::from(sample);
        self.high = sample - self.sample + HIGH_PASS * self.high;
        self.sample = sample;
        self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn high(level: i16) -> [i16; 256] {
        std::array::from_fn(|n| if n % 2 == 0 { level } else { -level })
    }

    fn exceeds(background: &mut Background, level: i16, frames: usize) -> usize {
        (0..frames).filter(|_| background.is_exceeded(&high(level))).count()
    }

    #[test]
    fn what_goes_on_for_seconds_becomes_the_background() {
        let mut background = Background::default();
        exceeds(&mut background, 100, 300);
        assert_eq!(exceeds(&mut background, 120, 100), 0);
        assert_eq!(exceeds(&mut background, 160, 100), 100, "4 dB louder");
        // What was there before is forgotten.
        exceeds(&mut background, 160, 300);
        assert_eq!(exceeds(&mut background, 160, 100), 0);
        exceeds(&mut background, 0, 20);
        assert_eq!(exceeds(&mut background, 160, 100), 100, "a pause is enough");
    }

    #[test]
    fn silence_is_never_exceeded_by_its_own_noise() {
        let mut background = Background::default();
        exceeds(&mut background, 0, 300);
        assert_eq!(exceeds(&mut background, 9, 100), 0);
        assert_eq!(exceeds(&mut background, 11, 100), 100);
    }
}
