//! The part of speech-to-text that the caller's threads use.

use crate::session::handle::desk::Desk;
use crate::session::stream::outbox::{Outbox, Waiting};

/// What only a speech-to-text session has.
pub(super) struct SttDesk {
    pub outbox: Outbox<Finalize>,
}

/// The only command: requests a final text now, of what was sent until the call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finalize {
    /// Frames that the caller had sent.
    pub after: u64,
}

impl Waiting for Finalize {}

impl Desk for SttDesk {
    fn commands_waiting(&self) -> usize {
        self.outbox.len()
    }
}
