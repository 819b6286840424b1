//! When somebody speaks: speech is told from noise frame by frame, and words from each other by no more than a breath.

mod background;
#[cfg(test)]
pub(crate) mod sung;

use background::Background;

/// Rate of what is judged.
pub const RATE: u32 = 16_000;
/// Samples that are judged together: 16 ms.
const FRAME: usize = 256;

// Measured on speech in noise: docs/performance.md.
/// Speech begins when so many of the latest frames are more likely speech than this.
const BEGIN_SCORE: f32 = 0.7;
const BEGIN_FRAMES: u32 = 6;
const LATEST: u32 = 8;
/// It goes on in frames that are more likely speech than this, and is over when there was none for so long.
const GO_ON_SCORE: f32 = 0.4;
const PAUSE_FRAMES: u64 = 25;

/// Says how likely a frame is speech, from 0 to 1.
pub trait Judge {
    fn score(&mut self, frame: &[i16]) -> f32;
}

/// The detector that is built in: about 8 kB. To it some noises that stay the same are speech.
pub struct Earshot {
    detector: Box<earshot::Detector>,
    background: Background,
}

impl Default for Earshot {
    fn default() -> Earshot {
        Earshot { detector: earshot::Detector::default_boxed(), background: Background::default() }
    }
}

impl Judge for Earshot {
    fn score(&mut self, frame: &[i16]) -> f32 {
        let score = self.detector.predict_i16(frame);
        if self.background.is_exceeded(frame) { score } else { 0.0 }
    }
}

/// What was found, at positions in ms from the first sample on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Begun {
        at: u64,
    },
    /// More of it; the first piece follows its beginning.
    More {
        from: u64,
        to: u64,
    },
    Ended {
        from: u64,
        to: u64,
    },
}

struct Spurt {
    begin: u64,
    end: u64,
}

/// Follows one speaker.
pub struct Speech<J> {
    judge: J,
    /// Less than a frame.
    waiting: Vec<i16>,
    /// Frames that were judged.
    frames: u64,
    /// Which of the latest were likely speech, the newest in the lowest bit.
    likely: u32,
    spurt: Option<Spurt>,
}

impl<J: Judge> Speech<J> {
    pub fn new(judge: J) -> Speech<J> {
        Speech { judge, waiting: Vec::with_capacity(FRAME), frames: 0, likely: 0, spurt: None }
    }

    /// Takes samples of any number.
    pub fn listen(&mut self, samples: impl IntoIterator<Item = i16>, found: &mut impl FnMut(Found)) {
        for sample in samples {
            self.waiting.push(sample);
            if self.waiting.len() == FRAME {
                let score = self.judge.score(&self.waiting);
                self.waiting.clear();
                self.step(score, found);
            }
        }
    }

    /// Position of what was judged.
    pub fn position_ms(&self) -> u64 {
        ms(self.frames)
    }

    /// Nothing more is heard of what is being said.
    pub fn stop(&mut self, found: &mut impl FnMut(Found)) {
        self.likely = 0;
        if let Some(spurt) = self.spurt.take() {
            found(Found::Ended { from: ms(spurt.begin), to: ms(spurt.end) });
        }
    }

    fn step(&mut self, score: f32, found: &mut impl FnMut(Found)) {
        self.frames += 1;
        let Some(spurt) = &mut self.spurt else { return self.look_for_begin(score, found) };
        if score > GO_ON_SCORE {
            let from = std::mem::replace(&mut spurt.end, self.frames);
            found(Found::More { from: ms(from), to: ms(self.frames) });
        } else if self.frames - spurt.end >= PAUSE_FRAMES {
            self.stop(found);
        }
    }

    fn look_for_begin(&mut self, score: f32, found: &mut impl FnMut(Found)) {
        self.likely = (self.likely << 1 | u32::from(score > BEGIN_SCORE)) & ((1 << LATEST) - 1);
        if self.likely.count_ones() < BEGIN_FRAMES {
            return;
        }
        let begin = self.frames - u64::from(u32::BITS - self.likely.leading_zeros());
        self.spurt = Some(Spurt { begin, end: self.frames });
        found(Found::Begun { at: ms(begin) });
        found(Found::More { from: ms(begin), to: ms(self.frames) });
    }
}

fn ms(frames: u64) -> u64 {
    frames * FRAME as u64 * 1000 / u64::from(RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each frame is worth is its first sample, in percent.
    struct Told;

    impl Judge for Told {
        fn score(&mut self, frame: &[i16]) -> f32 {
            f32::from(frame[0]) / 100.0
        }
    }

    fn found(scores: &[(i16, usize)]) -> Vec<Found> {
        let mut speech = Speech::new(Told);
        let mut all = Vec::new();
        for &(score, frames) in scores {
            let samples = [score; FRAME].repeat(frames);
            // In pieces that fit no frame.
            samples.chunks(160).for_each(|piece| {
                speech.listen(piece.iter().copied(), &mut |found| match (all.last_mut(), found) {
                    (Some(Found::More { to, .. }), Found::More { from, to: end }) if *to == from => *to = end,
                    _ => all.push(found),
                });
            });
        }
        all
    }

    #[test]
    fn speech_begins_where_the_first_likely_frame_was() {
        assert_eq!(
            found(&[(10, 10), (80, 4), (10, 2), (80, 2)]),
            [Found::Begun { at: 160 }, Found::More { from: 160, to: 288 }]
        );
    }

    #[test]
    fn a_click_is_no_speech() {
        assert_eq!(found(&[(100, 5), (0, 8), (100, 5), (0, 30)]), []);
        // Frames that are not likely enough are none.
        assert_eq!(found(&[(70, 100)]), []);
    }

    #[test]
    fn a_pause_between_words_is_part_of_it_and_the_one_behind_it_is_not() {
        assert_eq!(
            found(&[(80, 10), (10, 24), (50, 1), (40, 25), (10, 10), (80, 6)]),
            [
                Found::Begun { at: 0 },
                Found::More { from: 0, to: 560 },
                Found::Ended { from: 0, to: 560 },
                Found::Begun { at: 1120 },
                Found::More { from: 1120, to: 1216 },
            ]
        );
    }

    #[test]
    fn who_stops_has_ended_once() {
        let mut speech = Speech::new(Told);
        let mut all = Vec::new();
        speech.listen([90; 6 * FRAME], &mut |_| {});
        assert_eq!(speech.position_ms(), 96);
        speech.stop(&mut |found| all.push(found));
        speech.stop(&mut |found| all.push(found));
        speech.listen([90; 5 * FRAME], &mut |found| all.push(found));
        assert_eq!(all, [Found::Ended { from: 0, to: 96 }]);
    }

    /// The detector itself: voiced sounds of a changing pitch, as words have, are speech, and noise is not.
    #[test]
    fn the_detector_tells_a_voice_from_noise() {
        let mut seed = 1u32;
        let mut noise = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as i16 / 16
        };
        let mut all = Vec::new();
        let mut speech = Speech::new(Earshot::default());
        speech.listen((0..5 * RATE).map(|_| noise()), &mut |found| all.push(found));
        assert_eq!(all, []);
        speech.listen(sung::sung(RATE, 1000), &mut |found| all.push(found));
        assert!(matches!(all.first(), Some(Found::Begun { at: 5000..=5700 })), "{all:?}");
    }
}
