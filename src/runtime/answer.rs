//! The result of a job, for the one caller that waits for it.

use std::sync::Arc;

use tokio::time::Instant;

use super::wait::wait;
use crate::error::{Error, Result, Status};
use crate::lock::{Condvar, Mutex, Rank, lock};

pub(super) struct Answer<T> {
    outcome: Mutex<Option<Result<T>>>,
    changed: Condvar,
}

/// Promises an answer. Dropped without one it answers that the library was shut down.
pub(super) struct Promise<T>(Arc<Answer<T>>);

impl<T> Default for Answer<T> {
    fn default() -> Answer<T> {
        Answer { outcome: Mutex::new(Rank::Answer, None), changed: Condvar::new() }
    }
}

impl<T> Answer<T> {
    pub(super) fn promise(self: &Arc<Self>) -> Promise<T> {
        Promise(self.clone())
    }

    /// Only the first answer counts.
    pub(super) fn give(&self, outcome: Result<T>) {
        let late = {
            let mut known = lock(&self.outcome);
            if known.is_none() { known.replace(outcome) } else { Some(outcome) }
        };
        drop(late);
        self.changed.notify_all();
    }

    pub(super) fn wait(&self, deadline: Option<Instant>) -> Result<T> {
        let (_known, outcome) = wait(&self.changed, lock(&self.outcome), deadline, Option::take);
        outcome.unwrap_or_else(|| Err(Error::new(Status::Timeout, "the call took too long")))
    }
}

impl<T> Promise<T> {
    pub(super) fn keep(&self, outcome: Result<T>) {
        self.0.give(outcome);
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.0.give(Err(Error::new(Status::Shutdown, "the library was shut down during the call")));
    }
}
