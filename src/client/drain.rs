//! The end of a client's work: nothing more is opened, and what is open goes on until its owner closes it.

use std::sync::Arc;

use tokio::time::Instant;

use crate::error::{Error, Result, Status};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime::calls::{self, Call};
use crate::runtime::wait;
use crate::sync::{AtomicBool, Ordering};

/// Of one client.
pub struct Drain {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    has_begun: bool,
    open: usize,
}

/// A session or a call that is open, until its handle is closed.
pub struct Opening {
    drain: Arc<Drain>,
    is_over: AtomicBool,
}

impl Default for Drain {
    fn default() -> Drain {
        Drain { state: Mutex::new(Rank::Drain, State::default()), changed: Condvar::new() }
    }
}

impl Drain {
    /// Something is opened.
    pub fn enter(self: &Arc<Self>) -> Result<Opening> {
        let mut state = lock(&self.state);
        if state.has_begun {
            return Err(Status::Draining.into());
        }
        state.open += 1;
        Ok(Opening { drain: self.clone(), is_over: AtomicBool::new(false) })
    }

    /// Nothing can be opened any more.
    pub fn begin(&self) {
        lock(&self.state).has_begun = true;
    }

    pub fn has_begun(&self) -> bool {
        lock(&self.state).has_begun
    }

    /// Waits until nothing is open, unless another thread ends this call.
    pub fn wait(self: &Arc<Self>, call: &Call, deadline: Option<Instant>) -> Result<()> {
        let is_ended = Arc::new(AtomicBool::new(false));
        let (drain, told) = (self.clone(), is_ended.clone());
        call.on_end(move || {
            told.store(true, Ordering::Relaxed);
            // Who waits has looked at it before, or will.
            let _state = lock(&drain.state);
            drain.changed.notify_all();
        });
        let (state, over) = wait::wait(&self.changed, lock(&self.state), deadline, |state| {
            let is_ended = is_ended.load(Ordering::Relaxed);
            if state.open == 0 { Some(Ok(())) } else { is_ended.then(|| Err(calls::ended())) }
        });
        over.unwrap_or_else(|| {
            let text = format!("{} sessions and calls are still open", state.open);
            Err(Error::new(Status::Timeout, text))
        })
    }
}

impl Opening {
    /// Its owner has closed it. Only the first time counts.
    pub fn leave(&self) {
        if !self.is_over.swap(true, Ordering::Relaxed) {
            lock(&self.drain.state).open -= 1;
            self.drain.changed.notify_all();
        }
    }
}

/// It could not be opened.
impl Drop for Opening {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_opened_any_more_and_what_is_open_is_waited_for() {
        let drain = Arc::new(Drain::default());
        let [first, second] = [(); 2].map(|()| drain.enter().unwrap());
        drain.begin();
        assert_eq!(drain.enter().err().map(|error| error.status), Some(Status::Draining));
        let call = Call::default();
        let soon = || drain.wait(&call, Some(Instant::now()));
        assert_eq!(soon().unwrap_err().text, "2 sessions and calls are still open");
        first.leave();
        first.leave();
        drop(first);
        assert_eq!(soon().unwrap_err().status, Status::Timeout);
        let wait = |name| {
            let drain = drain.clone();
            let running = calls::begin(name);
            std::thread::spawn(move || drain.wait(&running, None))
        };
        let given_up = wait(0x10);
        let waiting = wait(0);
        assert!(calls::end(0x10));
        assert_eq!(given_up.join().unwrap().unwrap_err().status, Status::Closed);
        drop(second);
        waiting.join().unwrap().unwrap();
        soon().unwrap();
    }
}
