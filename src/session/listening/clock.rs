//! The time of what is visited.

use std::time::Duration;

use tokio::time::Instant;

/// A longer time between two visits counts as so long: the process was stopped.
const LONGEST: Duration = Duration::from_secs(1);

/// Begins when it is made.
pub(super) struct Clock {
    visited: Instant,
    now: Duration,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { visited: Instant::now(), now: Duration::ZERO }
    }
}

impl Clock {
    pub(super) fn now_ms(&mut self) -> u64 {
        let now = Instant::now();
        let elapsed = now - std::mem::replace(&mut self.visited, now);
        self.pass(elapsed)
    }

    /// So much time has passed since it was asked before.
    pub(super) fn pass(&mut self, elapsed: Duration) -> u64 {
        self.now += elapsed.min(LONGEST);
        self.now.as_millis() as u64
    }
}
