//! The progress of writing a recording, for callers that wait and for events that report it.

use std::time::Duration;

use crate::error::{Error, Result, Status};
use crate::lock::{self, Condvar, Mutex, Rank, lock};
use crate::runtime::wait;

pub(crate) struct End {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    is_created: bool,
    /// The caller that started the recording waits for the file: a failure until then is its return value.
    is_awaited: bool,
    failure: Option<Error>,
    /// A part is missing.
    is_lossy: bool,
    is_told: bool,
    is_over: bool,
}

impl Default for End {
    fn default() -> End {
        let state = State {
            is_created: false,
            is_awaited: true,
            failure: None,
            is_lossy: false,
            is_told: false,
            is_over: false,
        };
        End { state: Mutex::new(Rank::RecordingFile, state), changed: Condvar::new() }
    }
}

impl End {
    pub(crate) fn create(&self) {
        lock(&self.state).is_created = true;
        self.changed.notify_all();
    }

    /// Only the first failure counts.
    pub(crate) fn fail(&self, error: Error) {
        lock(&self.state).failure.get_or_insert(error);
        self.changed.notify_all();
    }

    /// The disk was too slow, or the library's thread was.
    pub(crate) fn lose(&self) {
        lock(&self.state).is_lossy = true;
    }

    /// The file is closed.
    pub(crate) fn finish(&self) {
        lock(&self.state).is_over = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_over(&self) -> bool {
        lock(&self.state).is_over
    }

    /// Returns a failure once, unless the caller that started the recording got it.
    pub(crate) fn untold(&self) -> Option<Error> {
        let mut state = lock(&self.state);
        if state.is_awaited || state.is_told {
            return None;
        }
        let outcome = state.outcome().err();
        state.is_told = outcome.is_some();
        outcome
    }

    /// Waits until the file is created. A timeout is not a failure yet.
    pub(crate) fn wait_created(&self, timeout: Duration) -> Result<()> {
        let mut state = self.wait_until(timeout, |state| state.is_created || state.failure.is_some());
        state.is_awaited = false;
        let outcome = state.failure.clone();
        state.is_told = outcome.is_some();
        outcome.map_or(Ok(()), Err)
    }

    /// Waits until the file is complete.
    pub(crate) fn wait(&self, timeout: Duration) -> Result<()> {
        let state = self.wait_until(timeout, |state| state.is_over);
        if state.is_over {
            return state.outcome();
        }
        Err(Error::new(Status::Timeout, "the recording is still being written"))
    }

    fn wait_until(&self, timeout: Duration, is_met: impl Fn(&State) -> bool) -> lock::Guard<'_, State> {
        let deadline = wait::after(timeout);
        wait::wait(&self.changed, lock(&self.state), deadline, |state| is_met(state).then_some(())).0
    }
}

impl State {
    fn outcome(&self) -> Result<()> {
        match &self.failure {
            Some(error) => Err(error.clone()),
            None if self.is_lossy => Err(Error::new(
                Status::Io,
                "the disk was too slow, or audio came faster than it was recorded: a part is missing",
            )),
            None => Ok(()),
        }
    }
}
