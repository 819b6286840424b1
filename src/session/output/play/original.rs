//! Mixes the original under the translation. As real-time safe as the reader.

use std::sync::Arc;

use rtrb::Consumer;

use crate::audio::duck::Ducker;
use crate::audio::format::Format;
use crate::session::output::levels::{OriginalLevels, SharedLevels};

/// Length of a change of the levels.
const FADE_MS: u32 = 20;
/// Frames mixed at a time.
const BLOCK: usize = 256;

pub(crate) struct OriginalMix {
    samples: Consumer<i16>,
    levels: Arc<SharedLevels>,
    /// The levels that the ducker has.
    present: OriginalLevels,
    ducker: Ducker,
    /// What the player reads.
    format: Format,
    is_playing: bool,
    /// How much must wait before it begins, besides what one read takes: a chunk, and its possible delay.
    chunk: usize,
    late: usize,
    /// Above this surplus the oldest audio is skipped.
    surplus: usize,
}

impl OriginalMix {
    /// Begins at the `present` levels when `chunk` and `late` frames wait, and skips what waits above `surplus` more.
    pub(crate) fn new(
        samples: Consumer<i16>,
        format: Format,
        (levels, present): (Arc<SharedLevels>, OriginalLevels),
        [chunk, late, surplus]: [usize; 3],
    ) -> OriginalMix {
        let ducker = Ducker::new(present.ducking(format));
        OriginalMix { samples, levels, present, ducker, format, is_playing: false, chunk, late, surplus }
    }

    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.samples.slots()
    }

    /// Mixes a part of one read, which is `asked` in total. Returns whether the original is heard.
    pub(crate) fn mix(&mut self, speech: &mut [i16], is_speaking: bool, asked: usize) -> bool {
        let mut is_heard = false;
        let mut under = [0; BLOCK];
        for speech in speech.chunks_mut(BLOCK) {
            let taken = self.take(&mut under[..speech.len()], asked);
            if taken > 0 {
                self.follow_levels();
            }
            is_heard |= self.ducker.mix(speech, &under[..taken], is_speaking);
        }
        is_heard
    }

    /// Not before there is something to fade.
    fn follow_levels(&mut self) {
        let levels = self.levels.get();
        if levels != self.present {
            self.present = levels;
            self.ducker.change(levels.ducking(self.format), self.format.frames_in_ms(FADE_MS));
        }
    }

    fn take(&mut self, samples: &mut [i16], asked: usize) -> usize {
        let waiting = self.samples.slots();
        let prime = self.chunk + self.late.max(asked);
        self.is_playing |= waiting >= prime;
        if !self.is_playing {
            return 0;
        }
        if waiting > prime + self.surplus
            && let Ok(surplus) = self.samples.read_chunk(waiting - prime)
        {
            surplus.commit_all();
        }
        let (taken, rest) = self.samples.pop_partial_slice(samples);
        self.is_playing = rest.is_empty();
        taken.len()
    }
}
