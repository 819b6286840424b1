//! A queue of names: says which sessions hold events. They are polled by themselves, so each keeps its own limits.
//!
//! A name is listed when the first event arrives in an empty queue, and again only after a poll has left that queue
//! empty or found it so.

use crate::sync::{AtomicBool, Ordering, fence};
use std::io;
use std::sync::Arc;

use tokio::time::Instant;

use super::mailbox::{Limits, Mailbox};
use super::name::{self, Name, NameList};
use super::queue::Queue;
use super::ready::ReadyList;
use super::wakeup::Callback;
use crate::event::{About, Event};
use crate::lock::Rank;
use crate::runtime::doorbell::Doorbell;

pub use super::name::{Kind, Named};
pub use super::ready::Waited;

/// One request answers all sessions of a client: more are not needed.
const LIMITS: Limits = Limits { events: 10_000, bytes: 4 << 20 };

pub struct Names {
    list: Arc<NameList>,
    /// Events that belong to no session alone.
    own: Arc<Queue>,
    own_name: Arc<Name>,
    requests: Arc<Mailbox>,
}

impl Default for Names {
    fn default() -> Names {
        let list = Arc::new(ReadyList::new(Rank::Names));
        let own_name = Name::new(list.clone(), Kind::Queue, 0);
        let own = Arc::new(Queue::with_name(own_name.clone()));
        let requests = Mailbox::of_many(LIMITS, own.clone());
        Names { list, own, own_name, requests }
    }
}

impl Names {
    /// The caller knows the queue by this handle.
    pub fn introduce(&self, handle: usize) {
        self.own_name.introduce(handle);
    }

    /// Takes the name that has waited longest, waiting for one until `deadline` (`None`: without limit).
    pub fn poll(&self, deadline: Option<Instant>) -> Waited<Named> {
        name::next(&self.list, deadline)
    }

    /// The queue of the events that belong to no session alone.
    pub fn own(&self) -> &Arc<Queue> {
        &self.own
    }

    /// Ends one wait of each kind, or the next one before it begins.
    pub fn wake(&self) {
        self.list.wake();
        self.own.wake();
    }

    /// Ends all waits permanently.
    pub fn close(&self) {
        self.list.close();
        self.own.close();
    }

    /// The handle for foreign event loops: raised exactly while a name waits.
    pub fn doorbell(&self) -> io::Result<&Doorbell> {
        self.list.doorbell()
    }

    pub fn set_callback(&self, callback: Option<Callback>) {
        self.list.set_callback(callback);
    }
}

/// A session or a call in a queue of names.
pub struct Member {
    names: Arc<Names>,
    name: Arc<Name>,
    /// A poller was kept out by another one and does not know whether something is left.
    is_kept_out: AtomicBool,
}

impl Member {
    pub fn new(names: Arc<Names>, kind: Kind, tag: u64) -> Member {
        let name = Name::new(names.list.clone(), kind, tag);
        Member { names, name, is_kept_out: AtomicBool::new(false) }
    }

    /// Its own queue, whose events the name stands for.
    pub fn queue(&self) -> Arc<Queue> {
        Arc::new(Queue::with_name(self.name.clone()))
    }

    /// The caller knows it by this handle.
    pub fn introduce(&self, handle: usize) {
        self.name.introduce(handle);
    }

    /// When this returns, no poll gives the name any more.
    pub fn forget(&self) {
        self.name.forget();
    }

    /// Delivers an event that whoever serves the queue must answer.
    pub fn request(&self, about: &About, event: Event) {
        let event = Event { session_tag: about.tag, session_name: about.name.clone(), ..event };
        self.names.requests.push(event);
    }

    /// Runs a poll that is `None` while another thread polls. A thread that took the name and is kept out gives up;
    /// the other one names what it leaves.
    pub fn poll<R>(&self, queue: &Queue, poll: impl Fn() -> Option<R>) -> Option<R> {
        let polled = poll().or_else(|| {
            self.is_kept_out.store(true, Ordering::Relaxed);
            // Either this second attempt succeeds, or the other thread sees the flag when it has left.
            fence(Ordering::SeqCst);
            poll()
        });
        if polled.is_some() {
            fence(Ordering::SeqCst);
            if self.is_kept_out.load(Ordering::Relaxed) && self.is_kept_out.swap(false, Ordering::Relaxed) {
                queue.name_again();
            }
        }
        polled
    }
}

#[cfg(test)]
mod tests;
