//! One side of a recording: samples at their positions in time.

use std::collections::VecDeque;

/// Tolerated delay in ms without a gap: the library checks every 10 ms.
const SLACK_MS: u64 = 100;

/// A side whose clock is faster than the recording's is this far ahead at most.
const MOST_AHEAD_MS: u64 = 200;

/// Times are ms since the recording began.
pub(super) struct Track {
    sample_rate: u64,
    /// What was not passed on yet. No part is empty.
    waiting: VecDeque<Part>,
    /// Samples in it, those of silence too.
    frames: u64,
    /// Samples that were passed on.
    gone: u64,
}

enum Part {
    /// It can last for hours when the process was stopped, so it is counted.
    Silence(u64),
    Sound(VecDeque<i16>),
}

impl Track {
    pub(super) fn new(sample_rate: u32) -> Track {
        Track { sample_rate: sample_rate.into(), waiting: VecDeque::new(), frames: 0, gone: 0 }
    }

    /// Appends what was played until now. Silence fills the time before it.
    pub(super) fn add(&mut self, samples: impl ExactSizeIterator<Item = i16>, now_ms: u64) {
        let begin = self.frames_in(now_ms).saturating_sub(samples.len() as u64);
        if begin > self.end() + self.frames_in(SLACK_MS) {
            self.level(begin);
        }
        self.frames += samples.len() as u64;
        match self.waiting.back_mut() {
            Some(Part::Sound(sound)) => sound.extend(samples),
            _ if samples.len() > 0 => self.waiting.push_back(Part::Sound(samples.collect())),
            _ => {}
        }
    }

    /// Of so many samples that were heard until now, the first ones that are too many: they would be heard ahead of their
    /// time.
    pub(super) fn excess(&self, samples: usize, now_ms: u64) -> usize {
        let end = self.end() + samples as u64;
        let ahead = end.saturating_sub(self.frames_in(now_ms));
        if self.is_ahead(end, now_ms) { samples.min(ahead as usize) } else { 0 }
    }

    /// Whether a side that had so many samples now would be ahead of its time.
    pub(super) fn is_ahead(&self, end: u64, now_ms: u64) -> bool {
        end > self.frames_in(now_ms) + self.frames_in(MOST_AHEAD_MS)
    }

    /// Nothing more will arrive for the time until then.
    pub(super) fn close_until(&mut self, ms: u64) {
        self.level(self.frames_in(ms));
    }

    pub(super) fn level(&mut self, frames: u64) {
        let missing = frames.saturating_sub(self.end());
        self.frames += missing;
        match self.waiting.back_mut() {
            Some(Part::Silence(silence)) => *silence += missing,
            _ if missing > 0 => self.waiting.push_back(Part::Silence(missing)),
            _ => {}
        }
    }

    /// Number of samples since the beginning.
    pub(super) fn end(&self) -> u64 {
        self.gone + self.frames
    }

    /// As many samples as a second has.
    pub(super) fn second(&self) -> u64 {
        self.sample_rate
    }

    /// Number of samples that could be passed on.
    pub(super) fn waiting(&self) -> u64 {
        self.frames
    }

    /// How many samples of silence come first.
    pub(super) fn silence(&self) -> u64 {
        match self.waiting.front() {
            Some(Part::Silence(silence)) => *silence,
            _ => 0,
        }
    }

    /// Leaves out so much of the silence that comes first.
    pub(super) fn skip(&mut self, frames: u64) {
        if let Some(Part::Silence(silence)) = self.waiting.front_mut() {
            let skipped = frames.min(*silence);
            *silence -= skipped;
            (self.frames, self.gone) = (self.frames - skipped, self.gone + skipped);
        }
        self.forget_empty();
    }

    pub(super) fn next(&mut self) -> i16 {
        let sample = match self.waiting.front_mut() {
            Some(Part::Silence(silence)) => {
                *silence -= 1;
                0
            }
            Some(Part::Sound(sound)) => sound.pop_front().unwrap_or(0),
            None => return 0,
        };
        (self.frames, self.gone) = (self.frames - 1, self.gone + 1);
        self.forget_empty();
        sample
    }

    fn forget_empty(&mut self) {
        let is_empty = match self.waiting.front() {
            Some(Part::Silence(silence)) => *silence == 0,
            Some(Part::Sound(sound)) => sound.is_empty(),
            None => false,
        };
        if is_empty {
            self.waiting.pop_front();
        }
    }

    fn frames_in(&self, ms: u64) -> u64 {
        self.sample_rate * ms / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(track: &mut Track) -> Vec<i16> {
        (0..track.waiting()).map(|_| track.next()).collect()
    }

    #[test]
    fn what_comes_in_time_is_joined() {
        let mut track = Track::new(1000);
        track.add([1; 20].into_iter(), 20);
        track.add([2; 20].into_iter(), 55);
        track.add([3; 20].into_iter(), 60);
        assert_eq!(all(&mut track), [[1; 20], [2; 20], [3; 20]].concat());
    }

    #[test]
    fn a_side_with_a_faster_clock_stays_with_the_others() {
        let mut track = Track::new(1000);
        for tick in 1..=1000 {
            // 11 samples in the time of 10.
            let samples = std::iter::repeat_n(1, 11 - track.excess(11, 10 * tick));
            track.add(samples, 10 * tick);
            let ahead = track.end() as i64 - 10 * tick as i64;
            assert!((0..=200).contains(&ahead), "{ahead} after {tick}");
        }
        assert_eq!(track.excess(5000, 10_000), 5000, "a file that is sent at once has no time");
    }

    #[test]
    fn hours_of_silence_are_counted_and_not_kept() {
        let mut track = Track::new(24_000);
        track.add([1; 480].into_iter(), 20);
        track.close_until(9 * 3_600_000);
        track.add([2; 480].into_iter(), 10 * 3_600_000);
        assert_eq!((track.waiting(), track.silence()), (10 * 3600 * 24_000, 0));
        assert!((0..480).all(|_| track.next() == 1));
        assert_eq!(track.silence(), 10 * 3600 * 24_000 - 960);
        track.skip(track.silence() - 1);
        assert_eq!((track.next(), track.silence(), track.next()), (0, 0, 2));
        track.skip(1);
        assert_eq!((track.waiting(), track.end()), (479, 10 * 3600 * 24_000));
        assert!(all(&mut track).iter().all(|&sample| sample == 2));
        assert_eq!((track.waiting(), track.next()), (0, 0));
    }

    #[test]
    fn what_comes_after_a_pause_is_in_its_place() {
        let mut track = Track::new(1000);
        track.add([1; 10].into_iter(), 10);
        track.close_until(150);
        track.add([2; 10].into_iter(), 500);
        let heard = all(&mut track);
        assert_eq!((heard.len(), &heard[..10], &heard[490..]), (500, &[1; 10][..], &[2; 10][..]));
        assert!(heard[10..490].iter().all(|&sample| sample == 0));
        assert_eq!(track.end(), 500);
    }
}
