//! One side of a recording that comes from an audio thread.

use std::sync::Arc;

use super::track::Track;
use crate::session::output::mono::Mono;
use crate::session::output::play::tap::Taps;

pub(super) struct Tapped {
    taps: Vec<Arc<Taps>>,
    /// At the rate of the file.
    mono: Mono,
    /// What is ahead of its time is left out, however long the recording is.
    keeps_time: bool,
    pub track: Track,
}

impl Tapped {
    pub(super) fn new(sample_rate: u32, keeps_time: bool) -> Tapped {
        Tapped { taps: Vec::new(), mono: Mono::new(sample_rate), keeps_time, track: Track::new(sample_rate) }
    }

    /// What arrives there is taken too.
    pub(super) fn attach(&mut self, taps: Arc<Taps>) {
        // One that nobody can fill any more has told everything.
        self.taps.retain(|taps| Arc::strong_count(taps) > 1 || !taps.is_over());
        self.taps.push(taps);
    }

    /// Takes what has arrived until now, or with `is_paused` leaves it out.
    pub(super) fn take(&mut self, now_ms: u64, is_paused: bool) {
        let Tapped { taps, mono, keeps_time, track } = self;
        let mut take = |rate, samples: &[i16]| {
            if samples.is_empty() || is_paused {
                return;
            }
            let samples = mono.convert(rate, samples);
            let excess = if *keeps_time { track.excess(samples.len(), now_ms) } else { 0 };
            track.add(samples.skip(excess), now_ms);
        };
        taps.iter().for_each(|taps| taps.drain(&mut take));
    }
}
