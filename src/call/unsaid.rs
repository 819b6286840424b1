//! What a session that broke has left to say, until another one says it.

use std::sync::Arc;

use super::leg::Leg;
use super::roster::{Missing, Roster, other};
use crate::products::translation::Prepared;
use crate::session::Session;
use crate::session::input::Backlog;

pub(super) struct Unsaid {
    /// Between whom.
    speaker: Arc<Leg>,
    listener: Arc<Leg>,
    backlog: Backlog,
}

impl Unsaid {
    /// Of the session that has carried the words of this party, and is over.
    pub(super) fn of(roster: &Roster, number: usize, session: &Session) -> Option<Unsaid> {
        let place = |number: usize| roster.places[number].as_ref().map(|place| place.leg.clone());
        let (speaker, listener) = (place(number)?, place(other(number))?);
        Some(Unsaid { speaker, listener, backlog: session.take_backlog()? })
    }

    /// Both are still there.
    pub(super) fn is_wanted(&self, roster: &Roster) -> bool {
        let is_there =
            |leg: &Arc<Leg>| roster.places.iter().flatten().any(|place| Arc::ptr_eq(&place.leg, leg));
        is_there(&self.speaker) && is_there(&self.listener)
    }

    /// Takes what was said meanwhile.
    pub(super) fn absorb(&mut self) {
        self.backlog.absorb_older();
    }

    /// Has it said by this session, if that is between the same two.
    pub(super) fn say(self, missing: &Missing, session: &mut Prepared) {
        if Arc::ptr_eq(&self.speaker, &missing.speaker) && Arc::ptr_eq(&self.listener, &missing.listener) {
            session.begin_with(self.backlog);
        }
    }

    /// Takes it back from a session that is not opened.
    pub(super) fn back(missing: &Missing, session: Prepared) -> Option<Unsaid> {
        let backlog = session.into_backlog()?;
        Some(Unsaid { speaker: missing.speaker.clone(), listener: missing.listener.clone(), backlog })
    }
}
