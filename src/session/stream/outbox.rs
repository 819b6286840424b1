//! Commands on their way to the service: few, small, and without delay for the caller.

use std::collections::VecDeque;

use tokio::time::Instant;

use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};

pub(crate) const DEFAULT_COMMANDS: u32 = 32;

/// What the outbox needs to know of the commands of a product.
pub(crate) trait Waiting {
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
pub(crate) struct Request<C> {
    pub command: C,
    pub user_tag: u64,
}

/// What the driver finds.
#[derive(Debug, PartialEq)]
pub(crate) enum Next<C> {
    Request(Request<C>),
    /// The first one must wait until then.
    WaitUntil(Instant),
    Empty,
}

pub(crate) struct Outbox<C> {
    limit: usize,
    contents: Mutex<Contents<C>>,
}

struct Contents<C> {
    waiting: VecDeque<Request<C>>,
    /// The end is written, and no command is sent after it.
    is_sealed: bool,
}

impl<C: Waiting> Outbox<C> {
    pub(crate) fn new(limit: u32) -> Outbox<C> {
        let contents = Contents { waiting: VecDeque::new(), is_sealed: false };
        Outbox { limit: limit as usize, contents: Mutex::new(Rank::Outbox, contents) }
    }

    /// Before the end is written: from now on `add` refuses. Returns `false` when commands wait, which come first.
    pub(crate) fn seal(&self) -> bool {
        let mut contents = lock(&self.contents);
        contents.is_sealed = contents.waiting.is_empty();
        contents.is_sealed
    }

    pub(crate) fn add(&self, request: Request<C>) -> Result<()> {
        let mut contents = lock(&self.contents);
        let waiting = contents.unsealed()?;
        if waiting.len() >= self.limit {
            return Err(Error::new(Status::Again, "too many commands wait to be sent"));
        }
        waiting.push_back(request);
        Ok(())
    }

    /// As [`Outbox::add`], for a command that withdraws others: it is accepted also when the outbox is full.
    pub(crate) fn add_ahead(&self, request: Request<C>) -> Result<()> {
        let waiting = &mut lock(&self.contents).waiting;
        if waiting.len() >= 2 * self.limit {
            return Err(Error::new(Status::Again, "too many commands wait to be sent"));
        }
        waiting.push_back(request);
        Ok(())
    }

    /// Adds all parts of one whole or none: the first must fit. In a full outbox parts are merged into waiting
    /// commands where possible.
    pub(crate) fn add_parts(&self, parts: Vec<Request<C>>) -> Result<()> {
        let mut contents = lock(&self.contents);
        let waiting = contents.unsealed()?;
        for (place, part) in parts.into_iter().enumerate() {
            let is_full = waiting.len() >= self.limit;
            if is_full && joins(waiting, &part.command) {
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
    pub(crate) fn retain(&self, wanted: impl Fn(&C) -> bool) {
        lock(&self.contents).waiting.retain(|request| wanted(&request.command));
    }

    pub(crate) fn any(&self, is: impl Fn(&C) -> bool) -> bool {
        lock(&self.contents).waiting.iter().any(|request| is(&request.command))
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.contents).waiting.len()
    }

    /// Returns the next command that may be sent now, in the order of arrival. `wait_until` says when a command that
    /// must wait may be sent; until then commands that wait with it are merged where possible.
    pub(crate) fn next(&self, wait_until: impl FnOnce(&C) -> Option<Instant>) -> Next<C> {
        let waiting = &mut lock(&self.contents).waiting;
        if let Some(place) = waiting.iter().position(|request| request.command.overtakes()) {
            return waiting.remove(place).map_or(Next::Empty, Next::Request);
        }
        let Some(first) = waiting.front() else {
            return Next::Empty;
        };
        match wait_until(&first.command) {
            Some(at) => {
                gather(waiting);
                Next::WaitUntil(at)
            }
            None => waiting.pop_front().map_or(Next::Empty, Next::Request),
        }
    }
}

impl<C> Contents<C> {
    fn unsealed(&mut self) -> Result<&mut VecDeque<Request<C>>> {
        if self.is_sealed { Err(Status::Ended.into()) } else { Ok(&mut self.waiting) }
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
