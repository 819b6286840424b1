//! The detour of what a session sends over the thread for signal processing.

use crate::audio::convert::InputFormat;
use crate::error::{Error, Result, Status};
use crate::runtime::try_cell::TryCell;
use crate::session::input::Inlet;
use crate::session::listening::cleaner::LineCleaner;
use crate::session::listening::detour::{DetourEntry, open_detour};
use crate::sync::{AtomicBool, Ordering};

/// The detour that the audio takes.
pub(crate) struct Cleaning {
    /// One sender at a time.
    entry: TryCell<DetourEntry>,
    pub(super) cleaner: TryCell<LineCleaner>,
    /// What was sent so far is to leave, even if it fills no block.
    pub(super) must_flush: AtomicBool,
}

/// The sender's side: wait-free, as sending.
impl Cleaning {
    pub(super) fn new(entry: DetourEntry, cleaner: LineCleaner) -> Cleaning {
        let (entry, cleaner) = (TryCell::new(entry), TryCell::new(cleaner));
        Cleaning { entry, cleaner, must_flush: AtomicBool::new(false) }
    }

    /// `input` is what must take it, if anything must.
    pub(super) fn put<'a>(
        &self,
        input: Option<&Inlet>,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
    ) -> std::result::Result<usize, Status> {
        let put = |entry: &mut DetourEntry| {
            let frame_bytes = entry.format().frame_bytes();
            let bytes = bytes_of(frame_bytes)?;
            let most = self.space_in(entry, input) * frame_bytes;
            Ok(entry.put(&bytes[..bytes.len().min(most)], false))
        };
        self.entry.try_with(put).unwrap_or(Err(Status::Busy))
    }

    pub(super) fn lose(&self, frames: usize, input: Option<&Inlet>) -> std::result::Result<usize, Status> {
        let lose = |entry: &mut DetourEntry| entry.lose(frames.min(self.space_in(entry, input)));
        self.entry.try_with(lose).ok_or(Status::Busy)
    }

    pub(super) fn flush(&self) {
        self.must_flush.store(true, Ordering::Release);
    }

    pub(super) fn space(&self, input: Option<&Inlet>) -> std::result::Result<usize, Status> {
        self.entry.try_with(|entry| self.space_in(entry, input)).ok_or(Status::Busy)
    }

    /// The caller's present format; `None` when another thread is sending.
    pub(super) fn format(&self) -> Option<InputFormat> {
        self.entry.try_with(|entry| entry.format())
    }

    /// Frames that both the detour and the input behind it take.
    fn space_in(&self, entry: &DetourEntry, input: Option<&Inlet>) -> usize {
        let rate = u64::from(entry.format().sample_rate);
        let behind = input.map_or(u64::MAX / rate, |input| input.space_frames() as u64);
        let behind = behind * rate / u64::from(input.map_or(1, Inlet::sample_rate));
        entry.space().min((behind as usize).saturating_sub(entry.waiting()))
    }

    /// Changes what is sent. What is sent on has the same format as before.
    pub(super) fn set_format(&self, format: InputFormat) -> Result<()> {
        let (mut entry, detour) = open_detour(format)?;
        let changed = self.entry.try_with(|before| before.go_on(&mut entry, Some(detour)));
        // The one before ends here, behind the cell.
        drop(entry);
        changed.ok_or_else(|| Error::from(Status::Busy))
    }
}
