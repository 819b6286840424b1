//! One side of a recording that comes from an audio thread.

use std::sync::Arc;

use super::track::Track;
use crate::session::output::mono::Mono;
use crate::session::output::play::tap::Taps;

pub(super) struct Tapped {
    /// With how many ms had not fitted there.
    taps: Vec<(Arc<Taps>, u64)>,
    /// At the rate of the file.
    mono: Mono,
    /// What is ahead of its time is left out, however long the recording is.
    keeps_time: bool,
    /// A part is missing that came faster than it was taken.
    pub is_lossy: bool,
    pub track: Track,
}

impl Tapped {
    pub(super) fn new(sample_rate: u32, keeps_time: bool) -> Tapped {
        let (mono, track) = (Mono::new(sample_rate), Track::new(sample_rate));
        Tapped { taps: Vec::new(), mono, keeps_time, is_lossy: false, track }
    }

    /// What arrives there is taken too.
    pub(super) fn attach(&mut self, taps: Arc<Taps>) {
        // One that nobody can fill any more has told everything.
        self.taps.retain(|(taps, _)| Arc::strong_count(taps) > 1 || !taps.is_over());
        let overrun_ms = taps.overrun_ms();
        self.taps.push((taps, overrun_ms));
    }

    /// Takes what has arrived until now, or with `is_paused` leaves it out.
    pub(super) fn take(&mut self, now_ms: u64, is_paused: bool) {
        let Tapped { taps, mono, keeps_time, is_lossy, track } = self;
        // How far the side would be if all that came were there.
        let mut reached = track.end();
        let mut take = |rate, samples: &[i16]| {
            if samples.is_empty() || is_paused {
                return;
            }
            let samples = mono.convert(rate, samples);
            reached += samples.len() as u64;
            let excess = if *keeps_time { track.excess(samples.len(), now_ms) } else { 0 };
            track.add(samples.skip(excess), now_ms);
        };
        taps.iter().for_each(|(taps, _)| taps.drain(&mut take));
        let overruns = taps.iter_mut().map(|(taps, known)| {
            let now = taps.overrun_ms();
            now - std::mem::replace(known, now)
        });
        let missing_ms = overruns.sum::<u64>();
        let is_ahead = *keeps_time && track.is_ahead(reached + track.second() * missing_ms / 1000, now_ms);
        *is_lossy |= missing_ms > 0 && !is_paused && !is_ahead;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::output::play::tap::Tap;

    const RATE: u32 = 8000;

    /// A side with the tap of a reader.
    fn tapped(keeps_time: bool) -> (Tapped, Tap) {
        let (mut side, taps) = (Tapped::new(RATE, keeps_time), Arc::new(Taps::default()));
        side.attach(taps.clone());
        (side, Tap::new(RATE, taps))
    }

    /// A party leaves, and another one has its place before what it said last was taken.
    #[test]
    fn the_last_words_of_who_has_left_are_taken() {
        let (mut side, mut tap) = tapped(false);
        tap.put(&[7; 160]);
        drop(tap);
        side.attach(Arc::default());
        side.take(20, false);
        assert_eq!(side.track.end(), 160);
    }

    #[test]
    fn what_came_faster_than_it_was_taken_is_missing() {
        let (mut side, mut tap) = tapped(false);
        tap.put(&[7; 16_000]);
        side.take(2000, false);
        tap.put(&[7; 20_000]);
        side.take(4500, true);
        assert!(!side.is_lossy, "all of it is there but what is of a pause");
        tap.put(&[7; 20_000]);
        side.take(7000, false);
        assert!(side.is_lossy);
    }

    #[test]
    fn what_is_ahead_of_its_time_is_not_missing() {
        let (mut side, mut tap) = tapped(true);
        tap.put(&[7; 20_000]);
        side.take(20, false);
        assert!(!side.is_lossy);
        // After a moment in which nothing was taken.
        tap.put(&[7; 20_000]);
        side.take(2100, false);
        assert!(!side.is_lossy);
        tap.put(&[7; 20_000]);
        side.take(60_000, false);
        assert!(side.is_lossy, "the library stood still");
    }
}
