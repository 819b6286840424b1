//! A queue: one place to wait for the events of one session or of many.
//!
//! It lists the mailboxes that hold something. A poll takes from the one that has waited longest, so a busy session
//! cannot starve the others. The order within a session is its own.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::time::Instant;

use super::parcel::{Numbered, Parcel};
use super::wakeup::{Callback, Wakeup};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime;
use crate::runtime::callbacks::Call;
use crate::runtime::doorbell::Doorbell;
use crate::runtime::wait;

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
    ready: Mutex<Ready>,
    /// Sources that may be listed.
    members: AtomicUsize,
    changed: Condvar,
    /// Created on request, so that other queues need no descriptor.
    doorbell: OnceLock<Doorbell>,
    wakeup: Wakeup,
}

impl Default for Queue {
    fn default() -> Queue {
        Queue {
            ready: Mutex::new(Rank::Ready, Ready::default()),
            members: AtomicUsize::new(0),
            changed: Condvar::new(),
            doorbell: OnceLock::new(),
            wakeup: Wakeup::default(),
        }
    }
}

#[derive(Default)]
struct Ready {
    sources: VecDeque<Arc<dyn Source>>,
    waiters: usize,
    /// A wake-up that has not ended a poll yet.
    woken: bool,
    closed: bool,
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

    /// Takes the next event, waiting for one until `deadline` (`None`: without limit).
    pub fn poll(&self, deadline: Option<Instant>) -> Polled {
        let mut ready = lock(&self.ready);
        loop {
            if ready.closed {
                return Polled::Closed;
            }
            if let Some(Turn { parcel, spent }) = ready.next() {
                // A mailbox is announced once, however much it holds: the next poller takes the next event.
                let is_awaited = ready.is_awaited() && !ready.sources.is_empty();
                self.clear_if_quiet(&ready);
                drop(ready);
                self.wake_one(is_awaited);
                drop(spent);
                if let Some(parcel) = parcel {
                    return Polled::Event(parcel.open());
                }
                ready = lock(&self.ready);
                continue;
            }
            let woken = std::mem::take(&mut ready.woken);
            self.clear_if_quiet(&ready);
            if woken || wait::is_over(deadline) {
                return Polled::Nothing;
            }
            ready.waiters += 1;
            ready = wait::once(&self.changed, ready, deadline);
            ready.waiters -= 1;
        }
    }

    /// Ends the wait of a poll, or the next one before it begins.
    pub fn wake(&self) {
        let mut ready = lock(&self.ready);
        ready.woken = true;
        self.announce(&ready);
    }

    pub fn is_closed(&self) -> bool {
        lock(&self.ready).closed
    }

    /// Ends all polls permanently. No further callback begins. One that is running is not waited for.
    pub fn close(&self) {
        let forgotten = {
            let mut ready = lock(&self.ready);
            ready.closed = true;
            self.announce(&ready);
            std::mem::take(&mut ready.sources)
        };
        drop(forgotten);
        self.wakeup.close();
    }

    /// The handle for foreign event loops: raised exactly while there is something to poll.
    pub fn doorbell(&self) -> io::Result<&Doorbell> {
        // Under the lock, so that nothing arrives between creating and raising it.
        let ready = lock(&self.ready);
        if self.doorbell.get().is_none() {
            let doorbell = Doorbell::new()?;
            if !ready.is_quiet() {
                doorbell.raise();
            }
            let _ = self.doorbell.set(doorbell);
        }
        self.doorbell.get().ok_or_else(|| io::ErrorKind::Other.into())
    }

    /// Replaces the callback. When this returns, the previous one is not running and will not be called again. The
    /// new one is called at once when something waits, because an earlier wake-up would be lost.
    pub fn set_callback(self: &Arc<Self>, callback: Option<Callback>) {
        let is_set = callback.is_some();
        self.wakeup.set(callback);
        if is_set && !lock(&self.ready).is_quiet() {
            self.clone().call();
        }
    }

    /// Registers one more source and reserves its entry, so that listing it allocates nothing.
    pub(super) fn join(&self) {
        let members = self.members.fetch_add(1, Ordering::Relaxed) + 1;
        let mut larger = VecDeque::new();
        loop {
            {
                let mut ready = lock(&self.ready);
                if ready.sources.capacity() >= members {
                    return;
                }
                if larger.capacity() >= members {
                    larger.append(&mut ready.sources);
                    // The smaller one is freed when the lock is released.
                    std::mem::swap(&mut larger, &mut ready.sources);
                    drop(ready);
                    return;
                }
            }
            larger = VecDeque::with_capacity(members.next_power_of_two());
        }
    }

    /// Unregisters a source: it will not be listed again.
    pub(super) fn leave(&self) {
        self.members.fetch_sub(1, Ordering::Relaxed);
    }

    /// A mailbox got its first event.
    pub(super) fn list(self: &Arc<Self>, source: Arc<dyn Source>) {
        let (is_first, is_awaited) = {
            let mut ready = lock(&self.ready);
            if ready.closed {
                return;
            }
            if ready.is_quiet() {
                self.ring();
            }
            // A wake-up that has not ended a poll raised the doorbell, but the callback was not called for it.
            let is_first = ready.sources.is_empty();
            ready.sources.push_back(source);
            (is_first, ready.is_awaited())
        };
        self.wake_one(is_awaited);
        if is_first && self.wakeup.owe() {
            runtime::call_soon(self.clone());
        }
    }

    pub(super) fn unlist(&self, source: &dyn Source) {
        let mut ready = lock(&self.ready);
        ready.sources.retain(|listed| !std::ptr::addr_eq(Arc::as_ptr(listed), source));
        self.clear_if_quiet(&ready);
    }

    fn announce(&self, ready: &Ready) {
        if ready.waiters > 0 {
            self.changed.notify_all();
        }
        self.ring();
    }

    /// Even without a waiting thread this would be a system call. Not under the lock: the woken thread needs it first.
    fn wake_one(&self, is_awaited: bool) {
        if is_awaited {
            self.changed.notify_one();
        }
    }

    fn ring(&self) {
        if let Some(doorbell) = self.doorbell.get() {
            doorbell.raise();
        }
    }

    fn clear_if_quiet(&self, ready: &Ready) {
        if ready.is_quiet()
            && let Some(doorbell) = self.doorbell.get()
        {
            doorbell.clear();
        }
    }
}

impl Call for Queue {
    fn call(self: Arc<Self>) {
        if self.wakeup.call() {
            runtime::call_soon(self);
        }
    }
}

impl Ready {
    fn is_awaited(&self) -> bool {
        self.waiters > 0
    }

    fn is_quiet(&self) -> bool {
        self.sources.is_empty() && !self.woken && !self.closed
    }

    fn next(&mut self) -> Option<Turn> {
        let source = self.sources.pop_front()?;
        let (parcel, has_more) = source.take();
        if has_more {
            self.sources.push_back(source);
            return Some(Turn { parcel, spent: None });
        }
        Some(Turn { parcel, spent: Some(source) })
    }
}

#[cfg(test)]
mod tests;
