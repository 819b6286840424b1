//! The state of a session, and what its owner requested.
//!
//! CONNECTING -> READY -> ENDING -> CLOSED; from any state directly to CLOSED.

use crate::sync::{AtomicBool, AtomicI32, AtomicU32, Ordering};

use tokio::time::Instant;

use crate::error::{Error, Result, Status};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime::wait::wait;

/// Numbers are part of the ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum State {
    Connecting = 1,
    Ready = 2,
    Ending = 3,
    Closed = 4,
}

pub(crate) struct Life {
    /// Read on audio threads, so outside the mutex; written only under it.
    state: AtomicI32,
    /// Seconds of the requested end; 0 while none was requested.
    end_request: AtomicU32,
    close_requested: AtomicBool,
    end: Mutex<Outcome>,
    changed: Condvar,
}

#[derive(Default)]
struct Outcome {
    /// Id of the REST session that was created for it; empty: none.
    rest_session: String,
    error: Option<Error>,
    /// The driver has ended: the stream is closed and the REST session deleted.
    finished: bool,
}

impl Default for Life {
    fn default() -> Life {
        Life {
            state: AtomicI32::new(State::Connecting as i32),
            end_request: AtomicU32::new(0),
            close_requested: AtomicBool::new(false),
            end: Mutex::new(Rank::Life, Outcome::default()),
            changed: Condvar::new(),
        }
    }
}

impl Life {
    pub(crate) fn state(&self) -> State {
        match self.state.load(Ordering::Acquire) {
            state if state == State::Connecting as i32 => State::Connecting,
            state if state == State::Ready as i32 && self.end_requested().is_some() => State::Ending,
            state if state == State::Ready as i32 => State::Ready,
            state if state == State::Ending as i32 => State::Ending,
            _ => State::Closed,
        }
    }

    pub(crate) fn enter(&self, state: State) {
        let _outcome = lock(&self.end);
        self.state.store(state as i32, Ordering::Release);
        self.changed.notify_all();
    }

    pub(crate) fn enter_closed(&self, error: Option<Error>) {
        let mut outcome = lock(&self.end);
        outcome.error = error;
        self.state.store(State::Closed as i32, Ordering::Release);
        self.changed.notify_all();
    }

    pub(crate) fn note_rest_session(&self, id: &str) {
        id.clone_into(&mut lock(&self.end).rest_session);
    }

    pub(crate) fn rest_session(&self) -> String {
        lock(&self.end).rest_session.clone()
    }

    pub(crate) fn finish(&self) {
        lock(&self.end).finished = true;
        self.changed.notify_all();
    }

    pub(crate) fn error(&self) -> Option<Error> {
        lock(&self.end).error.clone()
    }

    /// Only the first request counts.
    pub(crate) fn request_end(&self, eos_timeout_s: u32) -> std::result::Result<(), Status> {
        if self.state() == State::Closed {
            return Err(Status::Closed);
        }
        self.end_request
            .compare_exchange(0, eos_timeout_s, Ordering::AcqRel, Ordering::Acquire)
            .map(drop)
            .map_err(|_| Status::Ended)
    }

    pub(crate) fn end_requested(&self) -> Option<u32> {
        let seconds = self.end_request.load(Ordering::Acquire);
        #[cfg(test)]
        meanwhile::looked();
        Some(seconds).filter(|&seconds| seconds != 0)
    }

    pub(crate) fn request_close(&self) {
        let _outcome = lock(&self.end);
        self.close_requested.store(true, Ordering::Release);
        self.changed.notify_all();
    }

    pub(crate) fn close_requested(&self) -> bool {
        self.close_requested.load(Ordering::Acquire)
    }

    pub(crate) fn wait_ready(&self, deadline: Option<Instant>) -> Result<()> {
        let closed = || Error::new(Status::Closed, "the session was closed");
        let (_outcome, told) = wait(&self.changed, lock(&self.end), deadline, |outcome| match self.state() {
            State::Ready | State::Ending => Some(Ok(())),
            State::Closed => Some(Err(outcome.error.clone().unwrap_or_else(closed))),
            State::Connecting if self.close_requested() => Some(Err(closed())),
            State::Connecting => None,
        });
        told.unwrap_or_else(|| Err(Error::new(Status::Timeout, "the session is not ready yet")))
    }

    pub(crate) fn wait_finished(&self, deadline: Instant) {
        wait(&self.changed, lock(&self.end), Some(deadline), |outcome| outcome.finished.then_some(()));
    }
}

/// What another thread does directly after this one has checked whether the end was requested: a race that tests
/// control.
#[cfg(test)]
pub(crate) mod meanwhile {
    use std::cell::RefCell;

    type Deed = Box<dyn FnOnce()>;

    thread_local! {
        static DEED: RefCell<Option<(u32, Deed)>> = const { RefCell::new(None) };
    }

    /// It happens after this many checks.
    pub(crate) fn after(looks: u32, deed: impl FnOnce() + 'static) {
        DEED.replace(Some((looks, Box::new(deed))));
    }

    /// Returns whether it did not happen yet.
    pub(crate) fn is_to_come() -> bool {
        DEED.with_borrow(Option::is_some)
    }

    pub(crate) fn looked() {
        let due = DEED.with_borrow_mut(|deed| {
            if let Some((looks, _)) = deed {
                *looks -= 1;
            }
            // Taken out first, because the action checks again.
            deed.take_if(|(looks, _)| *looks == 0)
        });
        if let Some((_, deed)) = due {
            deed();
        }
    }
}
