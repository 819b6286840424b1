//! The handle of a call that callers' threads hold.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::holds::Holds;
use super::leg::Leg;
#[cfg(feature = "vad")]
use super::listening::floor::Floor;
use super::options::CallOptions;
use super::roster::Roster;
use crate::client::Client;
use crate::client::drain::Opening;
use crate::client::metrics::{Metered, Sums};
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, lock};
use crate::session::State;
use crate::session::events::delivery::Delivery;
use crate::session::events::queue::{Polled, Queue};
use crate::session::handle::life::Life;
use crate::session::handle::recording::Recording;
use crate::session::output::recorder::PartiesRecorder;

pub struct Call {
    pub(super) client: Arc<Client>,
    pub(super) options: CallOptions,
    pub(super) opened: Instant,
    /// That its owner has not closed it.
    pub(super) opening: Opening,
    /// Number of the one that it and its sessions live on.
    pub(super) shard: usize,
    pub(super) life: Arc<Life>,
    /// Of all its sessions.
    pub(super) delivery: Arc<Delivery>,
    pub(super) roster: Mutex<Roster>,
    pub(super) holds: Arc<Holds>,
    #[cfg(feature = "vad")]
    pub(super) floor: Arc<Floor>,
    pub(super) recording: Arc<Recording<PartiesRecorder>>,
    /// Wakes the keeper: a leg has joined or left, a session is over, the end or the close was requested.
    pub(super) wake: Arc<Notify>,
}

/// The figures of its sessions are theirs.
impl Metered for Call {
    fn sums(&self) -> Sums {
        let events_dropped = self.delivery.mailbox().levels().dropped_events;
        Sums { events_dropped, ..Sums::default() }
    }
}

/// A leg and its call.
pub struct Member {
    pub call: Arc<Call>,
    pub leg: Arc<Leg>,
}

impl Call {
    pub fn state(&self) -> State {
        self.life.state()
    }

    /// Returns the error that closed the call, if there was one.
    pub fn last_error(&self) -> Option<Error> {
        self.life.error()
    }

    /// Takes the next event, waiting until `deadline` (`None`: without limit).
    pub fn poll_event(&self, deadline: Option<Instant>) -> std::result::Result<Polled, Status> {
        self.delivery.poll(deadline)
    }

    /// The call's own queue; an error if its events go to one that the caller shares.
    pub fn own_queue(&self) -> std::result::Result<&Arc<Queue>, Status> {
        self.delivery.own_queue()
    }

    /// The caller knows the call by this handle.
    pub fn introduce(&self, handle: usize) {
        self.delivery.introduce(handle);
    }

    /// Sessions that are over leave their figures.
    pub(super) fn settle_records(&self) {
        let records = lock(&self.roster).records.clone();
        records.iter().for_each(|record| record.settle());
    }

    pub(super) fn check_open(&self) -> Result<()> {
        if self.life.state() == State::Closed || self.life.close_requested() {
            return Err(Error::new(Status::Closed, "the call is closed"));
        }
        match self.life.end_requested() {
            Some(_) => Err(Error::new(Status::Ended, "the call was ended")),
            None => Ok(()),
        }
    }
}
