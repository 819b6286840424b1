//! A list of what is ready, and all that waits for it: threads, a descriptor and the caller's callback.

use crate::sync::{AtomicUsize, Ordering};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, OnceLock};

use tokio::time::Instant;

use super::wakeup::{Callback, Wakeup};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime;
use crate::runtime::doorbell::Doorbell;
use crate::runtime::wait;

/// Result of a wait.
pub enum Waited<R> {
    Taken(R),
    Nothing,
    /// Nothing will follow.
    Closed,
}

pub(super) struct ReadyList<T> {
    state: Mutex<State<T>>,
    /// Items that may be listed.
    members: AtomicUsize,
    changed: Condvar,
    /// Created on request, so that other lists need no descriptor.
    doorbell: OnceLock<Doorbell>,
    wakeup: Arc<Wakeup>,
}

struct State<T> {
    items: VecDeque<T>,
    waiters: usize,
    /// A wake-up that has not ended a wait yet.
    woken: bool,
    closed: bool,
}

impl<T> ReadyList<T> {
    pub(super) fn new(rank: Rank) -> ReadyList<T> {
        let state = State { items: VecDeque::new(), waiters: 0, woken: false, closed: false };
        ReadyList {
            state: Mutex::new(rank, state),
            members: AtomicUsize::new(0),
            changed: Condvar::new(),
            doorbell: OnceLock::new(),
            wakeup: Arc::default(),
        }
    }

    /// Waits until `take` finds something, until `deadline` (`None`: without limit). It is called under the lock.
    pub(super) fn wait<R>(
        &self,
        deadline: Option<Instant>,
        mut take: impl FnMut(&mut VecDeque<T>) -> Option<R>,
    ) -> Waited<R> {
        let mut state = lock(&self.state);
        loop {
            if state.closed {
                return Waited::Closed;
            }
            if let Some(taken) = take(&mut state.items) {
                // An item is announced once, however much it holds: the next waiting thread takes the next one.
                let is_awaited = state.is_awaited() && !state.items.is_empty();
                self.clear_if_quiet(&state);
                drop(state);
                self.wake_one(is_awaited);
                return Waited::Taken(taken);
            }
            let woken = std::mem::take(&mut state.woken);
            self.clear_if_quiet(&state);
            if woken || wait::is_over(deadline) {
                return Waited::Nothing;
            }
            state.waiters += 1;
            state = wait::once(&self.changed, state, deadline);
            state.waiters -= 1;
        }
    }

    /// Ends one wait, or the next one before it begins.
    pub(super) fn wake(&self) {
        let mut state = lock(&self.state);
        state.woken = true;
        self.announce(&state);
    }

    pub(super) fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    pub(super) fn is_empty(&self) -> bool {
        lock(&self.state).items.is_empty()
    }

    /// Ends all waits permanently. No further callback begins. One that is running is not waited for.
    pub(super) fn close(&self) {
        let forgotten = {
            let mut state = lock(&self.state);
            state.closed = true;
            self.announce(&state);
            std::mem::take(&mut state.items)
        };
        drop(forgotten);
        self.wakeup.close();
    }

    /// The handle for foreign event loops: raised exactly while a wait would end at once.
    pub(super) fn doorbell(&self) -> io::Result<&Doorbell> {
        // Under the lock, so that nothing arrives between creating and raising it.
        let state = lock(&self.state);
        if self.doorbell.get().is_none() {
            let doorbell = Doorbell::new()?;
            if !state.is_quiet() {
                doorbell.raise();
            }
            let _ = self.doorbell.set(doorbell);
        }
        self.doorbell.get().ok_or_else(|| io::ErrorKind::Other.into())
    }

    /// Replaces the callback. When this returns, the previous one is not running and will not be called again. The
    /// new one is called at once when something waits, because an earlier wake-up would be lost.
    pub(super) fn set_callback(&self, callback: Option<Callback>) {
        let is_set = callback.is_some();
        self.wakeup.set(callback);
        if is_set && !lock(&self.state).is_quiet() {
            self.wakeup.clone().call_now();
        }
    }

    /// Registers one more item and reserves its entry, so that listing it allocates nothing.
    pub(super) fn join(&self) {
        let members = self.members.fetch_add(1, Ordering::Relaxed) + 1;
        let mut larger = VecDeque::new();
        loop {
            {
                let mut state = lock(&self.state);
                if state.items.capacity() >= members {
                    return;
                }
                if larger.capacity() >= members {
                    larger.append(&mut state.items);
                    // The smaller one is freed when the lock is released.
                    std::mem::swap(&mut larger, &mut state.items);
                    drop(state);
                    return;
                }
            }
            larger = VecDeque::with_capacity(members.next_power_of_two());
        }
    }

    /// Unregisters an item: it will not be listed again.
    pub(super) fn leave(&self) {
        self.members.fetch_sub(1, Ordering::Relaxed);
    }

    /// Lists an item that is ready, if `admit` says so under the lock. Returns whether it is the only one.
    pub(super) fn list_if(&self, item: T, admit: impl FnOnce() -> bool) -> bool {
        let (is_first, is_awaited) = {
            let mut state = lock(&self.state);
            if state.closed || !admit() {
                return false;
            }
            if state.is_quiet() {
                self.ring();
            }
            // A wake-up that has not ended a wait raised the doorbell, but the callback was not called for it.
            let is_first = state.items.is_empty();
            state.items.push_back(item);
            (is_first, state.is_awaited())
        };
        self.wake_one(is_awaited);
        if is_first && self.wakeup.owe() {
            runtime::call_soon(self.wakeup.clone());
        }
        is_first
    }

    /// Removes listed items, or changes what else the lock protects. The items must have other owners.
    pub(super) fn change(&self, change: impl FnOnce(&mut VecDeque<T>)) {
        let mut state = lock(&self.state);
        change(&mut state.items);
        self.clear_if_quiet(&state);
    }

    fn announce(&self, state: &State<T>) {
        if state.waiters > 0 {
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

    fn clear_if_quiet(&self, state: &State<T>) {
        if state.is_quiet() {
            if let Some(doorbell) = self.doorbell.get() {
                doorbell.clear();
            }
        }
    }

    #[cfg(test)]
    pub(super) fn waiters(&self) -> usize {
        lock(&self.state).waiters
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        lock(&self.state).items.capacity()
    }
}

impl<T> State<T> {
    fn is_awaited(&self) -> bool {
        self.waiters > 0
    }

    fn is_quiet(&self) -> bool {
        self.items.is_empty() && !self.woken && !self.closed
    }
}
