//! The part of a translation that the caller's threads use.

use super::command::Command;
use crate::session::handle::desk::Desk;
use crate::session::stream::outbox::Outbox;

/// What the caller's threads and the runtime share of a translation.
pub(super) struct TranslationDesk {
    pub outbox: Outbox<Command>,
}

impl Desk for TranslationDesk {
    fn commands_waiting(&self) -> usize {
        self.outbox.len()
    }
}
