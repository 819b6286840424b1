//! Counts the jobs that `shutdown` waits for.

use std::sync::Arc;

use tokio::time::Instant;

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
        let mut running = lock(&self.running);
        while *running > 0 {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                return false;
            };
            running = self.changed.wait_timeout(running, left);
        }
        true
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
