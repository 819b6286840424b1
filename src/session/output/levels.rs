//! How loud the original is, as callers change it while players read.

use crate::sync::{AtomicU64, Ordering};

use crate::audio::duck::Ducking;
use crate::audio::format::Format;

/// Gains of the original, and how it gives way to speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalLevels {
    /// 0: it is not heard, also while nobody speaks.
    pub percent: u32,
    pub duck_percent: u32,
    pub attack_ms: u32,
    pub release_ms: u32,
}

impl OriginalLevels {
    /// Silence, which every change begins or ends at.
    pub(super) const OFF: OriginalLevels =
        OriginalLevels { percent: 0, duck_percent: 0, attack_ms: 1, release_ms: 1 };

    pub fn is_on(self) -> bool {
        self.percent > 0
    }

    pub(super) fn ducking(self, format: Format) -> Ducking {
        let share = |percent: u32| if self.is_on() { percent as f32 / 100.0 } else { 0.0 };
        Ducking {
            open: share(self.percent),
            ducked: share(self.duck_percent),
            attack_frames: format.frames_in_ms(self.attack_ms) as u32,
            release_frames: format.frames_in_ms(self.release_ms) as u32,
        }
    }
}

/// The same for all players of a line. All numbers change at once.
pub(crate) struct SharedLevels(AtomicU64);

/// Bits of a time in ms, and of a gain in percent.
const MS: u32 = 24;
const PERCENT: u32 = 8;

impl SharedLevels {
    pub(crate) fn new(levels: OriginalLevels) -> SharedLevels {
        SharedLevels(AtomicU64::new(packed(levels)))
    }

    pub(crate) fn set(&self, levels: OriginalLevels) {
        self.0.store(packed(levels), Ordering::Release);
    }

    pub(crate) fn get(&self) -> OriginalLevels {
        let packed = self.0.load(Ordering::Acquire);
        let field = |from: u32, bits: u32| (packed >> from) as u32 & ((1 << bits) - 1);
        OriginalLevels {
            percent: field(0, PERCENT),
            duck_percent: field(PERCENT, PERCENT),
            attack_ms: field(2 * PERCENT, MS),
            release_ms: field(2 * PERCENT + MS, MS),
        }
    }
}

fn packed(levels: OriginalLevels) -> u64 {
    let OriginalLevels { percent, duck_percent, attack_ms, release_ms } = levels;
    let times = u64::from(attack_ms) << (2 * PERCENT) | u64::from(release_ms) << (2 * PERCENT + MS);
    u64::from(percent) | u64::from(duck_percent) << PERCENT | times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_levels_are_what_was_set() {
        let shared = SharedLevels::new(OriginalLevels::OFF);
        assert_eq!(shared.get(), OriginalLevels::OFF);
        for levels in [
            OriginalLevels { percent: 100, duck_percent: 0, attack_ms: 10_000, release_ms: 1 },
            OriginalLevels { percent: 1, duck_percent: 100, attack_ms: 1, release_ms: 10_000 },
        ] {
            shared.set(levels);
            assert_eq!(shared.get(), levels);
        }
    }
}
