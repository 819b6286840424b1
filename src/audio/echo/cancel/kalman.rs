//! The echo as a sum of what was played, through a filter that is learned beside speech too: a Kalman filter for each bin of blocks
//! of 4 ms (Enzner and Vary 2006, Kuech et al. 2014). It knows how sure it is of each of its parts, so somebody who speaks, of whom it
//! learns nothing, hardly disturbs it, and nobody need tell it that somebody speaks.

#[cfg(test)]
pub(super) mod tests;

use sonora_simd::{SimdBackend, detect_backend};

use super::history::{History, Played};
use super::spectrum::{BINS, BLOCK, Bins, LENGTH, Spectrum};

/// Of 4 ms each: an echo that is 200 ms late and fades within as long.
const PARTS: usize = 100;
/// What the square of a part may be before anything is known.
const UNKNOWN: f32 = 0.05;
/// So much of the square of each part is the same a block later. The rest makes the filter follow a room that changes slowly.
const SAME: f32 = 0.9998 * 0.9998;
/// The spectrum of who speaks is what is not explained, smoothed over a few blocks and doubled: rather too little is learned.
const SMOOTH: f32 = 0.5;
const CAREFUL: f32 = 2.0;
/// Deep sounds are made fainter for the filter, as their leakage would hide the high ones.
const DEEP: f32 = 0.9;
/// The end of each part is made zero in turn, as many in a block: of a transform of two blocks only one is true.
const ENDS: usize = 4;
/// In a bin, so that nothing is divided by nothing.
const LEAST_POWER: f32 = 100.0;

pub(super) struct Kalman {
    /// What the processor can do at once, which without optimisation too is fast.
    simd: SimdBackend,
    played: History,
    parts: Vec<Part>,
    /// Whose end is next.
    next: usize,
    unexplained: Bins,
    /// What was last of both sounds and of the echo, because of [`DEEP`].
    last: Last,
}

/// Of the filter.
#[derive(Clone)]
struct Part {
    response: Spectrum,
    /// The square of what it may be wrong by.
    doubt: Bins,
}

#[derive(Default)]
struct Last {
    played: f32,
    sent: f32,
    echo: f32,
}

/// Of a block, without most of what is deep.
#[derive(Clone, Copy, Default)]
pub(super) struct Powers {
    pub sent: f32,
    /// Of what is known of the echo.
    pub echo: f32,
    /// Of what is left without it,
    pub left: f32,
    /// and of so much of that the filter thinks that it is an echo.
    pub doubt: f32,
}

impl Kalman {
    pub(super) fn new() -> Kalman {
        Kalman {
            simd: detect_backend(),
            played: History::new(PARTS),
            parts: vec![Part { response: Spectrum::ZERO, doubt: [UNKNOWN; BINS] }; PARTS],
            next: 0,
            unexplained: [0.0; BINS],
            last: Last::default(),
        }
    }

    pub(super) fn play(&mut self, block: &[f32]) {
        let mut high = [0.0; BLOCK];
        for (high, &sample) in high.iter_mut().zip(block) {
            *high = sample - DEEP * std::mem::replace(&mut self.last.played, sample);
        }
        self.played.play(high);
    }

    /// Takes out of a block what it knows of the echo, and learns from the rest.
    pub(super) fn clean(&mut self, block: &mut [f32; BLOCK]) -> Powers {
        let played = self.played.next();
        let (echo, doubt) = expected(self.simd, played.clone(), &self.parts);
        let echo = echo.sound();
        let (sent, left) = self.last.take_out(block, &echo[BLOCK..]);
        let error = Spectrum::of(left);
        let trust = trust(&mut self.unexplained, &error, &doubt);
        for (played, part) in played.zip(&mut self.parts) {
            part.learn(self.simd, played, &error, &trust);
        }
        for _ in 0..ENDS {
            self.parts[self.next].end();
            self.next = (self.next + 1) % PARTS;
        }
        let doubt = doubt.iter().sum::<f32>() / BLOCK as f32;
        Powers { sent, echo: power(&echo[BLOCK..]), left: power(&left), doubt }
    }

    /// The room is another one.
    pub(super) fn forget(&mut self) {
        for part in &mut self.parts {
            part.response = Spectrum::ZERO;
            part.doubt.iter_mut().for_each(|doubt| *doubt = doubt.max(UNKNOWN));
        }
    }
}

pub(super) fn power(sound: &[f32]) -> f32 {
    sound.iter().map(|sample| sample * sample).sum()
}

/// The echo as it is known, and the power of what may be left of it.
fn expected<'a>(
    simd: SimdBackend,
    played: impl Iterator<Item = &'a Played>,
    parts: &[Part],
) -> (Spectrum, Bins) {
    let (mut echo, mut doubt) = (Spectrum::ZERO, [0.0; BINS]);
    for (Played { spectrum, half }, Part { response, doubt: of_part }) in played.zip(parts) {
        let Spectrum { re, im } = &mut echo;
        simd.complex_multiply_accumulate_standard(
            &spectrum.re,
            &spectrum.im,
            &response.re,
            &response.im,
            re,
            im,
        );
        simd.multiply_accumulate(&mut doubt, half, of_part);
    }
    (echo, doubt)
}

/// By how much what is left is believed to be an echo, for a part of which all is doubted.
fn trust(unexplained: &mut Bins, error: &Spectrum, doubt: &Bins) -> Bins {
    std::array::from_fn(|bin| {
        unexplained[bin] += (1.0 - SMOOTH) * (error.power(bin) - unexplained[bin]);
        1.0 / (doubt[bin] + CAREFUL * unexplained[bin] + LEAST_POWER)
    })
}

impl Part {
    fn learn(&mut self, simd: SimdBackend, played: &Played, error: &Spectrum, trust: &Bins) {
        let Played { spectrum, half } = played;
        let (mut gain, mut step) = ([0.0; BINS], Spectrum::ZERO);
        simd.elementwise_multiply(&self.doubt, trust, &mut gain);
        simd.elementwise_multiply(&gain, &error.re, &mut step.re);
        simd.elementwise_multiply(&gain, &error.im, &mut step.im);
        let Spectrum { re, im } = &mut self.response;
        simd.complex_multiply_accumulate(&spectrum.re, &spectrum.im, &step.re, &step.im, re, im);
        let (mut explained, mut doubt) = ([0.0; BINS], [0.0; BINS]);
        simd.elementwise_multiply(&gain, half, &mut explained);
        let left = explained.map(|part| SAME * (1.0 - part));
        simd.elementwise_multiply(&self.doubt, &left, &mut doubt);
        simd.power_spectrum(re, im, &mut explained);
        simd.multiply_accumulate(&mut doubt, &explained, &[1.0 - SAME; BINS]);
        self.doubt = doubt;
    }

    /// A part is a block long.
    fn end(&mut self) {
        let mut sound = self.response.sound();
        sound[BLOCK..].fill(0.0);
        self.response = Spectrum::of(sound);
    }
}

impl Last {
    /// Returns the power of what was sent, and what is left of it behind a block of nothing, both without what is deep.
    fn take_out(&mut self, block: &mut [f32; BLOCK], echo: &[f32]) -> (f32, [f32; LENGTH]) {
        let (mut power, mut left) = (0.0, [0.0; LENGTH]);
        for ((sample, echo), left) in block.iter_mut().zip(echo).zip(&mut left[BLOCK..]) {
            let high = *sample - DEEP * std::mem::replace(&mut self.sent, *sample);
            power += high * high;
            *left = high - echo;
            self.echo = echo + DEEP * self.echo;
            *sample -= self.echo;
        }
        (power, left)
    }
}
