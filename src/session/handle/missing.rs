//! Input that is missing, and input that was dropped.

use tokio::time::Instant;

use super::session::Session;
use crate::event::{Event, EventKind, Texts, flag};
use crate::lock::lock;
use crate::session::input::gap::{Gap, Step};

impl Session {
    pub(crate) fn with_gap(&self, change: impl FnOnce(&mut Gap)) {
        if let Some(gap) = &self.gap {
            change(&mut lock(gap));
        }
    }

    /// What is required now because input is missing.
    pub(crate) fn gap_step(&self) -> Step {
        let (Some(gap), Some(input)) = (&self.gap, &self.input) else { return Step::None };
        let (mut gap, now) = (lock(gap), Instant::now());
        gap.look(input.take_progress(), input.sample_rate(), now);
        input.note_made_up(gap.take_made_up(), gap.holds());
        gap.step(now, self.life.end_requested().is_some())
    }

    /// Frames of the wire that were to be sent again, or before the input, were dropped. Returns whether there were any.
    pub(crate) fn note_unsent(&self, frames: u64) -> bool {
        if let Some(input) = &self.input {
            input.note_unsent(frames);
        }
        frames > 0
    }

    /// What was dropped of the input and not reported.
    pub(crate) fn untold_loss(&self) -> Option<Event> {
        let dropped = self.input.as_ref()?.take_untold();
        (dropped > 0).then(|| {
            let text = format!("{dropped} frames of the input were dropped: too much waited");
            let texts = Texts::new(&text, "", "", "INPUT_DROPPED");
            Event { flags: flag::DROPPED, dropped, texts, ..Event::new(EventKind::Warning) }
        })
    }
}
