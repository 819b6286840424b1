//! The rhythm of two sounds, compared at all delays.

/// Samples that have one loudness: 4 ms.
pub(super) const HOP: usize = 32;
/// Delays that are looked at: up to one second.
const LAGS: usize = 250;
/// The past is forgotten within 6 s.
const MEMORY: f32 = 1.0 - 1.0 / 1500.0;
/// What is louder or softer than usual within half a second counts.
const USUAL: f32 = 1.0 / 125.0;
/// Rooms smear within 80 ms, so levels are compared over as long.
const SMOOTH: f32 = 1.0 / 20.0;

/// The best delay, in hops.
pub(super) struct Best {
    pub lag: usize,
    /// From -1 to 1.
    pub likeness: f32,
}

/// Compares the loudness of now with an earlier one.
#[derive(Clone, Copy, Default)]
struct Sums {
    product: f32,
    square: f32,
}

/// One of both sounds.
#[derive(Default)]
struct Loudness {
    power: f32,
    last: f32,
    usual: f32,
    smooth: f32,
    smooth_usual: f32,
}

/// Of one hop: how much the loudness differs from the usual one, at once and smoothed.
#[derive(Clone, Copy, Default)]
struct Hop {
    fast: f32,
    slow: f32,
}

pub(super) struct Envelopes {
    played: Loudness,
    sent: Loudness,
    samples: usize,
    /// Of what was played, the newest at `at`.
    past: [Hop; LAGS],
    at: usize,
    fast: [Sums; LAGS],
    slow: [Sums; LAGS],
    sent_square: f32,
}

impl Default for Envelopes {
    fn default() -> Envelopes {
        Envelopes {
            played: Loudness::default(),
            sent: Loudness::default(),
            samples: 0,
            past: [Hop::default(); LAGS],
            at: 0,
            fast: [Sums::default(); LAGS],
            slow: [Sums::default(); LAGS],
            sent_square: 0.0,
        }
    }
}

impl Envelopes {
    pub(super) fn add(&mut self, played: i16, sent: i16) {
        self.played.add(played);
        self.sent.add(sent);
        self.samples += 1;
        if self.samples == HOP {
            self.samples = 0;
            self.compare();
        }
    }

    fn compare(&mut self) {
        let (played, sent) = (self.played.hop(), self.sent.hop());
        self.at = (self.at + 1) % LAGS;
        self.past[self.at] = played;
        self.sent_square = MEMORY * self.sent_square + sent.fast * sent.fast;
        // The newest first.
        let (newer, older) = self.past.split_at(self.at + 1);
        let past = newer.iter().rev().chain(older.iter().rev());
        for ((fast, slow), then) in self.fast.iter_mut().zip(&mut self.slow).zip(past) {
            fast.add(then.fast, sent.fast);
            slow.add(then.slow, sent.slow);
        }
    }

    pub(super) fn best(&self) -> Option<Best> {
        let likeness = |sums: &Sums| sums.product / (sums.square * self.sent_square).sqrt();
        let all = self.fast.iter().map(likeness).enumerate().filter(|(_, likeness)| likeness.is_finite());
        all.max_by(|one, other| one.1.total_cmp(&other.1)).map(|(lag, likeness)| Best { lag, likeness })
    }

    /// How loud what comes back so late is.
    pub(super) fn level_db(&self, lag: usize) -> f32 {
        let sums = self.slow[lag.min(LAGS - 1)];
        10.0 * (sums.product / sums.square).max(1e-10).log10()
    }
}

impl Sums {
    fn add(&mut self, then: f32, now: f32) {
        self.product = MEMORY * self.product + then * now;
        self.square = MEMORY * self.square + then * then;
    }
}

impl Loudness {
    fn add(&mut self, sample: i16) {
        let sample = f32::from(sample);
        // Hum is no rhythm.
        self.power += (sample - self.last).powi(2);
        self.last = sample;
    }

    fn hop(&mut self) -> Hop {
        let power = std::mem::take(&mut self.power) / HOP as f32;
        let amplitude = power.sqrt();
        self.usual += USUAL * (amplitude - self.usual);
        self.smooth += SMOOTH * (power - self.smooth);
        self.smooth_usual += USUAL * (self.smooth - self.smooth_usual);
        Hop { fast: amplitude - self.usual, slow: self.smooth - self.smooth_usual }
    }
}
