//! Counts the jobs that `shutdown` waits for.

use std::sync::Arc;

use tokio::time::Instant;

use super::wait::wait;
use crate::lock::{Condvar, Mutex, Rank, lock};

/// The jobs that `shutdown` waits for.
pub(super) struct Jobs {
    running: Mutex<usize>,
    changed: Condvar,
}

/// Counts a job while it lives, however it ends.
pub struct JobGuard(Arc<Jobs>);

impl Default for Jobs {
    fn default() -> Jobs {
        Jobs { running: Mutex::new(Rank::Jobs, 0), changed: Condvar::new() }
    }
}

impl Jobs {
    pub(super) fn wait_until_none(&self, deadline: Instant) -> bool {
        let running = lock(&self.running);
        let (_running, none) =
            wait(&self.changed, running, Some(deadline), |running| (*running == 0).then_some(()));
        none.is_some()
    }
}

impl JobGuard {
    pub(super) fn new(jobs: Arc<Jobs>) -> JobGuard {
        *lock(&jobs.running) += 1;
        JobGuard(jobs)
    }
}

impl Drop for JobGuard {
    fn drop(&mut self) {
        *lock(&self.0.running) -= 1;
        self.0.changed.notify_all();
    }
}
