//! From the service's speech into the ring, in the rate of the one who plays.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::marks::{Border, Edge, Mark, Place};
use super::ring::{FeedSide, Shared};
use crate::audio::format::{OUTPUT, PlayoutFormat};
use crate::audio::resample::{Ratio, Resampler};
use crate::audio::samples::{from_s16, to_s16};
use crate::error::{Error, Result, Status};

pub struct Outlet {
    side: FeedSide,
    rate: u32,
    /// `None` when the rate stays.
    resampler: Option<Resampler>,
    floats: Vec<f32>,
    resampled: Vec<f32>,
    samples: Vec<i16>,
    written: Place,
}

impl Outlet {
    pub fn new(format: PlayoutFormat, side: FeedSide) -> Result<Outlet> {
        let rate = format.sample_rate;
        let resampler = if rate == OUTPUT.sample_rate {
            None
        } else {
            let ratio = Ratio::between(OUTPUT.sample_rate, rate).ok_or_else(|| {
                let from = OUTPUT.sample_rate;
                Error::new(
                    Status::Unsupported,
                    format!("speech at {from} Hz cannot be converted to {rate} Hz"),
                )
            })?;
            Some(Resampler::new(ratio))
        };
        let (floats, resampled, samples) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Outlet { side, rate, resampler, floats, resampled, samples, written: 0 })
    }

    pub fn shared(&self) -> &Arc<Shared> {
        &self.side.shared
    }

    /// Whether a piece of speech and the end of its phrase fit.
    pub fn has_room(&self, frames: usize) -> bool {
        let delay = self.resampler.as_ref().map_or(0, Resampler::delay);
        let most = self.at_rate(frames + delay) + 2;
        self.side.samples.slots() >= most && self.side.borders.slots() >= 2
    }

    pub fn begin(&mut self, phrase: u64) {
        self.put_border(Edge::Begin(phrase));
    }

    pub fn write(&mut self, speech: &[i16]) {
        let Some(resampler) = &mut self.resampler else {
            return self.put(speech);
        };
        self.floats.clear();
        self.floats.extend(speech.iter().map(|&sample| from_s16(sample)));
        self.resampled.clear();
        resampler.process(&self.floats, &mut self.resampled);
        self.put_resampled();
    }

    /// What the resampler still holds sounds too.
    pub fn settle(&mut self) {
        self.finish_resampling();
        self.put_resampled();
    }

    /// The phrase is whole.
    pub fn end(&mut self) {
        self.settle();
        self.put_border(Edge::End);
        // Last: whoever sees it sees the samples and the border too.
        self.side.shared.complete_to.store(self.written, Ordering::Release);
    }

    /// Nothing that was written until now sounds any more, nor does any phrase up to this number.
    pub fn flush(&mut self, phrase: u64) {
        self.finish_resampling();
        self.side.shared.flushed_phrase.store(phrase, Ordering::Release);
        self.side.shared.flush_to.store(self.written, Ordering::Release);
    }

    /// Samples that are at the new rate already, from a ring that this one replaces.
    pub fn carry_over(&mut self, samples: &[i16], borders: &[Border], complete_to: Place) {
        self.put(samples);
        for border in borders {
            let _ = self.side.borders.push(Border { at: border.at.min(self.written), ..*border });
        }
        self.side.shared.complete_to.store(complete_to.min(self.written), Ordering::Release);
    }

    pub fn next_mark(&mut self) -> Option<Mark> {
        self.side.marks.pop().ok()
    }

    /// What was written and not played yet, in ms.
    pub fn ahead_ms(&self) -> u64 {
        let played = self.side.shared.played.load(Ordering::Acquire);
        let flushed = self.side.shared.flush_to.load(Ordering::Acquire);
        self.written.saturating_sub(played.max(flushed)) * 1000 / u64::from(self.rate)
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

    /// There is room: it was asked for before.
    fn put(&mut self, samples: &[i16]) {
        let (put, rest) = self.side.samples.push_partial_slice(samples);
        debug_assert!(rest.is_empty());
        self.written += put.len() as Place;
    }

    fn put_border(&mut self, edge: Edge) {
        let put = self.side.borders.push(Border { at: self.written, edge });
        debug_assert!(put.is_ok());
    }

    fn at_rate(&self, frames: usize) -> usize {
        (frames as u64 * u64::from(self.rate)).div_ceil(u64::from(OUTPUT.sample_rate)) as usize
    }
}
