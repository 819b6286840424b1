//! Two sounds compared sample by sample, around a delay.

use crate::arrays::as_arrays;

/// What is compared: 3 s.
const LENGTH: usize = 24_000;
/// What is less loud is silence, as -60 dB of full scale.
const LEAST_POWER: f32 = 1000.0;
/// Before and behind the delay: 40 and 12 ms. A room smears the rhythm to later times.
const BEFORE: usize = 320;
const BEHIND: usize = 96;
/// Of what was played, the delays too.
const PAST: usize = LENGTH + 8000 + BEHIND + 1;

/// The latest samples, without the deep ones that all voices have.
pub(super) struct Fine {
    played: Past,
    sent: Past,
}

struct Past {
    /// Written twice, so that any stretch of it is in one piece.
    samples: Vec<f32>,
    at: usize,
    last: f32,
}

impl Default for Fine {
    fn default() -> Fine {
        Fine { played: Past::new(), sent: Past::new() }
    }
}

impl Fine {
    pub(super) fn add(&mut self, played: i16, sent: i16) {
        self.played.add(played);
        self.sent.add(sent);
    }

    /// Something was to be heard in the last seconds.
    pub(super) fn has_played(&self) -> bool {
        let played = self.played.latest(LENGTH, 0);
        dot(played, played) > LEAST_POWER * LENGTH as f32
    }

    /// The delay at which both are most alike, and how much, from 0 to 1.
    pub(super) fn around(&self, delay: usize) -> Option<(usize, f32)> {
        let sent = self.sent.latest(LENGTH, 0);
        let sent_power = dot(sent, sent);
        let delays = delay.saturating_sub(BEFORE)..=(delay + BEHIND).min(PAST - LENGTH - 1);
        let first = self.played.latest(LENGTH, *delays.start());
        let mut power = dot(first, first);
        let sameness = |delay| {
            let played = self.played.latest(LENGTH, delay);
            let sameness = dot(played, sent).abs() / (power * sent_power).sqrt();
            // One sample is older, and one is left out.
            power += self.played.latest(1, delay + LENGTH)[0].powi(2) - played[LENGTH - 1].powi(2);
            (delay, if sameness.is_finite() { sameness } else { 0.0 })
        };
        delays.map(sameness).max_by(|one, other| one.1.total_cmp(&other.1))
    }
}

/// In lanes, which the compiler does at once.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut lanes = [0.0; 8];
    for (one, other) in as_arrays::<8, _>(one).0.iter().zip(as_arrays::<8, _>(other).0) {
        lanes.iter_mut().zip(one.iter().zip(other)).for_each(|(lane, (one, other))| *lane += one * other);
    }
    lanes.iter().sum()
}

impl Past {
    fn new() -> Past {
        Past { samples: vec![0.0; 2 * PAST], at: 0, last: 0.0 }
    }

    fn add(&mut self, sample: i16) {
        let sample = f32::from(sample);
        let high = sample - 0.95 * std::mem::replace(&mut self.last, sample);
        self.samples[self.at] = high;
        self.samples[self.at + PAST] = high;
        self.at = (self.at + 1) % PAST;
    }

    /// So many samples, which end so long ago.
    fn latest(&self, length: usize, ago: usize) -> &[f32] {
        let end = self.at + PAST - ago;
        &self.samples[end - length..end]
    }
}
