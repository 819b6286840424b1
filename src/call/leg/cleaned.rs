//! What a party says, cleaned on the thread for signal processing, which passes it on.

use std::sync::{Arc, Weak};

use super::exchange::{Counted, Rest};
use super::{Cleaning, Leg, Route, Sender, Way, input_of};
use crate::audio::format::PlayoutFormat;
use crate::call::jitter::Jitter;
use crate::error::{Result, Status};
use crate::runtime::dsp::Process;
use crate::runtime::try_cell::TryCell;
use crate::session::listening::cleaner::{LineCleaner, Onward};
use crate::session::listening::detour::{Detour, DetourEntry, open_detour};
use crate::sync::yield_now;

/// Visits a leg while there is one.
pub(in crate::call) struct Visits(pub Weak<Leg>);

/// Where the sound of a leg goes on.
struct OnwardOf<'a> {
    leg: &'a Leg,
    way: &'a mut Way,
    rate: u32,
}

impl Leg {
    /// From now on what is sent goes through a cleaner, which is made from the other end of the detour.
    pub(in crate::call) fn begin_cleaning(&self, make: impl FnOnce(Detour) -> LineCleaner) -> Result<()> {
        let (entry, detour) = open_detour(input_of(self.input.get(), self.options.input))?;
        let cleaner = make(detour);
        let way =
            self.with_sender(|sender| match std::mem::replace(&mut sender.route, Route::Detour(entry)) {
                Route::Direct(way) => Ok(way),
                Route::Detour(_) => Err(Status::Internal),
            })?;
        let _nobody_else_begins = self.cleaning.set(TryCell::new(Cleaning { cleaner, way }));
        Ok(())
    }

    /// Changes what is sent. What is passed on has the same format as before.
    pub(in crate::call) fn change_detour(&self, format: PlayoutFormat, jitter: &mut Jitter) -> Result<()> {
        let (mut entry, detour) = open_detour(input_of(format, self.options.input))?;
        let changed = self.sender.try_with(|Sender { route, jitter: present }| {
            let Route::Detour(before) = route else { return Err(Status::Internal) };
            before.go_on(&mut entry, Some(detour));
            std::mem::swap(present, jitter);
            self.input.set(format);
            Ok(())
        });
        // The one before ends here, behind the cell.
        drop(entry);
        Ok(changed.unwrap_or(Err(Status::Busy))?)
    }

    /// All that was sent is passed on.
    pub(in crate::call) fn finish_cleaning(&self) {
        if let Some(cleaning) = self.cleaning.get() {
            wait_for(cleaning, |cleaning| self.visit(cleaning, true));
        }
    }

    pub(super) fn with_cleaned_way<R>(
        &self,
        cleaning: &TryCell<Cleaning>,
        deed: impl FnOnce(&mut Way) -> std::result::Result<R, Status>,
    ) -> std::result::Result<R, Status> {
        wait_for(cleaning, |cleaning| {
            self.renew(&mut cleaning.way);
            deed(&mut cleaning.way)
        })
    }

    /// The sender's end of the detour: wait-free, as sending.
    pub(super) fn leave_to_detour(
        &self,
        entry: &mut DetourEntry,
        frames: usize,
        said: Option<&[u8]>,
        is_muted: bool,
    ) -> usize {
        let taken = match said {
            Some(said) => entry.put(said, is_muted),
            None => entry.lose(frames),
        };
        self.record.overrun().add(frames - taken, entry.format().sample_rate);
        // As a line that is sent faster than time: what does not fit is gone.
        frames
    }

    fn visit(&self, Cleaning { cleaner, way }: &mut Cleaning, is_last: bool) {
        self.renew(way);
        let mut onward = OnwardOf { leg: self, way, rate: self.options.said().sample_rate };
        if is_last { cleaner.finish(&mut onward) } else { cleaner.visit(&mut onward) }
    }
}

impl Process for Visits {
    fn process(&mut self) -> bool {
        let Some(leg) = self.0.upgrade() else { return false };
        if let Some(cleaning) = leg.cleaning.get() {
            // Somebody else is there for a moment: the next visit takes more.
            let _ = cleaning.try_with(|cleaning| leg.visit(cleaning, false));
        }
        true
    }
}

impl Onward for OnwardOf<'_> {
    fn space(&self) -> usize {
        // The oldest is dropped there.
        usize::MAX
    }

    fn send(&mut self, bytes: &[u8]) {
        self.carry(bytes.len() / size_of::<i16>(), Some(bytes), false);
    }

    fn mute(&mut self, frames: usize) {
        self.carry(frames, None, false);
    }

    fn lose(&mut self, frames: usize) -> usize {
        self.carry(frames, None, true);
        frames
    }
}

impl OnwardOf<'_> {
    fn carry(&mut self, frames: usize, said: Option<&[u8]>, is_lost: bool) {
        let counted = Counted { rate: self.rate, is_lost };
        let taken = self.leg.carry(self.way, frames, said, counted, Rest::Dropped).unwrap_or(0);
        self.leg.record.overrun().add(frames - taken.min(frames), self.rate);
    }
}

/// Another thread is there for some ms at most: it cleans what has arrived.
fn wait_for<R>(cleaning: &TryCell<Cleaning>, deed: impl FnOnce(&mut Cleaning) -> R) -> R {
    let mut deed = Some(deed);
    loop {
        let done = cleaning.try_with(|cleaning| deed.take().map(|deed| deed(cleaning)));
        if let Some(Some(done)) = done {
            return done;
        }
        yield_now();
    }
}

/// Has the leg visited.
pub(in crate::call) fn visits(leg: &Arc<Leg>) -> Box<Visits> {
    Box::new(Visits(Arc::downgrade(leg)))
}
