//! Until when something must be done.

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, Timeout, timeout_at};

/// A deadline that remembers how long it was in the beginning, for the error's text.
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

    /// A limit for a part of what this one is for.
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
