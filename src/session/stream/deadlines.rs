//! Deadlines: everything that happens because time has passed.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::runtime::standstill::STANDSTILL;

/// The official clients' interval of pings (protocol.md 4).
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// The interval that the service allows for `get_task` (protocol.md 5.4).
const ASK_INTERVAL: Duration = Duration::from_millis(2100);
/// After the end of the stream a server closes at once; this timeout is for one that does not.
const GOODBYE: Duration = Duration::from_secs(2);
/// An end takes at most this many times `end_timeout`, whatever the server sends meanwhile.
const END_FACTOR: u32 = 10;
/// Nothing can be sent for at least so long before an end that waits for it is given up.
const LEAST_STUCK: Duration = Duration::from_secs(60);
/// So many pings may be on their way to a server that answers none, as one that has sent its close.
const MOST_UNANSWERED: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Ask the service whether the task runs.
    Ask,
    /// Send a ping that carries this number.
    Ping(u64),
    /// The service did not become ready.
    NotReady,
    /// Nothing arrived for too long, or a ping was not answered.
    Dead,
    /// The end waits for what cannot be sent.
    Stuck,
    /// The tail did not arrive. `is_heard`: the server has sent something since the end was requested.
    EndOverdue { is_heard: bool },
    /// The stream has ended but the server does not close.
    Goodbye,
}

/// Timeouts of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From the open stream to READY.
    pub ready: Duration,
    /// For anything from the server; `NO_LIVENESS_TIMEOUT`: none.
    pub liveness: Duration,
    /// For the next piece of the tail.
    pub end: Duration,
    /// The service reports readiness only when asked.
    pub asks: bool,
}

/// State of a conversation, and how long it lasts without an answer of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The service has not reported readiness.
    Preparing {
        until: Instant,
        /// When to ask.
        ask: Option<Instant>,
    },
    Ready,
    /// The end was requested, and everything was sent.
    Ending {
        since: Instant,
        until: Instant,
        /// The end is over at this time, whatever still arrives.
        limit: Instant,
        is_heard: bool,
    },
    /// Only the close follows.
    Over {
        until: Instant,
    },
}

impl Stage {
    pub(crate) fn is_preparing(self) -> bool {
        matches!(self, Stage::Preparing { .. })
    }

    pub(crate) fn is_ready(self) -> bool {
        matches!(self, Stage::Ready)
    }

    pub(crate) fn is_ending(self) -> bool {
        matches!(self, Stage::Ending { .. })
    }

    pub(crate) fn is_over(self) -> bool {
        matches!(self, Stage::Over { .. })
    }

    /// When something is due.
    fn next(self) -> Option<Instant> {
        match self {
            Stage::Preparing { until, ask } => Some(ask.map_or(until, |ask| ask.min(until))),
            Stage::Ready => None,
            Stage::Ending { until, limit, .. } => Some(until.min(limit)),
            Stage::Over { until } => Some(until),
        }
    }

    /// Everything is due later by this time.
    fn put_off(&mut self, late: Duration) {
        match self {
            Stage::Preparing { until, ask } => {
                *until += late;
                ask.iter_mut().for_each(|ask| *ask += late);
            }
            Stage::Ready => {}
            Stage::Ending { until, limit, .. } => {
                *until += late;
                *limit += late;
            }
            Stage::Over { until } => *until += late,
        }
    }
}

pub(crate) struct Deadlines {
    timing: Timing,
    stage: Stage,
    last_heard: Instant,
    next_ping: Instant,
    /// Unanswered pings, oldest first. A ping may wait behind audio that does not leave, so they cover that case too.
    pings: VecDeque<(u64, Instant)>,
    pings_sent: u64,
    /// When the latest ping that was answered was sent: what the service had said by then has arrived.
    heard_until: Instant,
    /// After the end was requested, while there is no room: the bytes sent, and since when no more are.
    held: Option<(u64, Instant)>,
}

impl Deadlines {
    pub(crate) fn new(now: Instant, timing: Timing) -> Deadlines {
        Deadlines {
            timing,
            stage: Stage::Preparing { until: now + timing.ready, ask: timing.asks.then_some(now) },
            last_heard: now,
            next_ping: now + ping_interval(timing.liveness),
            pings: VecDeque::new(),
            pings_sent: 0,
            heard_until: now,
            held: None,
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }

    /// The server sent something, even if only a pong.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.last_heard = now;
        if let Stage::Ending { is_heard, .. } = &mut self.stage {
            *is_heard = true;
        }
    }

    /// Something of the conversation arrived, not only a notice. A long tail is not overdue while it continues to
    /// arrive.
    pub(crate) fn progressed(&mut self, now: Instant) {
        if let Stage::Ending { until, .. } = &mut self.stage {
            *until = (*until).max(now + self.timing.end);
        }
    }

    /// The number that the next ping carries.
    pub(crate) fn ping(&mut self, now: Instant) -> u64 {
        self.pings_sent += 1;
        self.pings.push_back((self.pings_sent, now));
        self.next_ping = now + ping_interval(self.timing.liveness);
        self.pings_sent
    }

