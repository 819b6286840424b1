//! A copy of what the player reads, for a recording.

use std::collections::VecDeque;
use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::lock::{Mutex, Rank, lock};
use crate::session::output::echo::Overrun;
use crate::session::output::offer::Offer;

/// Capacity.
pub(super) const ROOM_MS: u32 = 2000;

/// The player's end. As real-time safe as the reader; what does not fit is dropped.
pub(crate) struct Tap {
    sample_rate: u32,
    samples: Producer<i16>,
    taken_by: Arc<Taps>,
}

/// What a player copies: speech, and all that is heard, the original in it.
#[derive(Default)]
pub(crate) struct Copies {
    speech: Option<Tap>,
    mixed: Option<Tap>,
}

impl Copies {
    pub(super) fn exchange(&mut self, speech: &Offer<Tap>, mixed: &Offer<Tap>) {
        speech.exchange(&mut self.speech);
        mixed.exchange(&mut self.mixed);
    }

    pub(super) fn put_speech(&mut self, samples: &[i16]) {
        self.speech.iter_mut().for_each(|tap| tap.put(samples));
    }

    pub(super) fn put_mixed(&mut self, samples: &[i16]) {
        self.mixed.iter_mut().for_each(|tap| tap.put(samples));
    }

    /// At another rate, in rings that the player takes when they are made.
    pub(crate) fn go_on(self, sample_rate: u32, speech: &Offer<Tap>, mixed: &Offer<Tap>) {
        for (tap, offer) in [(self.speech, speech), (self.mixed, mixed)] {
            tap.into_iter().for_each(|tap| offer.make(tap.at_rate(sample_rate)));
        }
    }
}

/// The recorder's end. A player that changes its rate begins another ring.
pub struct Taps {
    rings: Mutex<VecDeque<(u32, Consumer<i16>)>>,
    /// What did not fit.
    overrun: Arc<Overrun>,
}

impl Default for Taps {
    fn default() -> Taps {
        Taps::counted(Arc::default())
    }
}

impl Tap {
    pub(crate) fn new(sample_rate: u32, taken_by: Arc<Taps>) -> Tap {
        let (mut samples, consumer) = RingBuffer::new(sample_rate as usize * ROOM_MS as usize / 1000);
        // The first access to a page is a page fault, which must happen here.
        drop(samples.write_chunk(samples.slots()));
        lock(&taken_by.rings).push_back((sample_rate, consumer));
        Tap { sample_rate, samples, taken_by }
    }

    pub(crate) fn at_rate(self, sample_rate: u32) -> Tap {
        Tap::new(sample_rate, self.taken_by)
    }

    pub(super) fn taken_by(&self) -> &Arc<Taps> {
        &self.taken_by
    }

    pub(crate) fn put(&mut self, samples: &[i16]) {
        let (_, rest) = self.samples.push_partial_slice(samples);
        self.taken_by.overrun.add(rest.len(), self.sample_rate);
    }
}

impl Taps {
    /// What does not fit is counted there.
    pub(crate) fn counted(overrun: Arc<Overrun>) -> Taps {
        Taps { rings: Mutex::new(Rank::Taps, VecDeque::new()), overrun }
    }

    /// How much did not fit, in ms.
    pub(crate) fn overrun_ms(&self) -> u64 {
        self.overrun.ms()
    }

    /// Nothing arrives any more, and everything was taken.
    pub fn is_over(&self) -> bool {
        lock(&self.rings).is_empty()
    }

    /// Returns what arrived, with its rate.
    pub fn drain(&self, mut take: impl FnMut(u32, &[i16])) {
        let mut rings = lock(&self.rings);
        while let Some((rate, samples)) = rings.front_mut() {
            // In this order, so that what was added before the ring was abandoned is seen.
            let is_over = samples.is_abandoned();
            if let Ok(chunk) = samples.read_chunk(samples.slots()) {
                let (first, second) = chunk.as_slices();
                take(*rate, first);
                take(*rate, second);
                chunk.commit_all();
            }
            if !is_over {
                return;
            }
            rings.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(taps: &Taps) -> Vec<(u32, Vec<i16>)> {
        let mut all = Vec::new();
        taps.drain(|rate, samples| {
            if !samples.is_empty() {
                all.push((rate, samples.to_vec()));
            }
        });
        all
    }

    #[test]
    fn what_is_played_arrives_in_order_also_across_rates() {
        let taps = Arc::new(Taps::default());
        let mut tap = Tap::new(8000, taps.clone());
        tap.put(&[1, 2]);
        assert_eq!(drained(&taps), [(8000, vec![1, 2])]);
        tap.put(&[3]);
        let mut tap = tap.at_rate(16_000);
        tap.put(&[4]);
        assert_eq!(drained(&taps), [(8000, vec![3]), (16_000, vec![4])]);
        drop(tap);
        assert_eq!(drained(&taps), []);
        assert!(taps.is_over());
    }

    #[test]
    fn nobody_waits_for_the_one_who_records() {
        let taps = Arc::new(Taps::default());
        let mut tap = Tap::new(8000, taps.clone());
        tap.put(&vec![7; 20_000]);
        assert_eq!(drained(&taps), [(8000, vec![7; 16_000])]);
        assert_eq!(taps.overrun.ms(), 500);
    }
}
