//! A copy of what a session sends, for who listens. As real-time safe as sending.

use super::voice_tap::VoiceTap;
use crate::audio::convert::InputFormat;
use crate::runtime::try_cell::TryCell;

pub(crate) struct Said {
    /// One sender at a time has access, as to the input.
    tap: TryCell<Option<VoiceTap>>,
}

impl Said {
    pub(crate) fn new(tap: VoiceTap) -> Said {
        Said { tap: TryCell::new(Some(tap)) }
    }

    /// For what is sent in another format; `None` when another thread is sending.
    pub(crate) fn in_format(&self, format: InputFormat) -> Option<VoiceTap> {
        self.tap.try_with(|tap| tap.as_ref().map(|tap| tap.in_format(format))).flatten()
    }

    /// What is sent from now on is copied to `next`, while nobody sends. Leaves the one before, which the caller frees: until
    /// then who listens waits for more of it.
    pub(crate) fn change(&self, next: &mut Option<VoiceTap>) {
        self.tap.try_with(|tap| std::mem::swap(tap, next));
    }

    /// Takes whole frames.
    pub(crate) fn put(&self, bytes: &[u8]) {
        self.with_tap(|tap| tap.put(bytes));
    }

    /// As [`Said::put`], for frames that were lost.
    pub(crate) fn lose(&self, frames: usize) {
        self.with_tap(|tap| tap.put_silence(frames));
    }

    fn with_tap(&self, copy: impl FnOnce(&mut VoiceTap)) {
        self.tap.try_with(|tap| {
            tap.as_mut().map(copy);
        });
    }
}
