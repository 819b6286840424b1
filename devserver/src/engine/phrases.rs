//! Cuts a stream of frames into phrases by energy: two thresholds above a tracked noise floor.
//!
//! Everything is counted in 10 ms windows of the audio itself, so the cuts do not depend on how it was split.

use std::collections::VecDeque;

/// Windows per second.
const WINDOWS: usize = 100;
/// Number of loud windows within this stretch that count as speech: a click is shorter.
const ONSET_LOUD: u32 = 6;
const ONSET_SPAN: u32 = 10;
/// Kept before the first and after the last loud window, so that soft edges are not cut off.
const PRE_ROLL: usize = 2;
const POST_ROLL: usize = 1;
/// A phrase ends at this length even if the sound continues; limits the memory of a session.
const LONGEST: usize = 15 * WINDOWS;
/// Decibels above the floor at which speech begins, and above which it continues.
const BEGIN_ABOVE: f32 = 12.0;
const KEEP_ABOVE: f32 = 8.0;
/// What the cutter found.
#[derive(Debug, PartialEq)]
pub enum Cut {
    /// The phrase in progress ends (so far) at this length, in frames. Reported once per window of speech.
    Grown { start: u64, frames: usize },
    /// The phrase is over.
    Closed { start: u64, frames: Vec<i16> },
}

/// The phrase in progress.
#[derive(Debug)]
struct Phrase {
    start: u64,
    frames: Vec<i16>,
    /// Frames up to the end of the last loud window.
    spoken: usize,
}

#[derive(Debug)]
pub struct Cutter {
    window: usize,
    closing_windows: usize,
    /// Frames of a window not yet complete.
    pending: Vec<i16>,
    /// The latest windows before speech: pre-roll and the stretch in which an onset is detected.
    recent: Vec<i16>,
    loud_history: u32,
    floor: NoiseFloor,
    filter: HighPass,
    position: u64,
    phrase: Option<Phrase>,
}

impl Cutter {
    pub fn new(rate: u32, closing_silence: f64) -> Self {
        Self {
            window: (rate as usize / WINDOWS).max(1),
            closing_windows: (closing_silence * WINDOWS as f64).round() as usize,
            pending: Vec::new(),
            recent: Vec::new(),
            loud_history: 0,
            floor: NoiseFloor::default(),
            filter: HighPass::new(rate),
            position: 0,
            phrase: None,
        }
    }

    /// Changes the silence threshold from here on.
    pub fn set_closing_silence(&mut self, seconds: f64) {
        self.closing_windows = (seconds * WINDOWS as f64).round() as usize;
    }

    pub fn in_phrase(&self) -> bool {
        self.phrase.is_some()
    }

    /// Takes frames in portions of any size and reports what they complete.
    pub fn feed(&mut self, mut frames: &[i16], on_cut: &mut dyn FnMut(Cut)) {
        while !frames.is_empty() {
            let take = (self.window - self.pending.len()).min(frames.len());
            let (now, later) = frames.split_at(take);
            self.pending.extend_from_slice(now);
            frames = later;
            if self.pending.len() == self.window {
                let window = std::mem::take(&mut self.pending);
                self.window_done(&window, on_cut);
                self.pending = window;
                self.pending.clear();
            }
        }
    }

    /// Ends the phrase in progress, if any.
    pub fn finish(&mut self, on_cut: &mut dyn FnMut(Cut)) {
        if let Some(phrase) = self.phrase.take() {
            on_cut(self.closed(phrase));
        }
        self.forget_recent();
    }

    /// Discards the phrase in progress.
    pub fn discard(&mut self) {
        self.phrase = None;
        self.forget_recent();
    }

    fn forget_recent(&mut self) {
        self.recent.clear();
        self.loud_history = 0;
    }

    fn window_done(&mut self, window: &[i16], on_cut: &mut dyn FnMut(Cut)) {
        let level = self.filter.level(window);
        let floor = self.floor.after(level);
        let (begin, keep) = (floor + BEGIN_ABOVE, floor + KEEP_ABOVE);
        self.position += window.len() as u64;
        match self.phrase.take() {
            Some(phrase) => self.go_on(phrase, window, level >= keep, on_cut),
            None => self.listen(window, level >= begin, on_cut),
        }
    }

