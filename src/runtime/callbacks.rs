//! Runs the caller's wake-up callbacks on the library's thread, one after the other, with no lock of the library
//! held.
//!
//! A thread that has something to report queues a note here and continues: that thread may belong to the caller and
//! hold a lock that the callback takes.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::wait;
use crate::lock::{Condvar, Mutex, Rank, assert_none_held, lock};

/// A callback that is due.
pub trait Call: Send + Sync {
    fn call(self: Arc<Self>);
}

struct Notes {
    owed: VecDeque<Arc<dyn Call>>,
    /// Number of threads that serve the queue: one; none after a shutdown; two when a callback outlasts a shutdown.
    servers: usize,
    /// Made by the first of these threads: a note that the ones before did not take must not wake it.
    added: Option<Arc<Notify>>,
}

static NOTES: Mutex<Notes> = Mutex::new(Rank::Owed, Notes { owed: VecDeque::new(), servers: 0, added: None });

/// Queues a call. Returns whether a thread serves the queue. No lock may be held.
pub(super) fn add(what: Arc<dyn Call>) -> bool {
    assert_none_held("a note for the caller's code");
    let added = {
        let mut notes = lock(&NOTES);
        notes.owed.push_back(what);
        notes.added.clone()
    };
    // Without a thread nobody waits, and the next one looks first.
    added.inspect(|added| added.notify_one()).is_some()
}

/// State of the library's thread as far as callbacks are concerned.
pub(super) struct Server {
    state: Mutex<State>,
    changed: Condvar,
}

impl Default for Server {
    fn default() -> Server {
        Server { state: Mutex::new(Rank::Server, State::default()), changed: Condvar::new() }
    }
}

#[derive(Default)]
struct State {
    is_inside: bool,
    has_ended: bool,
    /// Nobody waits for the caller's code any more.
    is_cut: bool,
}

/// Registers a thread that serves the queue until it ends.
pub(super) struct Serving(Arc<Server>);

impl Serving {
    pub(super) fn begin(server: Arc<Server>) -> Serving {
        let mut notes = lock(&NOTES);
        notes.servers += 1;
        notes.added.get_or_insert_default();
        drop(notes);
        Serving(server)
    }
}

/// Makes the last calls: those of sessions that were cut off.
impl Drop for Serving {
    fn drop(&mut self) {
        while let Some(what) = last() {
            self.0.call(what);
        }
        lock(&self.0.state).has_ended = true;
        self.0.changed.notify_all();
    }
}

impl Server {
    /// Makes the calls one at a time and yields to the sessions between two calls.
    pub(super) async fn run(&self) {
        loop {
            while let Some(what) = next() {
                self.call(what);
                tokio::task::yield_now().await;
            }
            let added = lock(&NOTES).added.clone();
            match added {
                Some(added) => added.notified().await,
                None => return,
            }
        }
    }

    fn call(&self, what: Arc<dyn Call>) {
        self.enter(true);
        what.call();
        self.enter(false);
    }

    fn enter(&self, is_inside: bool) {
        lock(&self.state).is_inside = is_inside;
        self.changed.notify_all();
    }

    /// Waits until the thread has ended. Does not wait for the caller's code beyond the deadline. Returns whether the
    /// thread has ended.
    pub(super) fn wait_ended(&self, deadline: Instant) -> bool {
        let mut state = lock(&self.state);
        while !state.has_ended {
            let limit = state.is_inside.then_some(deadline);
            if wait::is_over(limit) || (state.is_inside && state.is_cut) {
                return false;
            }
            state = wait::once(&self.changed, state, limit);
        }
        true
    }

    /// Ends the waits for the caller's code, also later ones.
    pub(super) fn cut(&self) {
        lock(&self.state).is_cut = true;
        self.changed.notify_all();
    }
}

fn next() -> Option<Arc<dyn Call>> {
    lock(&NOTES).owed.pop_front()
}

/// Takes the next call, or unregisters this thread when there is none.
fn last() -> Option<Arc<dyn Call>> {
    let mut notes = lock(&NOTES);
    let what = notes.owed.pop_front();
    if what.is_none() {
        notes.servers -= 1;
        notes.added = notes.added.take().filter(|_| notes.servers > 0);
    }
    what
}
