//! Incoming messages, turn by turn.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Instant;

use super::assembler::Incoming;
use super::frame::Violation;
use super::read_buffer;
use super::socket::WebSocket;
use crate::error::{Error, Status};

/// Reads in one turn before other sessions get theirs.
const READS_PER_TURN: usize = 4;
/// After this time a turn begins no further message: a small message can be much work.
pub const TURN: Duration = Duration::from_millis(2);

/// The close code of a side that received too large a message (RFC 6455 section 7.4.1).
const MESSAGE_TOO_BIG: u16 = 1009;

/// Result of a turn of the socket.
pub enum Turn {
    /// Something was read or written; messages were passed on.
    Progress,
    /// The peer closed: code (1005 when it sent none) and reason.
    Closed(u16, String),
    Lost(Error),
}

impl WebSocket {
    /// Writes what it can, reads what has arrived and passes every message to `take`.
    pub fn poll_turn(&mut self, cx: &mut Context<'_>, take: &mut dyn FnMut(Incoming<'_>)) -> Poll<Turn> {
        if std::mem::take(&mut self.is_busy) {
            // Wakes the task after the runtime has served all others.
            return pin!(tokio::task::yield_now()).poll(cx).map(|()| Turn::Progress);
        }
        let written = self.poll_write(cx);
        let wrote = self.note_written(written) | std::mem::take(&mut self.has_written);
        match self.poll_read(cx, take) {
            Poll::Ready(turn) => Poll::Ready(turn),
            Poll::Pending if wrote => Poll::Ready(Turn::Progress),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, take: &mut dyn FnMut(Incoming<'_>)) -> Poll<Turn> {
        let end = Instant::now() + TURN;
        if !self.unread.is_empty() {
            let mut unread = std::mem::take(&mut self.unread);
            let (used, turn) = self.digest(&unread, end, take);
            unread.drain(..used);
            self.is_busy = !unread.is_empty();
            self.unread = if self.is_busy { unread } else { Vec::new() };
            return Poll::Ready(turn.unwrap_or(Turn::Progress));
        }
        match read_buffer::with(|buffer| self.read_into(buffer, cx, end, take)) {
            Ok(turn) => turn,
            Err(refused) => Poll::Ready(Turn::Lost(refused)),
        }
    }

    fn read_into(
        &mut self,
        buffer: &mut [u8],
        cx: &mut Context<'_>,
        end: Instant,
        take: &mut dyn FnMut(Incoming<'_>),
    ) -> Poll<Turn> {
        for read in 0..READS_PER_TURN {
            let mut fresh = ReadBuf::new(buffer);
            match Pin::new(&mut self.stream).poll_read(cx, &mut fresh) {
                Poll::Pending if read == 0 => return Poll::Pending,
                Poll::Pending => return Poll::Ready(Turn::Progress),
                Poll::Ready(Err(error)) => return Poll::Ready(self.lost(&error)),
                Poll::Ready(Ok(())) if fresh.filled().is_empty() => {
                    return Poll::Ready(self.lost(&std::io::ErrorKind::UnexpectedEof.into()));
                }
                Poll::Ready(Ok(())) => {}
            }
            let fresh = fresh.filled();
            let (used, turn) = self.digest(fresh, end, take);
            if let Some(turn) = turn {
                return Poll::Ready(turn);
            }
            if used < fresh.len() {
                self.unread.extend_from_slice(&fresh[used..]);
                break;
            }
        }
        self.is_busy = true;
        Poll::Ready(Turn::Progress)
    }

    fn lost(&mut self, error: &std::io::Error) -> Turn {
        self.is_lost = true;
        Turn::Lost(lost(error))
    }

    /// Passes on the messages in `bytes` until the turn must end. Returns how many bytes those were, and whether the
    /// connection is over.
    pub(super) fn digest(
        &mut self,
        bytes: &[u8],
        end: Instant,
        take: &mut dyn FnMut(Incoming<'_>),
    ) -> (usize, Option<Turn>) {
        let mut closed = None;
        let (pong, answered) = (&mut self.pong, &mut self.answered);
        let fed = self.assembler.feed(bytes, &mut |incoming| {
            match incoming {
                Incoming::Close(code, reason) => {
                    // Nothing after a close counts (RFC 6455 section 5.5.1).
                    closed = Some(Turn::Closed(code, reason));
                    return false;
                }
                Incoming::Ping(payload) => {
                    pong.payload.clear();
                    pong.payload.extend_from_slice(payload);
                    pong.is_owed = true;
                    take(incoming);
                }
                Incoming::Pong(payload) => {
                    *answered =
                        payload.try_into().map_or(*answered, |number| Some(u64::from_be_bytes(number)));
                }
                other => take(other),
            }
            Instant::now() < end
        });
        let (used, over) = match fed {
            _ if closed.is_some() => (bytes.len(), closed),
            Ok(used) => (used, None),
            Err(Violation::TooLong) => (bytes.len(), Some(Turn::Lost(too_large(self.assembler.most())))),
            Err(violation) => (bytes.len(), Some(Turn::Lost(broke_the_rules(violation)))),
        };
        self.bytes_in += used as u64;
        (used, over)
    }
}

fn lost(error: &std::io::Error) -> Error {
    let text = match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the server closed the connection without a word".to_owned(),
        _ => format!("the connection broke: {error}"),
    };
    Error::new(Status::ConnectionLost, text)
}

/// A message of the server is larger than this many bytes.
pub fn too_large(most: usize) -> Error {
    let text = format!("the server sent a message larger than {most} bytes, the limit of messages");
    Error::new(Status::Limit, text).with_close_code(MESSAGE_TOO_BIG)
}

fn broke_the_rules(violation: Violation) -> Error {
    if violation == Violation::NoMemory {
        return Error::new(Status::Limit, violation.text());
    }
    Error::new(Status::Protocol, format!("the server broke the WebSocket protocol: {}", violation.text()))
}
