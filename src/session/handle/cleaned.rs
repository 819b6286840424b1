//! What a session sends, cleaned on the thread for signal processing, which sends it on.

use std::sync::{Arc, Weak};

use super::cleaning::Cleaning;
use super::session::Session;
use crate::audio::convert::InputFormat;
use crate::audio::echo::cancel::Cleaning as What;
use crate::error::{Result, Status};
use crate::runtime;
use crate::runtime::dsp::Process;
use crate::session::input::Inlet;
use crate::session::listening::cleaner::{LineCleaner, Onward};
use crate::session::listening::detour::open_detour;
use crate::session::listening::echo::Told;
use crate::session::output::{EchoPolicy, Taps};
use crate::sync::{Ordering, yield_now};

/// Visits a session while there is one.
struct Visits(Weak<Session>);

/// The input of a session.
struct OnwardTo<'a> {
    session: &'a Session,
    input: &'a Inlet,
}

impl Session {
    /// What is sent in this format goes through a cleaner from the opening of the session on.
    pub(crate) fn clean_input(&mut self, sent: InputFormat, what: What, echo: EchoPolicy) -> Result<()> {
        let rate = self.input()?.format().ok_or(Status::Busy)?.sample_rate;
        let (entry, detour) = open_detour(sent)?;
        let played = Arc::new(Taps::counted(self.overrun.clone()));
        let told = (echo != EchoPolicy::Off).then(|| self.told());
        let cleaner = LineCleaner::new(rate, what, detour, played.clone(), told);
        if echo != EchoPolicy::Off {
            self.first_line()?.attach_mixed(&played);
        }
        self.cleaning = Some(Cleaning::new(entry, cleaner));
        Ok(())
    }

    /// The session is open. An error closes it.
    pub(crate) fn begin_cleaning(self: &Arc<Session>) -> Result<()> {
        let visits = Box::new(Visits(Arc::downgrade(self)));
        let begun = runtime::start().and_then(|runtime| runtime.process(visits));
        begun.inspect_err(|_| self.close(std::time::Duration::ZERO))
    }

    pub(super) fn told(&self) -> Told {
        Told { events: self.delivery.mailbox().clone(), leg: -1, figures: self.echo.clone() }
    }

    /// What was sent so far goes on now, whoever waits for it.
    pub(super) fn finish_cleaning(&self) {
        let (Some(cleaning), Some(input)) = (&self.cleaning, &self.input) else { return };
        let finish = |cleaner: &mut LineCleaner| cleaner.finish(&mut OnwardTo { session: self, input });
        // The thread for signal processing is there for some ms at most.
        while cleaning.cleaner.try_with(finish).is_none() {
            yield_now();
        }
    }

    fn visit(&self, cleaning: &Cleaning, input: &Inlet) {
        // Looked at first: what was sent before is there.
        let must_flush = cleaning.must_flush.swap(false, Ordering::Acquire);
        let onward = &mut OnwardTo { session: self, input };
        let visit = |cleaner: &mut LineCleaner| {
            if must_flush { cleaner.finish(onward) } else { cleaner.visit(onward) }
        };
        let is_done = cleaning.cleaner.try_with(visit).is_some();
        if must_flush && is_done {
            input.flush();
            self.seat.request_visit();
        } else if must_flush {
            cleaning.must_flush.store(true, Ordering::Relaxed);
        }
    }
}

impl Process for Visits {
    fn process(&mut self) -> bool {
        let Some(session) = self.0.upgrade() else { return false };
        if let (Some(cleaning), Some(input)) = (&session.cleaning, &session.input) {
            session.visit(cleaning, input);
        }
        true
    }
}

impl Onward for OnwardTo<'_> {
    fn space(&self) -> usize {
        // What comes after the end is heard, and goes no further.
        if self.session.check_input_open().is_err() { usize::MAX } else { self.input.space_frames() }
    }

    fn send(&mut self, bytes: &[u8]) {
        let frames = bytes.len() / size_of::<i16>();
        if let Ok(taken) = self.session.take_now(self.input, |_| Ok(bytes)) {
            self.session.overrun.add(frames - taken, self.input.sample_rate());
        }
    }

    fn mute(&mut self, frames: usize) {
        self.lose(frames);
    }

    fn lose(&mut self, frames: usize) -> usize {
        self.session.skip_now(self.input, frames).unwrap_or(frames)
    }
}
