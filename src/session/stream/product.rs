//! The interface of a product to the loop. The loop owns the stream and the clock; the product knows the messages.

use std::time::Duration;

use tokio::time::Instant;

use super::deadlines::Timing;
use super::dialogue::Dialogue;
use super::outgoing::Outgoing;
use crate::client::metrics::Kind;
use crate::error::Result;
use crate::wire::envelope::NotText;

/// Result of asking for the next message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrote {
    Something,
    Nothing,
    /// There will be a message at this time.
    NothingUntil(Instant),
    /// Nothing more will be written, and nothing is awaited: the stream can be closed.
    TheLast,
}

/// Only the library's thread calls it. Callers' threads use a product's [`Desk`](crate::session::desk::Desk).
pub(crate) trait Product: Send {
    /// Which product it is.
    fn kind(&self) -> Kind;

    /// Its timeouts.
    fn timing(&self) -> Timing;

    /// The stream is open: sends the first message. If the service does not answer that, the session is ready.
    fn begin(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<()>;

    /// Asks the service whether it is ready.
    fn ask(&mut self, _out: &mut Outgoing) -> Result<()> {
        Ok(())
    }

    /// Queues the next message. Called while one fits, until the stream is over.
    fn write(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<Wrote>;

    /// Handles a message of the service and passes the result to the dialogue.
    fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> std::result::Result<(), NotText>;

    /// When to check the clock, besides the deadlines of all products.
    fn next_look(&self) -> Option<Instant> {
        None
    }

    /// Does what is due for the product.
    fn look_at_the_clock(&mut self, _dialogue: &mut Dialogue, _now: Instant) {}

    /// The library's thread could not run for this long: what the product waits for may come later by that time.
    fn stood_still(&mut self, late: Duration);

    /// The tail did not arrive in time. `is_heard` says whether anything has arrived since the end was requested.
    /// `Ok` when that counts as an end.
    fn overdue(&self, is_heard: bool) -> Result<()>;

    /// Returns whether a server that closes normally, after the end was requested, has sent everything.
    fn ends_by_close(&self) -> bool;

    /// Why the server closes with this code when nothing was sent for this long, if the product knows better than the
    /// code.
    fn explain_close(&self, _code: u16, _unsent: Duration) -> Option<&'static str> {
        None
    }

    /// The stream is over normally. Returns an error if something was lost nevertheless.
    fn judge_end(&mut self, _dialogue: &mut Dialogue) -> Result<()> {
        Ok(())
    }

    /// Up to where in the stream nothing has to be said again if it breaks, in ms of audio; `None`: not known, or never.
    fn settled_ms(&self) -> Option<u32> {
        None
    }

    /// The message before the close when the session is closed, unless the end was sent already.
    fn farewell(&self) -> Option<Vec<u8>> {
        None
    }
}
