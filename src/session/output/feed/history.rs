//! The latest input of an outlet: from its unheard part another rate can be made as if the rate had always been that
//! one.

use std::collections::VecDeque;
use std::ops::Range;

use crate::audio::ratio::{Moment, Ratio};
use crate::session::output::marks::{Edge, Left, Place};

/// An edge, and the amount of speech before it.
#[derive(Clone, Copy)]
pub(crate) struct Given {
    pub edge: Edge,
    pub place: Place,
    pub sample: u64,
}

/// Speech without an edge: where it begins in the ring and in the speech, and the first sample that its filter
/// depends on.
#[derive(Clone, Copy, Default)]
struct Stretch {
    place: Place,
    moment: Moment,
    since: u64,
}

impl Stretch {
    fn after(given: Given) -> Stretch {
        let moment = Moment { sample: given.sample, phase: 0 };
        Stretch { place: given.place, moment, since: given.sample }
    }
}

/// The player's position in the speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub until: Moment,
    /// The first sample that the filter depends on for what follows.
    pub since: u64,
}

/// Limited in size. Grows with the speech: many sessions hear none for a long time.
pub(crate) struct History {
    /// The newest speech, and its total amount.
    samples: VecDeque<i16>,
    most_samples: usize,
    given: u64,
    edges: VecDeque<Given>,
    most_edges: usize,
    /// The speech before the first of these edges.
    first: Stretch,
    /// Speech before this sample was withdrawn.
    flushed: u64,
}

impl History {
    /// Remembers this many samples, and this many edges that the player may not have passed.
    pub(crate) fn new(samples: usize, edges: usize) -> History {
        History {
            samples: VecDeque::new(),
            most_samples: samples,
            given: 0,
            edges: VecDeque::new(),
            // And the one that the player passed last.
            most_edges: edges + 1,
            first: Stretch::default(),
            flushed: 0,
        }
    }

    pub(crate) fn add(&mut self, speech: &[i16]) {
        self.given += speech.len() as u64;
        let most = self.space(self.samples.len() + speech.len());
        let newest = &speech[speech.len().saturating_sub(most)..];
        let surplus = (self.samples.len() + newest.len()).saturating_sub(most);
        self.samples.drain(..surplus);
        self.samples.extend(newest);
    }

    /// Makes space for so many samples, and returns for how many there is, at most.
    fn space(&mut self, wanted: usize) -> usize {
        if wanted > self.samples.capacity() {
            // Twice as much each time, and exactly what it may be at last.
            let more = (2 * wanted).min(self.most_samples).saturating_sub(self.samples.len());
            if self.samples.try_reserve_exact(more).is_err() {
                // Where memory is refused less is remembered.
                return self.samples.capacity();
            }
        }
        self.most_samples
    }

    pub(crate) fn add_edge(&mut self, edge: Edge, place: Place) {
        if self.edges.len() == self.most_edges {
            if let Some(oldest) = self.edges.pop_front() {
                self.first = Stretch::after(oldest);
            }
        }
        self.edges.push_back(Given { edge, place, sample: self.given });
    }

    pub(crate) fn flush(&mut self) {
        self.flushed = self.given;
    }

    /// As [`History::flush`], for the speech before this sample.
    pub(crate) fn flush_until(&mut self, sample: u64) {
        self.flushed = sample;
    }

    /// The end of a phrase, if the player may not have passed it.
    pub(crate) fn end_of(&self, phrase: u64) -> Option<Given> {
        self.edges.iter().find(|given| given.edge == Edge::End(phrase)).copied()
    }

    /// Begins in the middle of a sound: `before` was heard, and the next output stands this many steps after the
    /// following sample.
    pub(crate) fn resume(&mut self, before: &[i16], phase: u32) {
        self.add(before);
        self.first = Stretch { moment: Moment { sample: self.given, phase }, ..self.first };
    }

    /// The player's position in a ring at this ratio, from what is left in the ring.
    pub(crate) fn heard(&self, left: Left, ratio: Ratio) -> Heard {
        let passed = self.edges.len().saturating_sub(left.borders);
        let stretch = passed.checked_sub(1).map_or(self.first, |last| Stretch::after(self.edges[last]));
        if stretch.since < self.flushed {
            return Heard { until: Moment { sample: self.flushed, phase: 0 }, since: self.flushed };
        }
        let end = self.edges.get(passed).map_or(self.given, |next| next.sample);
        let at = ratio.moment(stretch.moment, left.at.saturating_sub(stretch.place));
        // The last output may stand less than a sample before the end, and the next one after it.
        let until = if at.sample < end { at } else { Moment { sample: end, phase: 0 } };
        Heard { until, since: stretch.since }
    }

    /// The edges that the player did not pass.
    pub(crate) fn edges_left(&self, left: Left) -> impl Iterator<Item = Given> {
        self.edges.range(self.edges.len().saturating_sub(left.borders)..).copied()
    }

    pub(crate) fn given(&self) -> u64 {
        self.given
    }

    /// As much of this speech as is remembered.
    pub(crate) fn speech(&self, range: Range<u64>) -> Vec<i16> {
        let oldest = self.given - self.samples.len() as u64;
        let place = |sample: u64| (sample.clamp(oldest, self.given) - oldest) as usize;
        self.samples.range(place(range.start.min(range.end))..place(range.end)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_much_speech_the_newest_is_remembered() {
        let mut history = History::new(100, 4);
        for from in (0..1000).step_by(40) {
            history.add(&(from..from + 40).collect::<Vec<i16>>());
        }
        assert_eq!(history.speech(0..1000), (900..1000).collect::<Vec<i16>>());
        assert_eq!(history.samples.capacity(), 100);
    }

    #[test]
    fn memory_comes_with_speech() {
        let mut history = History::new(1000, 4);
        assert_eq!((history.samples.capacity(), history.edges.capacity()), (0, 0));
        history.add(&[1; 10]);
        assert_eq!(history.samples.capacity(), 20);
    }
}
