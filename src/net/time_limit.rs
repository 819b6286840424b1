//! The time until which something must be done.

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, Timeout, timeout_at};

/// A deadline that remembers its original length, for the text of the error.
#[derive(Clone, Copy)]
pub struct TimeLimit {
    at: Instant,
    whole: Duration,
}

impl TimeLimit {
    pub fn new(whole: Duration) -> TimeLimit {
        TimeLimit { at: Instant::now() + whole, whole }
    }

    pub fn at(self) -> Instant {
        self.at
    }

    /// Returns a limit for a part of the work.
    pub fn part(self, whole: Duration) -> TimeLimit {
        let part = TimeLimit::new(whole);
        if part.at < self.at { part } else { self }
    }

    pub fn bound<F: IntoFuture>(self, job: F) -> Timeout<F::IntoFuture> {
        timeout_at(self.at, job)
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.whole.as_millis())
    }
}
