//! Counts what was read and written.

use tokio::time::Instant;

use super::dialogue::Dialogue;
use super::outgoing::Outgoing;
use crate::session::handle::stats::Counters;

/// Bytes read at the last check.
#[derive(Default)]
pub(super) struct Traffic {
    received: u64,
}

impl Traffic {
    /// Counts a turn. Only what was read shows that the server is alive.
    pub(super) fn note(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) {
        let (received, sent) = out.socket.traffic();
        let Dialogue { session, deadlines, .. } = dialogue;
        if received != self.received {
            self.received = received;
            let now = Instant::now();
            deadlines.heard(now);
            let answered = out.socket.take_pong().and_then(|number| deadlines.answered(number, now));
            if let Some(round_trip) = answered {
                Counters::set(&session.counters.round_trip_us, round_trip.as_micros() as u64);
            }
        }
        Counters::set(&session.counters.bytes_received, received);
        Counters::set(&session.counters.bytes_sent, sent);
    }
}
