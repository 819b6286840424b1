//! The spectra of what was played, matched with what is sent by counting.

#[cfg(test)]
mod tests;

use super::spectrum::{BINS, BLOCK, Bins, LENGTH, Spectrum};

/// Blocks that are played may come so much earlier than what is sent beside them: 368 ms.
const EARLY: usize = 92;

/// The last two of the blocks that were played.
#[derive(Clone)]
pub(super) struct Played {
    pub spectrum: Spectrum,
    /// Of its power: of what is transformed only one block is new.
    pub half: Bins,
}

pub(super) struct History {
    /// What ends with block n is at n modulo the length.
    spectra: Vec<Played>,
    /// As late as an echo can be.
    late: usize,
    latest: [f32; LENGTH],
    played: usize,
    sent: usize,
}

impl Played {
    const NOTHING: Played = Played { spectrum: Spectrum::ZERO, half: [0.0; BINS] };

    fn of(spectrum: Spectrum) -> Played {
        Played { half: std::array::from_fn(|bin| 0.5 * spectrum.power(bin)), spectrum }
    }
}

impl History {
    pub(super) fn new(late: usize) -> History {
        // Counted from there, so that nothing is before the first.
        let first = late + EARLY;
        History {
            spectra: vec![Played::NOTHING; first],
            late,
            latest: [0.0; LENGTH],
            played: first,
            sent: first,
        }
    }

    pub(super) fn play(&mut self, block: [f32; BLOCK]) {
        self.latest.copy_within(BLOCK.., 0);
        self.latest[BLOCK..].copy_from_slice(&block);
        // What is later than an echo can be is of no use: it is taken for what is played now. What is too early would have no room.
        if self.played + self.late <= self.sent {
            self.played = self.sent;
        }
        self.sent = self.sent.max(self.played + 1 - EARLY);
        let at = self.played % self.spectra.len();
        self.spectra[at] = Played::of(Spectrum::of(self.latest));
        self.played += 1;
    }

    /// What was played beside the next block that is sent, and before it, the latest first.
    pub(super) fn next(&mut self) -> impl Iterator<Item = &Played> + Clone {
        let at = self.sent % self.spectra.len();
        if self.sent >= self.played {
            self.spectra[at] = Played::NOTHING;
        }
        self.sent += 1;
        let (newer, older) = self.spectra.split_at(at + 1);
        newer.iter().rev().chain(older.iter().rev()).take(self.late)
    }
}
