//! One side of a recording: samples at their positions in time.

use std::collections::VecDeque;

/// Tolerated delay in ms without a gap: the library checks every 10 ms.
const SLACK_MS: u64 = 100;

/// A side whose clock is faster than the recording's is this far ahead at most.
const MOST_AHEAD_MS: u64 = 200;

/// Times are ms since the recording began.
pub(super) struct Track {
    sample_rate: u64,
    waiting: VecDeque<i16>,
    /// Samples that were passed on.
    gone: u64,
}

impl Track {
    pub(super) fn new(sample_rate: u32) -> Track {
        Track { sample_rate: sample_rate.into(), waiting: VecDeque::new(), gone: 0 }
    }

    /// Appends what was played until now. Silence fills the time before it.
    pub(super) fn add(&mut self, samples: impl ExactSizeIterator<Item = i16>, now_ms: u64) {
        let begin = self.frames_in(now_ms).saturating_sub(samples.len() as u64);
        if begin > self.end() + self.frames_in(SLACK_MS) {
            self.level(begin);
        }
        self.waiting.extend(samples);
    }

    /// Of so many samples that were heard until now, the first ones that are too many: they would be heard ahead of their
    /// time.
    pub(super) fn excess(&self, samples: usize, now_ms: u64) -> usize {
        let ahead = (self.end() + samples as u64).saturating_sub(self.frames_in(now_ms));
        if ahead > self.frames_in(MOST_AHEAD_MS) { samples.min(ahead as usize) } else { 0 }
    }

    /// Nothing more will arrive for the time until then.
    pub(super) fn close_until(&mut self, ms: u64) {
        self.level(self.frames_in(ms));
    }

    pub(super) fn level(&mut self, frames: u64) {
        let missing = frames.saturating_sub(self.end());
        self.waiting.extend(std::iter::repeat_n(0, missing as usize));
    }

    /// Number of samples since the beginning.
    pub(super) fn end(&self) -> u64 {
        self.gone + self.waiting.len() as u64
    }

    /// Number of samples that could be passed on.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn next(&mut self) -> i16 {
        self.gone += 1;
        self.waiting.pop_front().unwrap_or(0)
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
