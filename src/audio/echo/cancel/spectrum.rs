//! A block of 4 ms as a spectrum, and back.

use sonora_fft::ooura_fft;

/// Samples of a block.
pub(super) const BLOCK: usize = 64;
/// Two blocks are transformed at once.
pub(super) const LENGTH: usize = 2 * BLOCK;
/// Up to half of the rate.
pub(super) const BINS: usize = BLOCK + 1;

/// One number for each bin.
pub(super) type Bins = [f32; BINS];

#[derive(Clone)]
pub(super) struct Spectrum {
    pub re: Bins,
    pub im: Bins,
}

impl Spectrum {
    pub(super) const ZERO: Spectrum = Spectrum { re: [0.0; BINS], im: [0.0; BINS] };

    pub(super) fn of(mut sound: [f32; LENGTH]) -> Spectrum {
        ooura_fft::forward(&mut sound);
        let mut spectrum = Spectrum::ZERO;
        // Both are real and come first.
        (spectrum.re[0], spectrum.re[BLOCK]) = (sound[0], sound[1]);
        for bin in 1..BLOCK {
            (spectrum.re[bin], spectrum.im[bin]) = (sound[2 * bin], sound[2 * bin + 1]);
        }
        spectrum
    }

    pub(super) fn sound(&self) -> [f32; LENGTH] {
        let mut sound = [0.0; LENGTH];
        (sound[0], sound[1]) = (self.re[0], self.re[BLOCK]);
        for bin in 1..BLOCK {
            (sound[2 * bin], sound[2 * bin + 1]) = (self.re[bin], self.im[bin]);
        }
        ooura_fft::inverse(&mut sound);
        sound.map(|sample| sample / BLOCK as f32)
    }

    pub(super) fn power(&self, bin: usize) -> f32 {
        self.re[bin] * self.re[bin] + self.im[bin] * self.im[bin]
    }
}
