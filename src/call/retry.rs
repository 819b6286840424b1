//! When a session that broke is opened again.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// After the second failure in a row, and at most after any number of them.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// Of one direction of a call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Retry {
    /// Sessions in a row that were never READY.
    failures: u32,
    /// Not before.
    due: Option<Instant>,
}

impl Retry {
    /// A session has broken. `was_ready`: the service had listened.
    pub(super) fn note(&mut self, error: &Error, was_ready: bool, now: Instant) {
        self.failures = if was_ready { 0 } else { self.failures + 1 };
        // At once where nothing speaks against it: the parties wait.
        let usual = match self.failures {
            0 => Duration::ZERO,
            failures => FIRST.saturating_mul(1 << (failures - 1).min(10)).min(LONGEST),
        };
        self.due = Some(now + error.retry_after.map_or(usual, |told| told.max(usual)));
    }

    /// When to open the next session, if it is not yet.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        self.due.filter(|&due| due > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

    #[test]
    fn a_session_that_had_worked_is_replaced_at_once_and_others_less_and_less_often() {
        let (mut retry, now) = (Retry::default(), Instant::now());
        let lost = Error::new(Status::ConnectionLost, "");
        let wait = |retry: &Retry| retry.due(now).map_or(0, |due| (due - now).as_millis());
        assert_eq!(wait(&retry), 0);
        retry.note(&lost, true, now);
        assert_eq!(wait(&retry), 0);
        let waits: Vec<_> = (0..40)
            .map(|_| {
                retry.note(&lost, false, now);
                wait(&retry)
            })
            .collect();
        assert_eq!(waits[..6], [1000, 2000, 4000, 8000, 16_000, 30_000]);
        assert!(waits[6..].iter().all(|&wait| wait == 30_000));
        retry.note(&lost, true, now);
        assert_eq!(wait(&retry), 0);
        // The service knows better.
        let busy = Error { retry_after: Some(Duration::from_secs(7)), ..Error::new(Status::Rate, "") };
        retry.note(&busy, true, now);
        assert_eq!(wait(&retry), 7000);
    }
}
