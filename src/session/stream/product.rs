//! What a product is to the loop: the loop owns the stream and the clock, the product knows what messages say.

use std::time::Duration;

use tokio::time::Instant;

use super::deadlines::Timing;
use super::dialogue::Dialogue;
use super::outgoing::Outgoing;
use crate::error::Result;
use crate::wire::envelope::NotText;

/// What came of a look for the next message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrote {
    Something,
    Nothing,
    /// There will be something then.
    NothingUntil(Instant),
    /// Nothing will be written any more, and nothing is awaited: the stream can be closed.
    TheLast,
}

/// The library's thread alone calls it. What callers' threads touch of a product is [`Desk`](crate::session::desk::Desk).
pub trait Product: Send {
    /// How long it waits for its service.
    fn timing(&self) -> Timing;

    /// The stream is open: says what the service has to hear first. Where the service has no answer to that, the session
    /// is ready.
    fn begin(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<()>;

    /// Asks the service whether it is ready.
    fn ask(&mut self, _out: &mut Outgoing) -> Result<()> {
        Ok(())
    }

    /// Queues the next message. Called while there is room for one, until the stream is over.
    fn write(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<Wrote>;

    /// Takes a message of the service: what it leads to goes to the dialogue.
    fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> std::result::Result<(), NotText>;

    /// When to look at the clock, besides for what all products wait for.
    fn next_look(&self) -> Option<Instant> {
        None
    }

    /// Does what is due of its own.
    fn look_at_the_clock(&mut self, _dialogue: &mut Dialogue, _now: Instant) {}

    /// The tail did not come in time; `is_heard` tells whether anything did since the end was asked for. `Ok` when that is
    /// an end too.
    fn overdue(&self, is_heard: bool) -> Result<()>;

    /// Whether a server that closes as usual, after the end was asked for, has said everything.
    fn ends_by_close(&self) -> bool;

    /// Why the server closes with this code when nothing was sent for so long, if the product knows better than the code.
    fn explain_close(&self, _code: u16, _unsent: Duration) -> Option<&'static str> {
        None
    }

    /// The stream is over as it should be: whether something was lost all the same.
    fn judge_end(&mut self, _dialogue: &mut Dialogue) -> Result<()> {
        Ok(())
    }

    /// What to say before the close when the session is given up, unless the end was said already.
    fn farewell(&self) -> Option<Vec<u8>> {
        None
    }
}
