//! What the speaker says while a recording is paused: it must not be in the file, whenever it is sent.

use std::collections::VecDeque;

use crate::audio::format::Format;

/// What a filter spreads over the border of a pause is left out with it, and more.
const MARGIN_MS: u64 = 10;

/// A chunk that was sent, in the caller's frames from the first that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub begin: u64,
    pub end: u64,
    /// Frames per second.
    pub sample_rate: u32,
    /// Frames that were dropped so far.
    pub dropped: u64,
}

/// The pauses whose audio was not sent completely.
#[derive(Default)]
pub(super) struct Pauses {
    /// From this frame of the caller's to that one; the last pause can be without an end.
    pauses: VecDeque<(u64, u64)>,
    last: Option<Place>,
}

impl Pauses {
    /// Nothing of the speaker is left out.
    pub(super) fn is_empty(&self) -> bool {
        self.pauses.is_empty()
    }

    pub(super) fn begin(&mut self, frame: u64) {
        match self.pauses.back_mut() {
            // It goes on, or nothing was said since its end.
            Some((_, end)) if *end >= frame => *end = u64::MAX,
            _ => self.pauses.push_back((frame, u64::MAX)),
        }
    }

    pub(super) fn end(&mut self, frame: u64) {
        if let Some((_, end)) = self.pauses.back_mut().filter(|(_, end)| *end == u64::MAX) {
            *end = frame;
        }
    }

    pub(super) fn is_paused(&self) -> bool {
        self.pauses.back().is_some_and(|&(_, end)| end == u64::MAX)
    }

    /// A chunk was sent of which nothing is left out.
    pub(super) fn pass(&mut self, place: Place) {
        self.last = Some(place);
    }

    /// Silences what was said in pauses, in a chunk of whole frames of the wire.
    pub(super) fn silence(&mut self, place: Place, chunk: &mut [u8], wire: Format) {
        let frame_bytes = wire.frame_bytes();
        let frames = chunk.len() / frame_bytes;
        let margin = u64::from(place.sample_rate) * MARGIN_MS / 1000;
        // Where frames of two formats meet, or some are missing, or silence is between them, the place of each is not
        // known.
        let length = frames as u64 * u64::from(place.sample_rate) / u64::from(wire.sample_rate);
        let is_even = length.abs_diff(place.end - place.begin) <= margin / 2
            && self
                .last
                .is_none_or(|last| (last.sample_rate, last.dropped) == (place.sample_rate, place.dropped));
        self.last = Some(place);
        for &(from, to) in &self.pauses {
            let (from, to) = (from.saturating_sub(margin), to.saturating_add(margin));
            if to <= place.begin || from >= place.end {
                continue;
            }
            let span = if is_even { at(place, from, frames)..at(place, to, frames + 1) } else { 0..frames };
            let span = span.start..span.end.min(frames);
            chunk[span.start * frame_bytes..span.end * frame_bytes].fill(0);
        }
        self.pauses.retain(|&(_, to)| to.saturating_add(margin) > place.end);
    }
}

/// Which of `frames` the caller's frame is in.
fn at(place: Place, frame: u64, frames: usize) -> usize {
    let length = (place.end - place.begin).max(1);
    let into = frame.clamp(place.begin, place.end) - place.begin;
    (u128::from(into) * frames as u128 / u128::from(length)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 1000;

    fn place(begin: u64, end: u64) -> Place {
        Place { begin, end, sample_rate: RATE, dropped: 0 }
    }

    /// Which frames are heard of a chunk with as many frames on the wire, at this rate.
    fn heard_at(sample_rate: u32, pauses: &mut Pauses, place: Place, frames: usize) -> Vec<bool> {
        let mut chunk = vec![1; 2 * frames];
        pauses.silence(place, &mut chunk, Format { sample_rate, channels: 1 });
        assert!(chunk.as_chunks::<2>().0.iter().all(|[a, b]| a == b), "whole frames");
        chunk.iter().step_by(2).map(|&byte| byte == 1).collect()
    }

    fn heard(pauses: &mut Pauses, place: Place, frames: usize) -> Vec<bool> {
        heard_at(RATE, pauses, place, frames)
    }

    fn runs(heard: &[bool]) -> Vec<(bool, usize)> {
        heard.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect()
    }

    #[test]
    fn what_was_said_in_a_pause_is_silent_whenever_it_is_sent() {
        let mut pauses = Pauses::default();
        pauses.begin(150);
        assert_eq!(runs(&heard(&mut pauses, place(0, 100), 100)), [(true, 100)]);
        pauses.end(250);
        // The margin of 10 ms on both sides.
        assert_eq!(runs(&heard(&mut pauses, place(100, 200), 100)), [(true, 40), (false, 60)]);
        assert_eq!(runs(&heard_at(2000, &mut pauses, place(200, 300), 200)), [(false, 120), (true, 80)]);
        assert!(pauses.is_empty());
        assert_eq!(runs(&heard(&mut pauses, place(300, 400), 100)), [(true, 100)]);
    }

    #[test]
    fn short_pauses_in_one_chunk_are_all_left_out() {
        let mut pauses = Pauses::default();
        for from in [100, 200, 300] {
            pauses.begin(from);
            pauses.begin(from + 5);
            assert!(pauses.is_paused());
            pauses.end(from + 20);
            pauses.end(from + 30);
            assert!(!pauses.is_paused());
        }
        let silent = [(true, 90), (false, 40), (true, 60), (false, 40), (true, 60), (false, 40), (true, 70)];
        assert_eq!(runs(&heard(&mut pauses, place(0, 400), 400)), silent);
        assert!(pauses.is_empty());
    }

    #[test]
    fn where_places_are_not_known_a_chunk_with_a_pause_is_left_out() {
        for (odd, frames) in [
            (Place { dropped: 7, ..place(100, 200) }, 100),
            (Place { sample_rate: 2000, ..place(100, 200) }, 50),
            (place(100, 200), 120),
        ] {
            let mut pauses = Pauses::default();
            pauses.pass(place(0, 100));
            pauses.begin(180);
            assert_eq!(runs(&heard(&mut pauses, odd, frames)), [(false, frames)]);
        }
    }
}
