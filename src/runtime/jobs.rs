//! Counts the jobs that `shutdown` waits for.

use std::sync::Arc;

use tokio::time::Instant;

use super::wait::wait;
use crate::lock::{Condvar, Mutex, Rank, lock};

/// The jobs that `shutdown` waits for.
pub(super) struct Jobs {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    /// Nobody waits for them any more.
    is_cut: bool,
}

/// Counts a job while it lives, however it ends.
pub struct JobGuard(Arc<Jobs>);

impl Default for Jobs {
    fn default() -> Jobs {
        Jobs { state: Mutex::new(Rank::Jobs, State::default()), changed: Condvar::new() }
    }
}

impl Jobs {
    /// Returns whether none is left at the deadline.
    pub(super) fn wait_until_none(&self, deadline: Instant) -> bool {
        let (state, _) = wait(&self.changed, lock(&self.state), Some(deadline), |state| {
            (state.running == 0 || state.is_cut).then_some(())
        });
        state.running == 0
    }

    /// Ends all waits, also later ones.
    pub(super) fn cut(&self) {
        lock(&self.state).is_cut = true;
        self.changed.notify_all();
    }
}

impl JobGuard {
    pub(super) fn new(jobs: Arc<Jobs>) -> JobGuard {
        lock(&jobs.state).running += 1;
        JobGuard(jobs)
    }
}

impl Drop for JobGuard {
    fn drop(&mut self) {
        lock(&self.0.state).running -= 1;
        self.0.changed.notify_all();
    }
}
