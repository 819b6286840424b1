//! One open connection, and the limit of what waits in it.

use std::sync::Arc;
use std::time::Duration;

use super::assembler::Assembler;
use super::gauge::Gauge;
use super::handshake::{self, ReadRefusal};
use super::mask_keys::MaskKeys;
use super::outgoing::Outgoing;
use super::pong::Pong;
use crate::error::Result;
use crate::net::tls::Tls;
use crate::net::way::Way;
use crate::net::{Stream, TimeLimit};

/// The usual size of a message, until the socket is told another.
const MESSAGE_BYTES: usize = 16 << 10;

pub struct WebSocket {
    pub(super) stream: Stream,
    pub(super) assembler: Assembler,
    pub(super) mask_keys: MaskKeys,
    pub(super) outgoing: Outgoing,
    pub(super) gauge: Arc<Gauge>,
    /// While more than one message of this size is unsent, none is queued.
    pub(super) message_bytes: usize,
    pub(super) pong: Pong,
    /// The number in the latest pong.
    pub(super) answered: Option<u64>,
    /// A close was queued.
    pub(super) is_closing: bool,
    /// The connection broke.
    pub(super) is_lost: bool,
    /// Bytes read during the close.
    pub(super) bytes_discarded: usize,
    /// Bytes read and not passed on yet: those directly after the upgrade, and those that exceeded one turn.
    pub(super) unread: Vec<u8>,
    /// The last turn left work: other sessions get their turn first.
    pub(super) is_busy: bool,
    /// Something was written since the last turn.
    pub(super) has_written: bool,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
    retry_after: Option<Duration>,
    /// The other end, in tests.
    #[cfg(test)]
    pub(super) nobody: Option<std::net::TcpStream>,
}

impl WebSocket {
    /// Opens the connection and performs the upgrade, all within `timeout` (protocol.md 4).
    pub async fn connect(
        way: &Way,
        user_agent: &str,
        tls: &Tls,
        timeout: Duration,
        read_refusal: ReadRefusal,
    ) -> Result<WebSocket> {
        let limit = TimeLimit::new(timeout);
        let opened = handshake::connect(way, user_agent, tls, limit, read_refusal).await?;
        let mut socket = WebSocket::over(opened.stream, opened.early.to_vec());
        socket.retry_after = opened.retry_after;
        Ok(socket)
    }

    pub(super) fn over(stream: Stream, early: Vec<u8>) -> WebSocket {
        let gauge = Gauge::new(stream.descriptor());
        WebSocket {
            stream,
            assembler: Assembler::default(),
            mask_keys: MaskKeys::new(),
            outgoing: Outgoing::default(),
            gauge,
            message_bytes: MESSAGE_BYTES,
            pong: Pong::default(),
            answered: None,
            is_closing: false,
            is_lost: false,
            bytes_discarded: 0,
            unread: early,
            is_busy: false,
            has_written: false,
            bytes_in: 0,
            bytes_out: 0,
            retry_after: None,
            #[cfg(test)]
            nobody: None,
        }
    }

    /// Refuses larger messages of the server before memory for them is taken.
    pub fn limit_message(&mut self, bytes: usize) {
        self.assembler.limit(bytes);
    }

    /// Limits what may wait here, in TLS and in the system to about one message of this many bytes.
    pub fn limit_unsent(&mut self, message_bytes: usize) {
        self.stream.limit_unsent(message_bytes);
        self.message_bytes = message_bytes;
    }

    /// Messages are shorter now: a ping waits for at most one of them.
    pub fn set_message_bytes(&mut self, message_bytes: usize) {
        self.message_bytes = message_bytes;
    }

    /// Returns whether less than one message is unsent: here, in TLS and in the system. What is queued earlier would
    /// only wait there and become stale.
    pub fn has_room(&self) -> bool {
        if self.is_lost || self.outgoing.len() + self.stream.held() as usize >= self.message_bytes {
            // The system wakes the task when it takes more, or when the loss can be read.
            return false;
        }
        self.gauge.has_less_unsent(self.message_bytes as u64)
    }

    /// When the server would take another connection, if it said so as it opened this one.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// How much has left, for observers outside the socket.
    pub fn gauge(&self) -> &Arc<Gauge> {
        &self.gauge
    }

    pub(super) fn set_gauge(&self) {
        let waiting = self.outgoing.len() as u64;
        self.gauge.set(self.bytes_out + waiting, waiting + self.stream.held());
    }

    /// Bytes passed on and written so far.
    pub fn traffic(&self) -> (u64, u64) {
        (self.bytes_in, self.bytes_out)
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        self.gauge.close();
    }
}