    /// A pong with this number arrived. It answers the earlier pings too (RFC 6455 section 5.5.3). Returns the time
    /// since the ping, if the library sent it.
    pub(crate) fn answered(&mut self, number: u64, now: Instant) -> Option<Duration> {
        let position = self.pings.iter().position(|&(sent, _)| sent == number)?;
        let (_, at) = self.pings.drain(..=position).next_back()?;
        self.heard_until = at;
        Some(now.saturating_duration_since(at))
    }

    /// The service is known to have answered everything that it had heard by then.
    pub(crate) fn heard_until(&self) -> Instant {
        self.heard_until
    }

    /// The thread slept until `due`. Time in which it could not run does not count: the server is pinged anew, and
    /// everything else is due later by that time, which is returned.
    pub(crate) fn woke(&mut self, due: Instant, now: Instant) -> Option<Duration> {
        let late = now.saturating_duration_since(due);
        if late < STANDSTILL {
            return None;
        }
        self.last_heard = now;
        self.next_ping = now;
        for (_, at) in &mut self.pings {
            *at = now;
        }
        self.held = self.held.map(|(sent, since)| (sent, since + late));
        self.stage.put_off(late);
        Some(late)
    }

    pub(crate) fn ready(&mut self) {
        self.stage = Stage::Ready;
    }

    /// The service may be silent for `silence` before it sends anything.
    pub(crate) fn ending(&mut self, now: Instant, silence: Duration) {
        let (begin, end) = (now + silence, self.timing.end);
        self.stage = Stage::Ending {
            since: now,
            until: begin + end,
            limit: begin + end * END_FACTOR,
            is_heard: false,
        };
    }

    /// The bytes sent so far, where the end was requested and what comes before it has no room; else `None`.
    pub(crate) fn note_held(&mut self, sent: Option<u64>, now: Instant) {
        self.held = sent.map(|sent| self.held.filter(|&(before, _)| before == sent).unwrap_or((sent, now)));
    }

    pub(crate) fn stream_ended(&mut self, now: Instant) {
        self.stage = Stage::Over { until: now + GOODBYE };
    }

    /// When to check again.
    pub(crate) fn next(&self) -> Instant {
        [self.stage.next(), self.dead_at(), self.stuck_until()]
            .into_iter()
            .flatten()
            .fold(self.next_ping, Instant::min)
    }

    /// What is due now, the worst first; periodic deadlines move to their next time. Only for a socket that was just
    /// found empty.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Due> {
        if self.dead_at().is_some_and(|at| at <= now) {
            return Some(Due::Dead);
        }
        if self.stuck_until().is_some_and(|at| at <= now) {
            return Some(Due::Stuck);
        }
        match &mut self.stage {
            Stage::Preparing { until, .. } if *until <= now => return Some(Due::NotReady),
            Stage::Preparing { ask: Some(ask), .. } if *ask <= now => {
                *ask = now + ASK_INTERVAL;
                return Some(Due::Ask);
            }
            Stage::Ending { until, limit, is_heard, .. } if (*until).min(*limit) <= now => {
                return Some(Due::EndOverdue { is_heard: *is_heard });
            }
            Stage::Over { until } if *until <= now => return Some(Due::Goodbye),
            _ => {}
        }
        if self.next_ping > now {
            return None;
        }
        if self.stage.is_ending() && self.pings.len() >= MOST_UNANSWERED {
            self.next_ping = now + ping_interval(self.timing.liveness);
            return None;
        }
        Some(Due::Ping(self.ping(now)))
    }

    /// Without a limit for liveness an end would wait for ever for a server that does not read. An end that was sent has
    /// its own limit.
    fn stuck_until(&self) -> Option<Instant> {
        let (_, since) = self.held.filter(|_| !self.stage.is_ending() && !self.stage.is_over())?;
        since.checked_add(LEAST_STUCK.max(self.timing.end * END_FACTOR))
    }

    /// A server that sends but does not read is as dead as one that reads but does not send: a ping gets the rest of
    /// the time. Once everything was sent, an answer is not awaited: a server that has sent its close behind the tail
    /// answers no pings. Once nothing but the close is awaited there is no such limit: that wait has its own.
    fn dead_at(&self) -> Option<Instant> {
        if self.stage.is_over() {
            return None;
        }
        let liveness = self.timing.liveness;
        // Without a timeout the sum does not exist.
        let silent = self.last_heard.checked_add(liveness)?;
        let answer = liveness - ping_interval(liveness);
        let asked = self.pings.front().filter(|_| !self.stage.is_ending());
        Some(asked.map_or(silent, |&(_, at)| silent.min(at + answer)))
    }
}

/// Often enough that a live server is noticed in time, twice over.
fn ping_interval(liveness: Duration) -> Duration {
    PING_INTERVAL.min(liveness / 3)
}
