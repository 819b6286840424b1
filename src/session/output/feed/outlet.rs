//! Converts the service's speech to the player's rate and puts it into the ring.

use crate::sync::Ordering;
use std::sync::Arc;

use super::history::History;
use crate::audio::format::{OUTPUT, PlayoutFormat};
use crate::audio::ratio::Ratio;
use crate::audio::resample::{MOST_MEMORY, Resampler};
use crate::audio::samples::{from_s16, to_s16};
use crate::error::{Error, Result, Status};
use crate::session::output::marks::{Border, Edge, Left, Mark, Place};
use crate::session::output::ring::{self, FeedSide, Shared};

pub(crate) struct Outlet {
    side: FeedSide,
    rate: u32,
    ratio: Ratio,
    /// `None` when the rate is the same.
    resampler: Option<Resampler>,
    /// For another outlet that takes over.
    history: History,
    floats: Vec<f32>,
    resampled: Vec<f32>,
    samples: Vec<i16>,
    written: Place,
}

impl Outlet {
    pub(crate) fn new(format: PlayoutFormat, side: FeedSide) -> Result<Outlet> {
        let rate = format.sample_rate;
        let ratio = Ratio::between(OUTPUT.sample_rate, rate).ok_or_else(|| {
            let from = OUTPUT.sample_rate;
            Error::new(Status::Unsupported, format!("speech at {from} Hz cannot be converted to {rate} Hz"))
        })?;
        let resampler = (rate != OUTPUT.sample_rate).then(|| Resampler::new(ratio));
        // What the ring can hold, what waits in the filter, and what the next filter needs from before.
        let ring = side.samples.slots() as u64 * u64::from(OUTPUT.sample_rate);
        let unheard = ring.div_ceil(rate.into()) as usize + 2 * MOST_MEMORY;
        let history = History::new(unheard + MOST_MEMORY, ring::BORDERS);
        let (floats, resampled, samples) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Outlet { side, rate, ratio, resampler, history, floats, resampled, samples, written: 0 })
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.side.shared
    }

    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// Frames that the player has read, silence included.
    pub(crate) fn read(&self) -> u64 {
        self.side.shared.clock.load(Ordering::Relaxed)
    }

    /// Returns whether a piece of speech and the end of its phrase fit.
    pub(crate) fn has_room(&self, frames: usize) -> bool {
        let delay = self.resampler.as_ref().map_or(0, Resampler::delay);
        let most = self.at_rate(frames + delay) + 2 + ring::SPARE;
        self.side.samples.slots() >= most && self.side.borders.slots() >= 2
    }

    pub(crate) fn begin(&mut self, phrase: u64) {
        self.put_border(Edge::Begin(phrase));
    }

    pub(crate) fn write(&mut self, speech: &[i16]) {
        self.history.add(speech);
        let Some(resampler) = &mut self.resampler else {
            return self.put(speech);
        };
        set_floats(&mut self.floats, speech);
        self.resampled.clear();
        resampler.process(&self.floats, &mut self.resampled);
        self.put_resampled();
    }

    /// The phrase is complete: what the resampler still holds is played too.
    pub(crate) fn end(&mut self, phrase: u64) {
        self.finish_resampling();
        self.put_resampled();
        self.put_border(Edge::End(phrase));
        // Last, so that a reader that sees it sees the samples and the boundary too.
        self.side.shared.complete_to.store(self.written, Ordering::Release);
    }

    /// Withdraws everything that was written so far, and every phrase up to this number.
    pub(crate) fn flush(&mut self, phrase: u64) {
        self.finish_resampling();
        self.history.flush();
        self.side.shared.flushed_phrase.store(phrase, Ordering::Release);
        self.side.shared.flush_to.store(self.written, Ordering::Release);
    }

    /// Withdraws a phrase of which everything was written, and the phrases before it.
    pub(crate) fn flush_until(&mut self, phrase: u64) {
        let shared = &self.side.shared;
        // Without an end in the history, or before another flush, nothing of it is played any more.
        let flushed = shared.flush_to.load(Ordering::Relaxed);
        let Some(end) = self.history.end_of(phrase).filter(|end| end.place > flushed) else { return };
        self.history.flush_until(end.sample);
        shared.flushed_phrase.store(phrase, Ordering::Release);
        shared.flush_to.store(end.place, Ordering::Release);
    }

    /// Continues at the position of another outlet's player. The unheard part is converted again from the original
    /// speech, and the filter knows the samples before it: nothing shows that the rate was another one.
    pub(crate) fn take_over(&mut self, other: &Outlet, left: Left) {
        let history = &other.history;
        let heard = history.heard(left, other.ratio);
        let from = self.ratio.nearest(heard.until, other.ratio);
        let memory = from.sample.saturating_sub(MOST_MEMORY as u64).max(heard.since);
        self.resume(&history.speech(memory..from.sample), from.phase);
        let mut at = from.sample;
        for given in history.edges_left(left) {
            self.write(&history.speech(at..given.sample));
            at = at.max(given.sample);
            match given.edge {
                Edge::Begin(phrase) => self.begin(phrase),
                Edge::End(phrase) => self.end(phrase),
            }
        }
        self.write(&history.speech(at..history.given()));
    }

    pub(crate) fn next_mark(&mut self) -> Option<Mark> {
        self.side.marks.pop().ok()
    }

    /// The amount that was written and not played yet, in ms.
    pub(crate) fn ahead_ms(&self) -> u64 {
        let played = self.side.shared.played.load(Ordering::Acquire);
        let flushed = self.side.shared.flush_to.load(Ordering::Acquire);
        self.written.saturating_sub(played.max(flushed)) * 1000 / u64::from(self.rate)
    }

    fn resume(&mut self, before: &[i16], phase: u32) {
        self.history.resume(before, phase);
        if let Some(resampler) = &mut self.resampler {
            set_floats(&mut self.floats, before);
            resampler.resume(&self.floats, phase);
        }
    }

    fn finish_resampling(&mut self) {
        self.resampled.clear();
        if let Some(resampler) = &mut self.resampler {
            resampler.finish(&mut self.resampled);
        }
    }

    fn put_resampled(&mut self) {
        self.samples.clear();
        self.samples.extend(self.resampled.iter().map(|&sample| to_s16(sample)));
        let samples = std::mem::take(&mut self.samples);
        self.put(&samples);
        self.samples = samples;
    }

    /// It fits: the space was checked before.
    fn put(&mut self, samples: &[i16]) {
        let (put, rest) = self.side.samples.push_partial_slice(samples);
        debug_assert!(rest.is_empty());
        self.written += put.len() as Place;
    }

    fn put_border(&mut self, edge: Edge) {
        self.history.add_edge(edge, self.written);
        let put = self.side.borders.push(Border { at: self.written, edge });
        debug_assert!(put.is_ok());
    }

    fn at_rate(&self, frames: usize) -> usize {
        (frames as u64 * u64::from(self.rate)).div_ceil(u64::from(OUTPUT.sample_rate)) as usize
    }
}

fn set_floats(floats: &mut Vec<f32>, samples: &[i16]) {
    floats.clear();
    floats.extend(samples.iter().map(|&sample| from_s16(sample)));
}