    fn listen(&mut self, window: &[i16], loud: bool, on_cut: &mut dyn FnMut(Cut)) {
        self.recent.extend_from_slice(window);
        let keep = (PRE_ROLL + ONSET_SPAN as usize) * self.window;
        let excess = self.recent.len().saturating_sub(keep);
        self.recent.drain(..excess);
        self.loud_history = (self.loud_history << 1 | u32::from(loud)) & ((1 << ONSET_SPAN) - 1);
        if self.loud_history.count_ones() < ONSET_LOUD {
            return;
        }
        let first_loud = (u32::BITS - self.loud_history.leading_zeros()) as usize;
        let length = ((first_loud + PRE_ROLL) * self.window).min(self.recent.len());
        let frames = self.recent.split_off(self.recent.len() - length);
        self.forget_recent();
        let phrase = Phrase { start: self.position - length as u64, spoken: frames.len(), frames };
        on_cut(Cut::Grown { start: phrase.start, frames: phrase.spoken });
        self.phrase = Some(phrase);
    }

    fn go_on(&mut self, mut phrase: Phrase, window: &[i16], loud: bool, on_cut: &mut dyn FnMut(Cut)) {
        phrase.frames.extend_from_slice(window);
        if loud {
            phrase.spoken = phrase.frames.len();
            on_cut(Cut::Grown { start: phrase.start, frames: phrase.spoken });
        }
        let silent = (phrase.frames.len() - phrase.spoken) / self.window;
        if silent >= self.closing_windows || phrase.frames.len() >= LONGEST * self.window {
            let still_loud = silent == 0;
            on_cut(self.closed(phrase));
            if still_loud {
                // The sound continues: the next phrase begins here, so that no frame is lost.
                self.phrase = Some(Phrase { start: self.position, frames: Vec::new(), spoken: 0 });
            }
        } else {
            self.phrase = Some(phrase);
        }
    }

    fn closed(&self, mut phrase: Phrase) -> Cut {
        let end = phrase.spoken + POST_ROLL * self.window;
        phrase.frames.truncate(end);
        Cut::Closed { start: phrase.start, frames: phrase.frames }
    }
}

/// The level of the background: the quietest stretch of the last few seconds.
///
/// Speech pauses often enough to show it, and steady noise shows it all the time. The range prevents that digital
/// silence or a long tone counts as the background of what follows.
#[derive(Debug)]
struct NoiseFloor {
    /// Quietest stretch of each past block, oldest first.
    blocks: VecDeque<f32>,
    /// Levels of the stretch in progress, and the quietest of the block in progress.
    stretch: (f32, usize),
    quietest: f32,
    stretches: usize,
}

impl NoiseFloor {
    /// In windows per stretch, stretches per block, blocks remembered.
    const STRETCH: usize = 5;
    const BLOCK: usize = 5;
    const BLOCKS: usize = 12;
    /// Assumed before any audio; and the range. All in dB relative to full scale.
    const AT_FIRST: f32 = -52.0;
    const RANGE: (f32, f32) = (-60.0, -45.0);

    /// Takes the level of one more window and returns the floor.
    fn after(&mut self, level: f32) -> f32 {
        self.stretch = (self.stretch.0 + level, self.stretch.1 + 1);
        if self.stretch.1 == Self::STRETCH {
            self.quietest = self.quietest.min(self.stretch.0 / Self::STRETCH as f32);
            self.stretch = (0.0, 0);
            self.stretches += 1;
        }
        if self.stretches == Self::BLOCK {
            self.blocks.push_back(self.quietest);
            self.quietest = f32::MAX;
            self.stretches = 0;
        }
        if self.blocks.len() > Self::BLOCKS {
            self.blocks.pop_front();
        }
        self.blocks.iter().copied().fold(self.quietest, f32::min).clamp(Self::RANGE.0, Self::RANGE.1)
    }
}

impl Default for NoiseFloor {
    fn default() -> Self {
        Self { blocks: [Self::AT_FIRST].into(), stretch: (0.0, 0), quietest: f32::MAX, stretches: 0 }
    }
}

/// Removes rumble and DC before the level is measured: speech has no energy below 90 Hz.
#[derive(Debug)]
struct HighPass {
    keep: f32,
    last_in: f32,
    last_out: f32,
}

impl HighPass {
    fn new(rate: u32) -> Self {
        let step = std::f32::consts::TAU * 90.0 / rate as f32;
        Self { keep: 1.0 / (1.0 + step), last_in: 0.0, last_out: 0.0 }
    }

    /// Level of a window in dB relative to full scale.
    fn level(&mut self, window: &[i16]) -> f32 {
        let (mut sum, mut last_in, mut last_out) = (0.0f32, self.last_in, self.last_out);
        for &sample in window {
            let input = f32::from(sample) / 32768.0;
            last_out = self.keep * (last_out + (input - last_in));
            last_in = input;
            sum += last_out * last_out;
        }
        // What is left in silence never becomes 0 by itself, and numbers so small take a processor ten times as long.
        (self.last_in, self.last_out) = (last_in, if last_out.abs() < FAINTEST { 0.0 } else { last_out });
        10.0 * (sum / window.len() as f32 + 1e-10).log10()
    }
}

