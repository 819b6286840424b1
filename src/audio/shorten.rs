//! Shortens speech without a change of pitch: pauses first, then pieces of speech, each seam crossfaded.

use super::format::OUTPUT;

/// 10 ms at the service's rate: the block that counts as silent or not.
const BLOCK: usize = OUTPUT.sample_rate as usize / 100;
/// Blocks that remain of a pause: 60 ms still sound like one.
const KEPT_SILENT_BLOCKS: usize = 6;
/// Mean square below which a block is a pause: about -46 dB of full scale.
const SILENT_POWER: i64 = 160 * 160;
/// Blocks of speech between two pieces that are removed.
const SPEECH_BETWEEN: usize = 18;
/// Length of a crossfade: 5 ms.
const SEAM: usize = BLOCK / 2;
/// Where the speech after a removed piece may begin: 10 to 30 ms later. Covers a period of any voice.
const LEAST_SKIP: usize = BLOCK;
const MOST_SKIP: usize = 3 * BLOCK;

/// How much is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortening {
    None,
    Pauses,
    /// Shorter pauses, and about a tenth of the speech removed.
    Speech,
}

/// Processes one phrase at 24 kHz in blocks of any size.
pub struct Shortener {
    kept_silent_blocks: usize,
    /// Samples that are not decided yet.
    held: Vec<i16>,
    silent_blocks: usize,
    since_skip: usize,
}

impl Default for Shortener {
    fn default() -> Shortener {
        Shortener::keeping(KEPT_SILENT_BLOCKS)
    }
}

impl Shortener {
    /// So many blocks remain of a pause.
    pub(crate) fn keeping(kept_silent_blocks: usize) -> Shortener {
        Shortener { kept_silent_blocks, held: Vec::new(), silent_blocks: 0, since_skip: 0 }
    }

    /// Upper bound of the frames that it holds back.
    pub(crate) const HELD: usize = MOST_SKIP + 2 * SEAM + BLOCK;

    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Takes speech, appends what remains of it and returns how many frames were removed.
    pub fn process(&mut self, speech: &[i16], shortening: Shortening, output: &mut Vec<i16>) -> usize {
        self.held.extend_from_slice(speech);
        let mut skipped = 0;
        // Enough to search for the best seam.
        while self.held.len() >= Self::HELD {
            skipped += self.step(shortening, output);
        }
        if shortening == Shortening::None {
            // No seam is searched for, so nothing has to wait.
            output.append(&mut self.held);
        }
        skipped
    }

    /// Appends the rest at the end of the phrase.
    pub fn finish(&self) -> &[i16] {
        &self.held
    }

    fn step(&mut self, shortening: Shortening, output: &mut Vec<i16>) -> usize {
        if is_silent(&self.held[..BLOCK]) {
            self.silent_blocks += 1;
            if shortening != Shortening::None
                && self.silent_blocks > self.kept_silent_blocks
                && is_silent(&self.held[BLOCK..2 * BLOCK])
            {
                return self.skip(BLOCK);
            }
        } else {
            self.silent_blocks = 0;
            self.since_skip += 1;
            if shortening == Shortening::Speech && self.since_skip > SPEECH_BETWEEN {
                self.since_skip = 0;
                let length = self.best_skip();
                return self.skip(length);
            }
        }
        output.extend(self.held.drain(..BLOCK));
        0
    }

    /// Removes this many frames from here and crossfades over the seam.
    fn skip(&mut self, length: usize) -> usize {
        for n in 0..SEAM {
            let (before, after) = (i32::from(self.held[n]), i32::from(self.held[length + n]));
            let mixed = (before * (SEAM - n) as i32 + after * n as i32) / SEAM as i32;
            self.held[length + n] = mixed as i16;
        }
        self.held.drain(..length);
        length
    }

    /// Finds where the wave is most similar to the wave here, so that a whole number of periods is removed.
    fn best_skip(&self) -> usize {
        let here = &self.held[..SEAM];
        let likeness = |length: &usize| {
            let there = &self.held[*length..][..SEAM];
            let power = there.iter().map(|&sample| i64::from(sample).pow(2)).sum::<i64>().max(1);
            let product: i64 = here.iter().zip(there).map(|(&a, &b)| i64::from(a) * i64::from(b)).sum();
            product as f64 / (power as f64).sqrt()
        };
        (LEAST_SKIP..=MOST_SKIP).max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or(LEAST_SKIP)
    }
}

fn is_silent(block: &[i16]) -> bool {
    let power: i64 = block.iter().map(|&sample| i64::from(sample).pow(2)).sum();
    power < SILENT_POWER * block.len() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn tone(frames: usize) -> Vec<i16> {
        (0..frames).map(|n| (8000.0 * (n as f64 * 200.0 * 2.0 * PI / 24_000.0).sin()) as i16).collect()
    }

    fn shortened(speech: &[i16], shortening: Shortening) -> (Vec<i16>, usize) {
        let mut shortener = Shortener::default();
        let mut output = Vec::new();
        let skipped = speech.chunks(333).map(|piece| shortener.process(piece, shortening, &mut output)).sum();
        output.extend_from_slice(shortener.finish());
        (output, skipped)
    }

    /// The largest step between two samples of a 200 Hz tone, with a margin for a seam.
    const MOST_STEP: u16 = 2 * 420;

    fn is_smooth(speech: &[i16]) -> bool {
        speech.windows(2).all(|pair| pair[0].abs_diff(pair[1]) <= MOST_STEP)
    }

    #[test]
    fn without_hurry_nothing_changes() {
        let speech = [tone(5000), vec![0; 9000], tone(777)].concat();
        assert_eq!(shortened(&speech, Shortening::None), (speech, 0));
    }

    #[test]
    fn pauses_become_short_and_speech_stays() {
        let speech = [tone(4800), vec![0; 24_000], tone(4800)].concat();
        let (output, skipped) = shortened(&speech, Shortening::Pauses);
        assert_eq!(output.len() + skipped, speech.len());
        // 60 ms remain, and what a phrase may hold back at its end.
        assert!((22_000..=23_000).contains(&skipped), "{skipped}");
        assert!(output.starts_with(&speech[..4800]) && output.ends_with(&speech[28_800 + 240..]));
    }

    #[test]
    fn hurried_speech_loses_a_tenth_and_no_seam_clicks() {
        let speech = tone(10 * 24_000);
        let (output, skipped) = shortened(&speech, Shortening::Speech);
        assert_eq!(output.len() + skipped, speech.len());
        let share = skipped as f64 / speech.len() as f64;
        assert!((0.05..=0.15).contains(&share), "{share}");
        assert!(is_smooth(&output));
        // Whole periods were removed: the pitch is unchanged.
        let crossings = |speech: &[i16]| speech.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count();
        let hz = crossings(&output) as f64 / (output.len() as f64 / 24_000.0);
        assert!((198.0..=202.0).contains(&hz), "{hz}");
    }

    #[test]
    fn what_is_held_back_is_bounded() {
        let mut shortener = Shortener::default();
        let mut output = Vec::new();
        for piece in tone(24_000).chunks(100) {
            shortener.process(piece, Shortening::Speech, &mut output);
            assert!(shortener.finish().len() < Shortener::HELD);
        }
        shortener.process(&[], Shortening::None, &mut output);
        assert!(shortener.is_empty());
    }
}
