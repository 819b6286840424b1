//! What callers have a party do while the call runs.

use std::sync::Arc;

use super::handle::Call;
use super::leg::Leg;
use super::options::BargeIn;
use super::roster::{Carried, Roster, other};
use crate::error::{Error, Result, Status};
use crate::event::Event;
use crate::lock::lock;
use crate::session::Session;
use crate::session::output::Silenced;

impl Call {
    /// The party is away, or comes back: meanwhile the parties hear each other as they are, and the service hears nobody.
    pub fn hold(&self, leg: &Arc<Leg>, is_away: bool) -> Result<()> {
        self.check_open()?;
        let mut roster = lock(&self.roster);
        if roster.place_of(leg).is_none() {
            return Err(Status::BadHandle.into());
        }
        self.set_hold(&roster, leg.number(), is_away);
        Ok(())
    }

    pub(super) fn set_hold(&self, roster: &Roster, number: usize, is_away: bool) {
        let was_held = self.holds.any();
        self.holds.set(number, is_away);
        let is_held = self.holds.any();
        for place in roster.places.iter().flatten().filter(|_| is_held != was_held) {
            if let Carried::By(session) = &place.carried {
                session.hold(is_held);
            }
        }
    }

    /// Withdraws speech from one party alone: the service, and the other party, notice nothing.
    pub fn silence(&self, leg: &Leg, what: Silenced) -> Result<()> {
        check_barge_in(leg)?;
        let speaker = other(leg.number()) as i32;
        for event in leg.ear().playout().silence(&[], what) {
            self.delivery.mailbox().push(Event { leg: speaker, ..event });
        }
        Ok(())
    }

    /// Has a text spoken to one party.
    pub fn speak(&self, leg: &Arc<Leg>, text: &str, user_tag: u64) -> Result<()> {
        let language = &leg.options().target_language;
        self.session_for(leg)?.speak(text, language, false, user_tag)
    }

    /// Discards what is being said to one party, also at the service.
    pub fn interrupt(&self, leg: &Arc<Leg>, user_tag: u64) -> Result<()> {
        check_barge_in(leg)?;
        self.session_for(leg)?.interrupt("", false, user_tag)
    }

    /// The session whose speech a party hears.
    fn session_for(&self, leg: &Arc<Leg>) -> Result<Arc<Session>> {
        self.check_open()?;
        let mut roster = lock(&self.roster);
        if roster.place_of(leg).is_none() {
            return Err(Status::BadHandle.into());
        }
        match roster.places[other(leg.number())].as_ref().map(|place| &place.carried) {
            Some(Carried::By(session)) => Ok(session.clone()),
            _ => Err(Error::new(Status::Again, "no translation for this leg is open yet")),
        }
    }
}

fn check_barge_in(leg: &Leg) -> Result<()> {
    match leg.options().barge_in {
        BargeIn::ByCall | BargeIn::OnSpeech => Ok(()),
        BargeIn::Never => Err(Error::new(Status::Unsupported, "nothing may silence what this party hears")),
    }
}
