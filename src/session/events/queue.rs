//! A queue of events: one place to wait for the events of one session or of many.
//!
//! It lists the mailboxes that hold something. A poll takes from the one that has waited longest, so a busy session
//! cannot starve the others. The order within a session is its own.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use tokio::time::Instant;

use super::name::Name;
use super::parcel::{Numbered, Parcel};
use super::ready::{ReadyList, Waited};
use super::wakeup::Callback;
use crate::lock::Rank;
use crate::runtime::doorbell::Doorbell;

/// Result of a poll.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is moved once, and a box would be an allocation for every event"
)]
pub enum Polled {
    Event(Numbered),
    Nothing,
    /// No event will follow.
    Closed,
}

/// A source of events that a queue lists.
pub(super) trait Source: Send + Sync {
    /// Takes the next event and says whether more wait. Called by the queue that lists the source.
    fn take(&self) -> (Option<Parcel>, bool);
}

pub struct Queue {
    ready: ReadyList<Arc<dyn Source>>,
    /// Told when the first event arrives in an empty queue.
    name: Option<Arc<Name>>,
}

impl Default for Queue {
    fn default() -> Queue {
        Queue { ready: ReadyList::new(Rank::Ready), name: None }
    }
}

/// What the next source gave.
struct Turn {
    parcel: Option<Parcel>,
    /// The source, if this was its last event: dropping it can be much work.
    spent: Option<Arc<dyn Source>>,
}

impl Queue {
    pub fn new() -> Queue {
        Queue::default()
    }

    /// A queue that a queue of names lists while it holds events.
    pub(super) fn with_name(name: Arc<Name>) -> Queue {
        Queue { name: Some(name), ..Queue::default() }
    }

    /// Takes the next event, waiting for one until `deadline` (`None`: without limit).
    pub fn poll(&self, deadline: Option<Instant>) -> Polled {
        loop {
            match self.ready.wait(deadline, next) {
                Waited::Taken(Turn { parcel, spent }) => {
                    drop(spent);
                    if let Some(parcel) = parcel {
                        return Polled::Event(parcel.open());
                    }
                }
                Waited::Nothing => return Polled::Nothing,
                Waited::Closed => return Polled::Closed,
            }
        }
    }

    /// Ends the wait of a poll, or the next one before it begins.
    pub fn wake(&self) {
        self.ready.wake();
    }

    pub fn is_closed(&self) -> bool {
        self.ready.is_closed()
    }

    /// Ends all polls permanently. No further callback begins. One that is running is not waited for.
    pub fn close(&self) {
        self.ready.close();
    }

    /// The handle for foreign event loops: raised exactly while there is something to poll.
    pub fn doorbell(&self) -> io::Result<&Doorbell> {
        self.ready.doorbell()
    }

    /// See [`ReadyList::set_callback`].
    pub fn set_callback(&self, callback: Option<Callback>) {
        self.ready.set_callback(callback);
    }

    pub(super) fn join(&self) {
        self.ready.join();
    }

    pub(super) fn leave(&self) {
        self.ready.leave();
    }

    /// A mailbox got its first event.
    pub(super) fn list(&self, source: Arc<dyn Source>) {
        // A poll that leaves the list empty, or finds it empty, thereby arms the name again.
        if self.ready.list_if(source, || true) {
            if let Some(name) = &self.name {
                name.tell();
            }
        }
    }

    /// Names the queue once more if it holds events, for a poller that another one kept out.
    pub(super) fn name_again(&self) {
        if let Some(name) = self.name.as_ref().filter(|_| !self.ready.is_empty()) {
            name.tell();
        }
    }

    pub(super) fn unlist(&self, source: &dyn Source) {
        self.ready.change(|sources| {
            sources.retain(|listed| !std::ptr::addr_eq(Arc::as_ptr(listed), source));
        });
    }
}

fn next(sources: &mut VecDeque<Arc<dyn Source>>) -> Option<Turn> {
    let source = sources.pop_front()?;
    let (parcel, has_more) = source.take();
    if has_more {
        sources.push_back(source);
        return Some(Turn { parcel, spent: None });
    }
    Some(Turn { parcel, spent: Some(source) })
}

#[cfg(test)]
mod tests;
