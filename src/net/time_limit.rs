//! The time until which something must be done.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::runtime::standstill::STANDSTILL;

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

    /// `None`: the time is over. Time in which the process was stopped does not count, as far as it is noticed.
    pub async fn bound<F: IntoFuture>(self, job: F) -> Option<F::Output> {
        let (mut job, mut at) = (pin!(job.into_future()), self.at);
        loop {
            if let Ok(done) = timeout_at(at, &mut job).await {
                return Some(done);
            }
            let now = Instant::now();
            let late = now.saturating_duration_since(at);
            if late < STANDSTILL {
                return None;
            }
            at = now + late.min(self.whole);
        }
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.whole.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_in_which_the_process_was_stopped_does_not_count() {
        let second = Duration::from_secs(1);
        let limit = TimeLimit::new(10 * second);
        let job = tokio::spawn(limit.bound(tokio::time::sleep(14 * second)));
        tokio::task::yield_now().await;
        // Nobody runs for 13 s.
        tokio::time::advance(13 * second).await;
        assert_eq!(job.await.unwrap(), Some(()));
        let begun = Instant::now();
        let limit = TimeLimit::new(10 * second);
        assert_eq!(limit.bound(std::future::pending::<()>()).await, None);
        assert_eq!(begun.elapsed().as_secs(), 10);
    }
}
