//! The timers that every stream has: pings, and the faults that wait for a time.

use std::time::Duration;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::flow::Flow;
use super::socket::Socket;
use crate::store::Session;

/// Interval of pings to the client, so that its keep-alive is exercised too.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Interval of pings of a stream that does not read, so that it looks alive.
const STALLED_PING_EVERY: Duration = Duration::from_secs(1);

pub struct Clock {
    opened: Instant,
    next_ping: Instant,
}

impl Clock {
    pub fn new(now: Instant) -> Self {
        Self { opened: now, next_ping: now + PING_EVERY }
    }

    pub fn next_event(&self, session: &Session, socket: &Socket) -> Instant {
        let faults = &session.faults;
        let fault = |after: Option<Duration>| after.map(|d| self.opened + d);
        let stall_reading = fault(faults.stall_reading_after).filter(|_| socket.is_reading());
        [
            fault(faults.reset_after),
            fault(faults.silent_after),
            fault(faults.close().map(|c| c.0)),
            session.expires_at(),
            stall_reading,
        ]
        .into_iter()
        .flatten()
        .fold(self.next_ping, Instant::min)
    }

    pub fn on_time(&mut self, now: Instant, session: &Session, socket: &mut Socket) -> Flow {
        let faults = &session.faults;
        let fault = |after: Option<Duration>| after.is_some_and(|d| now >= self.opened + d);
        if fault(faults.reset_after) {
            return Flow::Reset;
        }
        if fault(faults.silent_after) {
            return Flow::Silent;
        }
        if let Some((after, code)) = faults.close()
            && fault(Some(after))
        {
            return Flow::Close(code, "closed on purpose");
        }
        if session.expires_at().is_some_and(|at| now >= at) {
            return Flow::Close(1008, "session expired");
        }
        if fault(faults.stall_reading_after) && socket.is_reading() {
            socket.stop_reading();
            self.next_ping = now;
        }
        if now >= self.next_ping {
            self.next_ping = now + if socket.is_reading() { PING_EVERY } else { STALLED_PING_EVERY };
            socket.send(Message::Ping(Default::default()), None);
        }
        Flow::Go
    }
}
