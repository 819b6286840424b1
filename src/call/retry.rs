//! When a session that broke is opened again, as far as that is up to its call: see also [`Connects`].
//!
//! [`Connects`]: crate::client::connects::Connects

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Status};

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
    /// Since when there is no session that listens.
    since: Option<Instant>,
}

impl Retry {
    /// A session has broken. `was_ready`: the service had listened.
    pub(super) fn note(&mut self, error: &Error, was_ready: bool, now: Instant) {
        if was_ready {
            (self.failures, self.since) = (0, None);
        } else if error.status != Status::Rate {
            self.failures += 1;
        }
        // At once where nothing speaks against it: the parties wait. A service that takes no more sessions is asked at
        // the pace of all calls.
        let wait = match self.failures {
            _ if error.status == Status::Rate => Duration::ZERO,
            0 => Duration::ZERO,
            failures => FIRST.saturating_mul(1 << (failures - 1).min(10)).min(LONGEST),
        };
        self.due = Some(now + wait);
    }

    /// Since when a session is missing: since now, unless it was before.
    pub(super) fn since(&mut self, now: Instant) -> Instant {
        *self.since.get_or_insert(now)
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
        // How long is not up to one call.
        let busy = Error { retry_after: Some(Duration::from_secs(7)), ..Error::new(Status::Rate, "") };
        (0..3).for_each(|_| retry.note(&busy, false, now));
        assert_eq!(wait(&retry), 0);
        retry.note(&lost, false, now);
        assert_eq!(wait(&retry), 1000);
    }

    #[test]
    fn one_that_waits_has_waited_since_the_last_session_that_listened() {
        let (mut retry, now) = (Retry::default(), Instant::now());
        let at = |seconds| now + Duration::from_secs(seconds);
        let lost = Error::new(Status::ConnectionLost, "");
        assert_eq!(retry.since(at(1)), at(1));
        retry.note(&lost, false, at(2));
        assert_eq!(retry.since(at(3)), at(1));
        retry.note(&lost, true, at(4));
        assert_eq!(retry.since(at(4)), at(4));
    }
}
