//! The caller's wake-up callback: one call at a time, never under a lock. Only a thread that replaces it waits for
//! its end.

use std::sync::Arc;

use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime::callbacks::Call;
use crate::runtime::wait::wait;
use crate::runtime::{self, reentry};

pub type Callback = Arc<dyn Fn() + Send + Sync>;

pub(super) struct Wakeup {
    state: Mutex<State>,
    returned: Condvar,
}

impl Default for Wakeup {
    fn default() -> Wakeup {
        Wakeup { state: Mutex::new(Rank::Callback, State::default()), returned: Condvar::new() }
    }
}

#[derive(Default)]
struct State {
    callback: Option<Callback>,
    /// A thread is inside it.
    is_running: bool,
    /// A call was requested while it was running.
    is_missed: bool,
    /// A call was requested and has not begun.
    is_owed: bool,
    /// No further callback will be set.
    is_closed: bool,
}

impl Wakeup {
    /// Something arrived. Returns whether a call must be requested.
    pub(super) fn owe(&self) -> bool {
        let mut state = lock(&self.state);
        state.callback.is_some() && !std::mem::replace(&mut state.is_owed, true)
    }

    /// Calls it, unless another thread is inside already. Returns whether a call was missed meanwhile and is due now.
    fn call_once(&self) -> bool {
        let Some(callback) = lock(&self.state).begin() else { return false };
        reentry::within(&*callback);
        // Before a waiting thread continues: the caller's data is released with it.
        drop(callback);
        let is_owed = lock(&self.state).finish();
        self.returned.notify_all();
        is_owed
    }

    /// Replaces the callback. When this returns, the previous one is not running and will not be called again.
    pub(super) fn set(&self, callback: Option<Callback>) {
        let mut state = lock(&self.state);
        // No further call begins while this waits for the running one.
        let mut old = [state.callback.take(), None];
        (state, _) = wait(&self.returned, state, None, |state| (!state.is_running).then_some(()));
        if !state.is_closed {
            old[1] = std::mem::replace(&mut state.callback, callback);
        }
        drop(state);
        drop(old);
    }

    /// Calls it now, and the library's thread does so again if a call was missed meanwhile.
    pub(super) fn call_now(self: Arc<Self>) {
        if self.call_once() {
            runtime::call_soon(self);
        }
    }

    /// No further call begins. One that is running is not waited for.
    pub(super) fn close(&self) {
        let old = {
            let mut state = lock(&self.state);
            state.is_closed = true;
            state.callback.take()
        };
        drop(old);
    }
}

impl Call for Wakeup {
    fn call(self: Arc<Self>) {
        self.call_now();
    }
}

impl State {
    fn begin(&mut self) -> Option<Callback> {
        self.is_owed = false;
        if self.is_running {
            self.is_missed = true;
            return None;
        }
        let callback = self.callback.clone()?;
        self.is_running = true;
        Some(callback)
    }

    fn finish(&mut self) -> bool {
        self.is_running = false;
        let is_missed = std::mem::take(&mut self.is_missed);
        is_missed && self.callback.is_some() && !std::mem::replace(&mut self.is_owed, true)
    }
}
