//! Who takes part in a call, and the sessions between them.

use std::sync::Arc;

use tokio::time::Instant;

use super::holds::LEGS;
use super::leg::Leg;
use super::record::Record;
use super::retry::Retry;
use crate::audio::convert::InputFormat;
use crate::error::Error;
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
    pub retry: Retry,
}

/// Parties that are remembered: the first of those that have left are forgotten.
const MOST_RECORDS: usize = 16;

#[derive(Default)]
pub(super) struct Roster {
    pub places: [Option<Place>; LEGS],
    /// Numbers the phrases that each leg speaks, whoever speaks there.
    pub phrases: [Arc<AtomicU64>; LEGS],
    /// Sessions of legs that were closed, whose tail the other party hears.
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
    pub(super) fn free(&self) -> Option<usize> {
        self.places.iter().position(Option::is_none)
    }

    /// The place of a leg, unless it was closed.
    pub(super) fn place_of(&mut self, leg: &Arc<Leg>) -> Option<&mut Place> {
        self.places.iter_mut().flatten().find(|place| Arc::ptr_eq(&place.leg, leg))
    }

    /// A party has joined.
    pub(super) fn remember(&mut self, leg: &Leg) {
        if self.records.len() == MOST_RECORDS
            && let Some(oldest) = self.records.iter().position(|record| record.left().is_some())
        {
            self.records.remove(oldest);
            self.forgotten += 1;
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
