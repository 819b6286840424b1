//! When to report that input was dropped: once for a run of losses.

use std::time::Duration;

use tokio::time::Instant;

/// A run is over when nothing was dropped for this long.
const QUIET: Duration = Duration::from_secs(1);
/// A longer run is reported in parts.
const LONGEST: Duration = Duration::from_secs(10);

/// The run of losses that was not reported.
#[derive(Default)]
pub(super) struct Losses {
    run: Option<Run>,
}

struct Run {
    since: Instant,
    last: Instant,
    /// It began before READY, and is over with that.
    is_early: bool,
}

impl Losses {
    pub(super) fn note(&mut self, is_ready: bool, now: Instant) {
        let run = self.run.get_or_insert(Run { since: now, last: now, is_early: !is_ready });
        run.last = now;
    }

    /// When to report it, once the session is READY.
    pub(super) fn due(&self) -> Option<Instant> {
        let run = self.run.as_ref()?;
        Some(if run.is_early { run.last } else { (run.last + QUIET).min(run.since + LONGEST) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_run_is_reported_when_it_is_over_and_a_long_one_in_parts() {
        let start = Instant::now();
        let mut losses = Losses::default();
        assert_eq!(losses.due(), None);
        for at in 0..400 {
            losses.note(true, start + at * 10 * MS);
        }
        assert_eq!(losses.due(), Some(start + 3990 * MS + QUIET));
        losses.note(true, start + 9900 * MS);
        assert_eq!(losses.due(), Some(start + LONGEST));
    }

    #[test]
    fn what_was_lost_while_connecting_is_reported_at_ready() {
        let start = Instant::now();
        let mut losses = Losses::default();
        losses.note(false, start);
        losses.note(false, start + 500 * MS);
        assert_eq!(losses.due(), Some(start + 500 * MS));
    }
}
