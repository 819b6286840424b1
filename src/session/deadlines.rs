//! Everything that happens because time has passed.

use std::time::Duration;

use tokio::time::Instant;

use crate::wire::translation::dialect::Dialect;

/// As the official clients ping (protocol.md 4).
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// As the service allows `get_task` (protocol.md 5.4).
const ASK_INTERVAL: Duration = Duration::from_millis(2100);
/// A server of the second generation speaks up by itself; one that does not is asked (protocol.md 5.4).
const PATIENCE: Duration = Duration::from_secs(5);
/// After the stream's end the server closes at once; this is for one that forgets.
const GOODBYE: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Ask the service whether the task runs.
    Ask,
    Ping,
    /// The service did not become ready.
    NotReady,
    /// Nothing was heard for too long.
    Dead,
    /// The tail did not arrive.
    EndOverdue,
    /// The stream has ended but the server does not close.
    Goodbye,
}

pub struct Deadlines {
    liveness: Duration,
    end_timeout: Duration,
    last_heard: Instant,
    next_ping: Instant,
    ask: Option<Instant>,
    /// How long a server may say nothing before it is asked the first time.
    patience: Duration,
    ready: Option<Instant>,
    end: Option<Instant>,
    goodbye: Option<Instant>,
}

impl Deadlines {
    pub fn new(
        now: Instant,
        ready_timeout: Duration,
        liveness: Duration,
        end_timeout: Duration,
        patience: Duration,
    ) -> Deadlines {
        Deadlines {
            liveness,
            end_timeout,
            last_heard: now,
            next_ping: now + ping_interval(liveness),
            ask: Some(now + patience),
            patience,
            ready: Some(now + ready_timeout),
            end: None,
            goodbye: None,
        }
    }

    /// The server said something, be it only a pong.
    pub fn heard(&mut self, now: Instant) {
        self.last_heard = now;
    }

    /// The server said something of the conversation: a tail may be long, only silence makes it overdue.
    pub fn progressed(&mut self, now: Instant) {
        self.ask = self.ask.map(|at| at.max(now + self.patience));
        self.end = self.end.map(|at| at.max(now + self.end_timeout));
    }

    pub fn ready(&mut self) {
        self.ask = None;
        self.ready = None;
    }

    /// The service may stay silent for `eos_timeout` before it has anything to say.
    pub fn ending(&mut self, now: Instant, eos_timeout: Duration) {
        self.end = Some(now + eos_timeout + self.end_timeout);
    }

    pub fn stream_ended(&mut self, now: Instant) {
        self.end = None;
        self.goodbye = Some(now + GOODBYE);
    }

    /// When to look again.
    pub fn next(&self) -> Instant {
        let optional = [self.ask, self.ready, self.end, self.goodbye];
        let always = [self.next_ping, self.last_heard + self.liveness];
        optional.into_iter().flatten().chain(always).min().unwrap_or(self.next_ping)
    }

    /// What is due now, worst first; periodic things are put off to their next time.
    pub fn take_due(&mut self, now: Instant) -> Option<Due> {
        let passed = |deadline: Option<Instant>| deadline.is_some_and(|at| at <= now);
        if self.last_heard + self.liveness <= now {
            return Some(Due::Dead);
        }
        if passed(self.ready) {
            return Some(Due::NotReady);
        }
        if passed(self.end) {
            return Some(Due::EndOverdue);
        }
        if passed(self.goodbye) {
            return Some(Due::Goodbye);
        }
        if passed(self.ask) {
            self.ask = Some(now + ASK_INTERVAL);
            return Some(Due::Ask);
        }
        if self.next_ping <= now {
            self.next_ping = now + ping_interval(self.liveness);
            return Some(Due::Ping);
        }
        None
    }
}

/// How long to wait before asking whether the task runs.
pub fn patience(dialect: Dialect) -> Duration {
    match dialect {
        Dialect::V1 => Duration::ZERO,
        Dialect::V2 => PATIENCE,
    }
}

/// Often enough that a living server is heard in time, twice over.
fn ping_interval(liveness: Duration) -> Duration {
    PING_INTERVAL.min(liveness / 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn asking_goes_on_until_ready() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, 30 * S, 15 * S, 30 * S, Duration::ZERO);
        assert_eq!(deadlines.take_due(start), Some(Due::Ask));
        assert_eq!(deadlines.take_due(start), None);
        assert_eq!(deadlines.next(), start + ASK_INTERVAL);
        deadlines.heard(start + 20 * S);
        assert_eq!(deadlines.take_due(start + 30 * S), Some(Due::NotReady));
        deadlines.ready();
        assert_eq!(deadlines.take_due(start + 30 * S), Some(Due::Ping));
    }

    #[test]
    fn a_server_that_speaks_by_itself_is_asked_only_when_it_does_not() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, 30 * S, 30 * S, 30 * S, patience(Dialect::V2));
        deadlines.progressed(start + 2 * S);
        assert_eq!(deadlines.take_due(start + 6 * S), None);
        assert_eq!(deadlines.take_due(start + 7 * S), Some(Due::Ask));
        assert_eq!(deadlines.take_due(start + 8 * S), None);
        assert_eq!(deadlines.take_due(start + 10 * S), Some(Due::Ask));
    }

    #[test]
    fn silence_is_death_and_pings_come_in_time_to_prevent_it() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, 30 * S, 6 * S, 30 * S, Duration::ZERO);
        deadlines.ready();
        assert_eq!(deadlines.take_due(start + 2 * S), Some(Due::Ping));
        assert_eq!(deadlines.take_due(start + 6 * S), Some(Due::Dead));
        deadlines.heard(start + 3 * S);
        assert_ne!(deadlines.take_due(start + 6 * S), Some(Due::Dead));
    }

    #[test]
    fn a_tail_that_keeps_coming_is_not_overdue() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, 30 * S, 100 * S, 10 * S, Duration::ZERO);
        deadlines.ready();
        deadlines.ending(start, Duration::ZERO);
        deadlines.progressed(start + 9 * S);
        assert_eq!(deadlines.take_due(start + 11 * S), Some(Due::Ping));
        deadlines.heard(start + 18 * S);
        assert_eq!(deadlines.take_due(start + 19 * S), Some(Due::EndOverdue), "a pong is no progress");
        deadlines.stream_ended(start + 19 * S);
        assert_eq!(deadlines.take_due(start + 21 * S), Some(Due::Goodbye));
    }
}
