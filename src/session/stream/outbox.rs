//! Commands on their way to the service: few, small, and without delay for the caller.

use std::collections::VecDeque;

use tokio::time::Instant;

use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};

pub(crate) const DEFAULT_COMMANDS: u32 = 32;

/// What the outbox needs to know of the commands of a product.
pub trait Waiting {
    /// Returns whether it is sent before all others, at once.
    fn overtakes(&self) -> bool {
        false
    }

    /// Merges a later command into this one, if possible.
    fn join(&mut self, _later: &Self) -> bool {
        false
    }

    /// Returns whether a later command may be merged into one that waits before this.
    fn lets_pass(&self) -> bool {
        false
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Request<C> {
    pub command: C,
    pub user_tag: u64,
}

/// What the driver finds.
#[derive(Debug, PartialEq)]
pub enum Next<C> {
    Request(Request<C>),
    /// The first one must wait until then.
    WaitUntil(Instant),
    Empty,
}

pub struct Outbox<C> {
    limit: usize,
    waiting: Mutex<VecDeque<Request<C>>>,
}

impl<C: Waiting> Outbox<C> {
    pub fn new(limit: u32) -> Outbox<C> {
        Outbox { limit: limit as usize, waiting: Mutex::new(Rank::Outbox, VecDeque::new()) }
    }

    pub fn add(&self, request: Request<C>) -> Result<()> {
        let mut waiting = lock(&self.waiting);
        if waiting.len() >= self.limit {
            return Err(Error::new(Status::Again, "too many commands wait to be sent"));
        }
        waiting.push_back(request);
        Ok(())
    }

    /// As [`Outbox::add`], for a command that withdraws others: it is accepted also when the outbox is full.
    pub fn add_ahead(&self, request: Request<C>) -> Result<()> {
        let mut waiting = lock(&self.waiting);
        if waiting.len() >= 2 * self.limit {
            return Err(Error::new(Status::Again, "too many commands wait to be sent"));
        }
        waiting.push_back(request);
        Ok(())
    }

    /// Adds all parts of one whole or none: the first must fit. In a full outbox parts are merged into waiting
    /// commands where possible.
    pub fn add_parts(&self, parts: Vec<Request<C>>) -> Result<()> {
        let mut waiting = lock(&self.waiting);
        for (place, part) in parts.into_iter().enumerate() {
            let is_full = waiting.len() >= self.limit;
            if is_full && joins(&mut waiting, &part.command) {
                continue;
            }
            if is_full && place == 0 {
                return Err(Error::new(Status::Again, "too many texts wait to be sent"));
            }
            waiting.push_back(part);
        }
        Ok(())
    }

    /// Withdraws commands that are not needed any more.
    pub fn retain(&self, wanted: impl Fn(&C) -> bool) {
        lock(&self.waiting).retain(|request| wanted(&request.command));
    }

    pub fn any(&self, is: impl Fn(&C) -> bool) -> bool {
        lock(&self.waiting).iter().any(|request| is(&request.command))
    }

    pub fn len(&self) -> usize {
        lock(&self.waiting).len()
    }

    /// Returns the next command that may be sent now, in the order of arrival. `wait_until` says when a command that
    /// must wait may be sent; until then commands that wait with it are merged where possible.
    pub fn next(&self, wait_until: impl FnOnce(&C) -> Option<Instant>) -> Next<C> {
        let mut waiting = lock(&self.waiting);
        if let Some(place) = waiting.iter().position(|request| request.command.overtakes()) {
            return waiting.remove(place).map_or(Next::Empty, Next::Request);
        }
        let Some(first) = waiting.front() else {
            return Next::Empty;
        };
        match wait_until(&first.command) {
            Some(at) => {
                gather(&mut waiting);
                Next::WaitUntil(at)
            }
            None => waiting.pop_front().map_or(Next::Empty, Next::Request),
        }
    }
}

/// Merges what can be sent as one.
fn gather<C: Waiting>(waiting: &mut VecDeque<Request<C>>) {
    for request in std::mem::take(waiting) {
        if !joins(waiting, &request.command) {
            waiting.push_back(request);
        }
    }
}

/// From the newest backwards: it is merged into the last command that accepts it, unless one in between prevents
/// that.
fn joins<C: Waiting>(waiting: &mut VecDeque<Request<C>>, later: &C) -> bool {
    for earlier in waiting.iter_mut().rev() {
        if earlier.command.join(later) {
            return true;
        }
        if !earlier.command.lets_pass() {
            return false;
        }
    }
    false
}
