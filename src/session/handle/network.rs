//! The input of a session that the network still has to deliver.

use super::session::Session;
use crate::lock::lock;
use crate::net::websocket::WebSocket;
use crate::session::input::Chunks;
use crate::session::input::uplink::{Seen, Uplink};

impl Session {
    /// The stream is open.
    pub(crate) fn watch_network(&self, socket: &WebSocket) {
        let uplink = Uplink::new(socket.gauge().clone(), tokio::time::Instant::now());
        self.note_network(uplink.seen());
        *lock(&self.uplink) = Some(uplink);
    }

    /// A chunk was queued.
    pub(crate) fn note_chunk(&self, chunks: &Chunks) {
        if let Some(uplink) = &mut *lock(&self.uplink) {
            uplink.queued(chunks.last(), chunks.last_seconds(), tokio::time::Instant::now());
            self.note_network(uplink.seen());
        }
    }

    pub(crate) fn note_network(&self, seen: Seen) -> bool {
        self.input.as_ref().is_some_and(|input| {
            input.suspect(seen.is_suspected);
            input.note_network(seen.delivered, seen.speed)
        })
    }

    /// Returns whether a message waits for the network, or the length of chunks has changed.
    pub(crate) fn look_at_the_network(&self) -> bool {
        let mut uplink = lock(&self.uplink);
        let Some(uplink) = &mut *uplink else { return false };
        let has_changed = !uplink.is_idle() && self.note_network(uplink.look(tokio::time::Instant::now()));
        has_changed || uplink.is_awaited()
    }

    /// Returns whether nothing is on its way to the service whose arrival must be observed.
    pub(crate) fn is_acknowledged(&self) -> bool {
        lock(&self.uplink).as_ref().is_none_or(Uplink::is_idle)
    }

    /// Returns whether the service closes without having heard all: nothing of a chunk has reached its system, where
    /// ours can tell.
    pub(crate) fn is_unheard(&self) -> bool {
        self.look_at_the_network();
        lock(&self.uplink).as_ref().is_some_and(Uplink::is_unheard)
    }

    /// The stream is over, and with it what the system had to deliver. `is_complete`: the service said so after all it had
    /// been sent.
    pub(crate) fn leave_network(&self, is_complete: bool) {
        self.look_at_the_network();
        let left = lock(&self.uplink).take();
        if let Some(mut uplink) = left.filter(|uplink| is_complete && !uplink.is_unheard()) {
            uplink.all_is_heard();
            self.note_network(uplink.seen());
        }
    }
}
