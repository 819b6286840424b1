//! Calls whose callers wait, and how another thread ends them.

use std::sync::{Arc, Weak};

use crate::error::{Error, Status};
use crate::lock::{Mutex, Rank, lock};

static RUNNING: Mutex<Vec<(usize, Weak<Call>)>> = Mutex::new(Rank::Calls, Vec::new());

/// What ends the wait; called by the thread that ends the call, without a lock.
type Stop = Arc<dyn Fn() + Send + Sync>;

/// A call that another thread may end. The default is one that nobody can name.
pub struct Call(Mutex<State>);

#[derive(Default)]
struct State {
    is_ended: bool,
    stop: Option<Stop>,
}

/// Can be ended while it lives.
pub struct Running {
    name: usize,
    call: Arc<Call>,
}

impl Default for Call {
    fn default() -> Call {
        Call(Mutex::new(Rank::Call, State::default()))
    }
}

impl Call {
    /// From now on an end of the call does this; at once if it was ended already.
    pub fn on_end(&self, stop: impl Fn() + Send + Sync + 'static) {
        let stop: Stop = Arc::new(stop);
        let mut state = lock(&self.0);
        if state.is_ended {
            drop(state);
            stop();
        } else {
            state.stop = Some(stop);
        }
    }

    pub fn is_ended(&self) -> bool {
        lock(&self.0).is_ended
    }

    /// The error of a call that was ended.
    pub fn check(&self) -> Result<(), Error> {
        if self.is_ended() { Err(ended()) } else { Ok(()) }
    }

    fn end(&self) {
        let stop = {
            let mut state = lock(&self.0);
            state.is_ended = true;
            state.stop.clone()
        };
        if let Some(stop) = stop {
            stop();
        }
    }
}

/// Begins a call that is known by this address; 0: by none.
pub fn begin(name: usize) -> Running {
    let call = Arc::new(Call::default());
    if name != 0 {
        lock(&RUNNING).push((name, Arc::downgrade(&call)));
    }
    Running { name, call }
}

/// Ends the call with this address. Returns whether there is one.
pub fn end(name: usize) -> bool {
    let found =
        lock(&RUNNING).iter().rev().find(|(known, _)| *known == name).and_then(|(_, call)| call.upgrade());
    if let Some(call) = &found {
        call.end();
    }
    found.is_some()
}

pub fn ended() -> Error {
    Error::new(Status::Closed, "palabra_cancel() ended the call")
}

impl std::ops::Deref for Running {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.call
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.name != 0 {
            let own = Arc::as_ptr(&self.call);
            lock(&RUNNING).retain(|(_, call)| !std::ptr::eq(call.as_ptr(), own));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_call_is_ended_once_it_is_there_and_not_after() {
        let place = Box::new(0_u8);
        let name = (&raw const *place).addr();
        assert!(!end(name));
        let stopped = Arc::new(AtomicUsize::new(0));
        let (first, second) = (stopped.clone(), stopped.clone());
        let call = begin(name);
        assert!(call.check().is_ok());
        call.on_end(move || first.store(first.load(Ordering::Relaxed) + 1, Ordering::Relaxed));
        assert!(end(name) && stopped.load(Ordering::Relaxed) == 1);
        assert_eq!(call.check().unwrap_err().status, Status::Closed);
        call.on_end(move || second.store(second.load(Ordering::Relaxed) + 1, Ordering::Relaxed));
        assert_eq!(stopped.load(Ordering::Relaxed), 2, "what comes late is ended at once");
        drop(call);
        assert!(!end(name) && !end(0));
    }
}
