//! What the conversations of all products have in common: waiting for the socket, the owner or the clock, and what was
//! read and written meanwhile.

use std::future::poll_fn;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::deadlines::Deadlines;
use crate::net::websocket::{Incoming, Turn, WebSocket};
use crate::session::Session;
use crate::session::handle::stats::Counters;

/// What takes the messages of a turn.
pub trait Listen {
    fn take(&mut self, incoming: Incoming<'_>);
}

/// What ended a wait.
pub enum Woken {
    Turn(Turn),
    Owner,
    Clock,
}

/// Waits for the first of the three. The socket is asked first: what it holds counts before any deadline does.
pub async fn wait(
    socket: &mut WebSocket,
    listener: &mut (impl Listen + Send),
    wake: &Notify,
    until: Instant,
) -> Woken {
    tokio::select! {
        biased;
        turn = turn(socket, listener) => Woken::Turn(turn),
        () = wake.notified() => Woken::Owner,
        () = tokio::time::sleep_until(until) => Woken::Clock,
    }
}

/// One turn of the socket.
pub async fn turn(socket: &mut WebSocket, listener: &mut (impl Listen + Send)) -> Turn {
    poll_fn(|cx| socket.poll_turn(cx, &mut |incoming| listener.take(incoming))).await
}

/// Turns the socket until the connection is over: a goodbye that the caller bounds.
pub async fn turn_to_the_end(socket: &mut WebSocket, listener: &mut (impl Listen + Send)) {
    while matches!(turn(socket, listener).await, Turn::Progress) {}
}

/// Bytes read when last looked at.
#[derive(Default)]
pub struct Traffic {
    received: u64,
}

impl Traffic {
    /// Counts a turn, and says whether anything was read: only that shows that the server lives.
    pub fn note(&mut self, session: &Session, socket: &mut WebSocket, deadlines: &mut Deadlines) -> bool {
        let (received, sent) = socket.traffic();
        let has_read = received != self.received;
        if has_read {
            self.received = received;
            let now = Instant::now();
            deadlines.heard(now);
            if let Some(round_trip) = socket.take_pong().and_then(|number| deadlines.answered(number, now)) {
                Counters::set(&session.counters.round_trip_us, round_trip.as_micros() as u64);
            }
        }
        Counters::set(&session.counters.bytes_received, received);
        Counters::set(&session.counters.bytes_sent, sent);
        has_read
    }
}
