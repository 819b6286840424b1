//! Ends: of a leg, and of the call.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::handle::Call;
use super::leg::Leg;
use super::roster::{Carried, Place, other};
use crate::error::{Result, Status};
use crate::lock::lock;
use crate::runtime;
use crate::session::Session;

impl Call {
    /// The party has gone: the other one hears the rest of what it said. Another can join in its place.
    pub fn leave(&self, leg: &Arc<Leg>) {
        #[cfg(feature = "echo")]
        leg.finish_cleaning();
        let (gone, unheard) = {
            let mut roster = lock(&self.roster);
            if roster.place_of(leg).is_none() {
                return;
            }
            self.set_hold(&roster, leg.number(), false);
            leg.record().leave();
            let gone = roster.places[leg.number()].take();
            let unheard = roster.places[other(leg.number())].as_mut().and_then(Place::part);
            // The end of the call waits until it is told.
            roster.tails.extend(unheard.clone());
            if let Some(Carried::By(tail)) = gone.as_ref().map(|place| &place.carried) {
                // A tail that is over already is forgotten by the keeper.
                let _ = tail.end();
                roster.tails.push(tail.clone());
            }
            (gone, unheard)
        };
        if let Some(unheard) = unheard {
            unheard.close(Duration::ZERO);
        }
        // What was not heard may take long to free.
        runtime::drop_later(gone);
        self.wake.notify_one();
    }

    /// Nothing more is taken of either party; both hear the rest, then CLOSED.
    pub fn end(&self) -> Result<()> {
        if self.life.close_requested() {
            return Err(Status::Closed.into());
        }
        #[cfg(feature = "echo")]
        self.finish_cleaning();
        self.life.request_end(1)?;
        self.wake.notify_one();
        Ok(())
    }

    /// What the parties have said so far is passed on.
    #[cfg(feature = "echo")]
    fn finish_cleaning(&self) {
        let legs: Vec<_> =
            lock(&self.roster).places.iter().flatten().map(|place| place.leg.clone()).collect();
        legs.iter().for_each(|leg| leg.finish_cleaning());
    }

    /// No leg joins any more. Returns the handles of those that are there.
    pub fn dismiss(&self) -> Vec<usize> {
        self.life.request_close();
        let mut roster = lock(&self.roster);
        roster.is_over = true;
        roster.places.iter().flatten().map(|place| place.handle).filter(|&handle| handle != 0).collect()
    }

    /// Closes the call and everything in it. Waits at most `drain` for the streams to close, which continues in the
    /// background after that.
    pub fn close(&self, drain: Duration) {
        self.dismiss();
        let (places, sessions) = {
            let mut roster = lock(&self.roster);
            let sessions = roster.sessions();
            (std::mem::take(&mut roster.places), sessions)
        };
        sessions.iter().for_each(|session| session.close(Duration::ZERO));
        self.recording.close();
        self.delivery.close();
        self.wake.notify_one();
        if !drain.is_zero() {
            let deadline = Instant::now() + drain;
            sessions.iter().for_each(|session| session.life.wait_finished(deadline));
        }
        runtime::drop_later(places);
        self.opening.leave();
    }
}

impl Place {
    /// The other party has gone: nobody hears this one. Returns the session that carried its words.
    fn part(&mut self) -> Option<Arc<Session>> {
        self.heard_by = None;
        match std::mem::replace(&mut self.carried, Carried::NotYet) {
            Carried::By(session) => Some(session),
            Carried::NotYet | Carried::Never => None,
        }
    }
}