/// Far below the smallest sample; its square is still an ordinary number.
const FAINTEST: f32 = 1e-12;

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 16_000;

    #[test]
    fn nothing_is_left_of_a_sound_in_silence() {
        let mut filter = HighPass::new(RATE);
        filter.level(&tone(0.01));
        (0..10).for_each(|_| assert!(filter.level(&silence(0.01)).is_finite()));
        assert_eq!(filter.last_out, 0.0);
    }

    fn silence(seconds: f64) -> Vec<i16> {
        vec![0; (f64::from(RATE) * seconds) as usize]
    }

    fn tone(seconds: f64) -> Vec<i16> {
        (0..(f64::from(RATE) * seconds) as usize)
            .map(|n| ((n as f64 * 300.0 * std::f64::consts::TAU / f64::from(RATE)).sin() * 6000.0) as i16)
            .collect()
    }

    /// Deterministic noise of a given amplitude added to the frames.
    fn with_noise(mut frames: Vec<i16>, amplitude: i32) -> Vec<i16> {
        let mut state = 1u32;
        for frame in &mut frames {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *frame = (i32::from(*frame) + (state >> 16) as i32 % (2 * amplitude + 1) - amplitude) as i16;
        }
        frames
    }

    fn closed(input: &[i16], portion: usize, closing: f64) -> Vec<(u64, usize)> {
        let mut cutter = Cutter::new(RATE, closing);
        let mut found = Vec::new();
        let mut note = |cut| {
            if let Cut::Closed { start, frames } = cut {
                found.push((start, frames.len()));
            }
        };
        for part in input.chunks(portion) {
            cutter.feed(part, &mut note);
        }
        cutter.finish(&mut note);
        found
    }

    fn seconds(frames: usize) -> f64 {
        frames as f64 / f64::from(RATE)
    }

    #[test]
    fn two_tones_are_two_phrases_of_their_own_length() {
        let input = [silence(0.5), tone(1.5), silence(1.0), tone(2.0), silence(1.0)].concat();
        let phrases = closed(&input, 5120, 0.7);
        assert_eq!(phrases.len(), 2);
        assert!((seconds(phrases[0].1) - 1.5).abs() < 0.1, "{phrases:?}");
        assert!((seconds(phrases[1].1) - 2.0).abs() < 0.1, "{phrases:?}");
        assert!((seconds(phrases[0].0 as usize) - 0.5).abs() < 0.1);
    }

    #[test]
    fn a_pause_shorter_than_the_threshold_does_not_cut() {
        let input = [tone(1.0), silence(0.5), tone(1.0), silence(1.0)].concat();
        assert_eq!(closed(&input, 800, 0.7).len(), 1);
        assert_eq!(closed(&input, 800, 0.3).len(), 2);
    }

    #[test]
    fn portions_do_not_change_the_cuts() {
        let input = with_noise([silence(0.4), tone(1.3), silence(0.9), tone(0.7), silence(0.2)].concat(), 40);
        let expected = closed(&input, input.len(), 0.7);
        assert_eq!(expected.len(), 2);
        for portion in [1, 7, 160, 333, 5120] {
            assert_eq!(closed(&input, portion, 0.7), expected, "{portion}");
        }
    }

    #[test]
    fn background_noise_is_not_speech() {
        let input = with_noise([silence(6.0), tone(1.0), silence(2.0)].concat(), 250);
        let phrases = closed(&input, 5120, 0.7);
        assert_eq!(phrases.len(), 1, "{phrases:?}");
        assert!((seconds(phrases[0].1) - 1.0).abs() < 0.1, "{phrases:?}");
    }

    #[test]
    fn silence_and_clicks_are_nothing() {
        let mut input = silence(3.0);
        for at in (8000..40_000).step_by(8000) {
            input[at..at + 160].fill(20_000);
        }
        assert_eq!(closed(&input, 5120, 0.7), []);
    }

    #[test]
    fn endless_sound_is_split_without_loss() {
        let phrases = closed(&tone(40.0), 5120, 0.7);
        assert_eq!(phrases.len(), 3);
        let total: usize = phrases.iter().map(|p| p.1).sum();
        assert!((seconds(total) - 40.0).abs() < 0.1);
    }
}
