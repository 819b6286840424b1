//! Who takes part in a call, and the sessions between them.

use std::sync::Arc;

use tokio::time::Instant;

use super::ear::Ear;
use super::holds::LEGS;
use super::leg::Leg;
use super::record::Record;
use super::retry::Retry;
use crate::audio::convert::InputFormat;
use crate::error::{Error, Result, Status};
use crate::session::{Session, State};
use crate::sync::AtomicU64;

/// The session that carries what a party says.
#[derive(Clone)]
pub(super) enum Carried {
    /// The other party is not there, or the session is still to be opened.
    NotYet,
    By(Arc<Session>),
    /// It could not be opened.
    Never,
}

/// A leg that has joined.
pub(super) struct Place {
    pub leg: Arc<Leg>,
    /// By which the caller knows it; 0: by none yet.
    pub handle: usize,
    /// What it sends.
    pub input: InputFormat,
    pub carried: Carried,
    /// Who hears what it says.
    pub heard_by: Option<Arc<Ear>>,
    pub retry: Retry,
}

/// Parties that are remembered: the first of those that have left are forgotten.
const MOST_RECORDS: usize = 16;

/// A free place, as it was seen.
pub(super) struct Seat {
    pub number: usize,
    /// The other party, and what it sends.
    pub them: Option<(Arc<Leg>, InputFormat)>,
}

/// Between whom a session is to be opened.
pub(super) struct Missing {
    pub since: Instant,
    pub speaker: Arc<Leg>,
    pub listener: Arc<Leg>,
    /// What the speaker sends.
    pub input: InputFormat,
}

impl PartialEq for Missing {
    fn eq(&self, other: &Missing) -> bool {
        Arc::ptr_eq(&self.speaker, &other.speaker)
            && Arc::ptr_eq(&self.listener, &other.listener)
            && self.input == other.input
    }
}

#[derive(Default)]
pub(super) struct Roster {
    pub places: [Option<Place>; LEGS],
    /// Numbers the phrases that each leg speaks, whoever speaks there.
    pub phrases: [Arc<AtomicU64>; LEGS],
    /// Sessions of legs that were closed, whose tail the other party hears, and those that nobody hears any more.
    pub tails: Vec<Arc<Session>>,
    /// Of all parties, and how many were forgotten.
    pub records: Vec<Arc<Record>>,
    pub forgotten: u64,
    /// When the call was over.
    pub closed: Option<Instant>,
    /// No leg can join, and no session can be opened.
    pub is_over: bool,
}

impl Roster {
    /// Where another leg can join.
    pub(super) fn free_seat(&self) -> Result<Seat> {
        if self.is_over {
            return Err(Status::Closed.into());
        }
        let number = self.places.iter().position(Option::is_none).ok_or_else(|| {
            Error::new(Status::Unsupported, format!("a call has {LEGS} legs: close one of them first"))
        })?;
        let them = self.places[other(number)].as_ref().map(|place| (place.leg.clone(), place.input));
        Ok(Seat { number, them })
    }

    /// A leg joins there. `false`: it was made for another state of the call.
    pub(super) fn sit(&mut self, seat: &Seat, leg: &Arc<Leg>) -> bool {
        let them = self.places[other(seat.number)].as_ref().map(|place| (&place.leg, place.input));
        let is_same = match (them, &seat.them) {
            (Some((leg, input)), Some((seen, seen_input))) => Arc::ptr_eq(leg, seen) && input == *seen_input,
            (None, None) => true,
            _ => false,
        };
        let is_free = !self.is_over && self.places[seat.number].is_none();
        if is_free && is_same {
            let (input, carried, retry) = (leg.options().said(), Carried::NotYet, Retry::default());
            self.remember(leg);
            let leg = leg.clone();
            self.places[seat.number] = Some(Place { leg, handle: 0, input, carried, heard_by: None, retry });
        }
        is_free && is_same
    }

    /// Two that do not hear each other yet, in this direction.
    pub(super) fn unheard(&self, number: usize) -> Option<Missing> {
        let listener = &self.places[other(number)].as_ref()?.leg;
        let place = self.places[number].as_ref()?;
        let hears = place.heard_by.as_ref().is_some_and(|ear| Arc::ptr_eq(ear, listener.ear()));
        let is_unheard = !hears && !self.is_over && matches!(place.carried, Carried::NotYet);
        let (speaker, listener, input) = (place.leg.clone(), listener.clone(), place.input);
        is_unheard.then(|| Missing { since: Instant::now(), speaker, listener, input })
    }

    /// What a session needs that carries the words of this party, if both are there and it has none.
    pub(super) fn missing(&mut self, number: usize, now: Instant) -> Option<Missing> {
        let listener = self.places[other(number)].as_ref()?.leg.clone();
        let place = self.places[number].as_mut()?;
        let is_due = matches!(place.carried, Carried::NotYet) && place.retry.due(now).is_none();
        if !is_due || self.is_over {
            return None;
        }
        let since = place.retry.since(now);
        Some(Missing { since, speaker: place.leg.clone(), listener, input: place.input })
    }

    /// The place of a leg, unless it was closed.
    pub(super) fn place_of(&mut self, leg: &Arc<Leg>) -> Option<&mut Place> {
        self.places.iter_mut().flatten().find(|place| Arc::ptr_eq(&place.leg, leg))
    }

    /// A party has joined.
    pub(super) fn remember(&mut self, leg: &Leg) {
        if self.records.len() == MOST_RECORDS {
            if let Some(oldest) = self.records.iter().position(|record| record.left().is_some()) {
                self.records.remove(oldest);
                self.forgotten += 1;
            }
        }
        self.records.push(leg.record().clone());
    }

    /// The session that carries what a leg says could not be opened.
    pub(super) fn note_failure(&self, number: usize, error: &Error) {
        if let Some(place) = &self.places[number] {
            place.leg.record().fail(error);
        }
    }

    /// Every session that there is.
    pub(super) fn sessions(&self) -> Vec<Arc<Session>> {
        let live = self.places.iter().flatten().filter_map(|place| match &place.carried {
            Carried::By(session) => Some(session),
            Carried::NotYet | Carried::Never => None,
        });
        live.chain(&self.tails).cloned().collect()
    }

    /// Forgets the tails that are over.
    pub(super) fn tidy(&mut self) -> Vec<Arc<Session>> {
        let (over, left) =
            std::mem::take(&mut self.tails).into_iter().partition(|tail| tail.state() == State::Closed);
        self.tails = left;
        over
    }
}

/// The party at the other end.
pub(super) fn other(number: usize) -> usize {
    LEGS - 1 - number
}
