//! A WebSocket as a state machine that one task drives. Reading never waits for writing.
//!
//! The framing is our own, because it saves a third of the time of a message compared with a crate: frames are read
//! in place from a buffer that all sessions share, text is not checked to be UTF-8 where base64 is decoded next, and
//! a message is built, masked and written in the same bytes. Figures: docs/performance.md.

mod assembler;
mod frame;
mod gauge;
mod handshake;
mod outgoing;
#[cfg(test)]
mod queued;
mod random;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod turns;

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::tls::Tls;
use super::url::Url;
use super::{Stream, TimeLimit};
use crate::error::{Error, Result, Status};
use crate::memory;
use assembler::{Assembler, MAX_MESSAGE_BYTES};
use frame::{Opcode, Violation};
use outgoing::Outgoing;
use random::MaskKeys;

pub use assembler::Incoming;
pub use gauge::{Gauge, Level};
pub use handshake::ReadRefusal;

/// Holds a burst of a dozen audio messages; one buffer for all sessions of the thread.
const READ_BUFFER_BYTES: usize = 256 << 10;
/// Reads in one turn before other sessions get theirs.
const READS_PER_TURN: usize = 4;
/// After this time a turn passes on no further message: a small message can be much work.
const TURN: Duration = Duration::from_millis(2);
/// The usual size of a message, until the socket is told another.
const MESSAGE_BYTES: usize = 16 << 10;
/// Limit of what is read and discarded while the server closes.
const MAX_DISCARDED_BYTES: usize = 16 << 20;
/// Close code for every reason, as in the official clients.
const NORMAL_CLOSURE: u16 = 1000;

thread_local! {
    static READ_BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

pub struct WebSocket {
    stream: Stream,
    assembler: Assembler,
    mask_keys: MaskKeys,
    outgoing: Outgoing,
    gauge: Arc<Gauge>,
    /// While more than one message of this size is unsent, none is queued.
    message_bytes: usize,
    pong: Pong,
    /// The number in the latest pong.
    answered: Option<u64>,
    /// A close was queued.
    is_closing: bool,
    /// The connection broke.
    is_lost: bool,
    /// Bytes read during the close.
    bytes_discarded: usize,
    /// Bytes read and not passed on yet: those directly after the upgrade, and those that exceeded one turn.
    unread: Vec<u8>,
    /// The last turn left work: other sessions get their turn first.
    is_busy: bool,
    bytes_in: u64,
    bytes_out: u64,
}

/// The answer to the server's latest ping. Earlier pings need none (RFC 6455 section 5.5.3).
#[derive(Default)]
struct Pong {
    payload: Vec<u8>,
    is_owed: bool,
    /// The count of written bytes at which the previous pong has left.
    after: u64,
}

/// Result of a turn of the socket.
pub enum Turn {
    /// Something was read or written; messages were passed on.
    Progress,
    /// The peer closed: code (1005 when it sent none) and reason.
    Closed(u16, String),
    Lost(Error),
}

impl WebSocket {
    /// Opens the connection and performs the upgrade, all within `timeout` (protocol.md 4).
    pub async fn connect(
        url: &Url,
        user_agent: &str,
        tls: &Tls,
        timeout: Duration,
        read_refusal: ReadRefusal,
    ) -> Result<WebSocket> {
        let limit = TimeLimit::new(timeout);
        let (stream, early) = handshake::connect(url, user_agent, tls, limit, read_refusal).await?;
        Ok(WebSocket::over(stream, early.to_vec()))
    }

    fn over(stream: Stream, early: Vec<u8>) -> WebSocket {
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
            bytes_in: 0,
            bytes_out: 0,
        }
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
        if self.outgoing.len() + self.stream.held() as usize >= self.message_bytes {
            // The system wakes the task when it takes more.
            return false;
        }
        self.gauge.has_less_unsent(self.message_bytes as u64)
    }

    /// How much has left, for observers outside the socket.
    pub fn gauge(&self) -> &Arc<Gauge> {
        &self.gauge
    }

    fn set_gauge(&self) {
        let waiting = self.outgoing.len() as u64;
        self.gauge.set(self.bytes_out + waiting, waiting + self.stream.held());
    }

    /// Bytes passed on and written so far.
    pub fn traffic(&self) -> (u64, u64) {
        (self.bytes_in, self.bytes_out)
    }

    /// Queues a text message that `write` appends to the buffer. `size_hint` avoids growing it.
    pub fn queue_text(&mut self, size_hint: usize, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        self.queue(Opcode::Text, size_hint, write)
    }

    /// Queues a binary message, given as the two halves of a ring's contents.
    pub fn queue_binary(&mut self, first: &[u8], second: &[u8]) -> Result<()> {
        self.queue(Opcode::Binary, first.len() + second.len(), |frame| {
            frame.extend_from_slice(first);
            frame.extend_from_slice(second);
        })
    }

    /// Queues a ping with a number. The pong that answers it carries the same number.
    pub fn queue_ping(&mut self, number: u64) -> Result<()> {
        self.queue(Opcode::Ping, 8, |payload| payload.extend_from_slice(&number.to_be_bytes()))
    }

    /// Returns the number of the latest pong since the last call.
    pub fn take_pong(&mut self) -> Option<u64> {
        self.answered.take()
    }

    /// Queues a close, which is the last frame: nothing is sent after it (RFC 6455 section 5.5.1).
    pub fn queue_close(&mut self) -> Result<()> {
        self.queue(Opcode::Close, 2, |payload| payload.extend_from_slice(&NORMAL_CLOSURE.to_be_bytes()))?;
        self.is_closing = true;
        Ok(())
    }

    /// Sends a close and waits until the server has closed the connection. Does nothing after a close or a broken
    /// connection.
    pub async fn part(&mut self) {
        if self.is_closing || self.is_lost || self.queue_close().is_err() {
            return;
        }
        poll_fn(|cx| self.poll_part(cx)).await;
    }

    /// What still arrives is read. Otherwise the system would report a broken connection to the server instead of the
    /// close.
    fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.poll_write(cx).is_err() {
            return Poll::Ready(());
        }
        READ_BUFFER.with_borrow_mut(|buffer| {
            if fill(buffer).is_err() {
                return Poll::Ready(());
            }
            let mut unread = ReadBuf::new(buffer);
            match Pin::new(&mut self.stream).poll_read(cx, &mut unread) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(())) if !unread.filled().is_empty() => {
                    self.bytes_discarded += unread.filled().len();
                    if self.bytes_discarded > MAX_DISCARDED_BYTES {
                        return Poll::Ready(());
                    }
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Poll::Ready(_) => Poll::Ready(()),
            }
        })
    }

    fn queue(&mut self, opcode: Opcode, size_hint: usize, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        if self.is_closing {
            return Ok(());
        }
        let key = self.mask_keys.next()?;
        self.gauge.begin_frame();
        self.outgoing.queue(opcode, key, size_hint, write)?;
        self.set_gauge();
        Ok(())
    }

    /// Writes what it can, reads what has arrived and passes every message to `take`.
    pub fn poll_turn(&mut self, cx: &mut Context<'_>, take: &mut dyn FnMut(Incoming<'_>)) -> Poll<Turn> {
        if std::mem::take(&mut self.is_busy) {
            // Wakes the task after the runtime has served all others.
            return pin!(tokio::task::yield_now()).poll(cx).map(|()| Turn::Progress);
        }
        let written = self.poll_write(cx);
        self.set_gauge();
        let wrote = match written {
            Ok(wrote) => wrote,
            // A peer that has closed may have sent messages before: reading decides.
            Err(_) => {
                self.outgoing.forget();
                self.pong.is_owed = false;
                false
            }
        };
        match self.poll_read(cx, take) {
            Poll::Ready(turn) => Poll::Ready(turn),
            Poll::Pending if wrote => Poll::Ready(Turn::Progress),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> std::io::Result<bool> {
        let mut wrote = false;
        loop {
            self.queue_pong()?;
            if self.outgoing.is_empty() {
                break;
            }
            match Pin::new(&mut self.stream).poll_write(cx, self.outgoing.unsent()) {
                Poll::Ready(Ok(0)) => return Err(std::io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(bytes)) => {
                    wrote = true;
                    self.outgoing.take(bytes);
                    self.bytes_out += bytes as u64;
                }
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => return Ok(wrote),
            }
        }
        // TLS may hold back the end of a record.
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Ready(Err(error)) => Err(error),
            Poll::Ready(Ok(())) | Poll::Pending => Ok(wrote),
        }
    }

    /// One pong at a time: while one waits, a newer ping only replaces the contents of the next one.
    fn queue_pong(&mut self) -> std::io::Result<()> {
        if !self.pong.is_owed || self.bytes_out < self.pong.after {
            return Ok(());
        }
        self.pong.is_owed = false;
        let payload = std::mem::take(&mut self.pong.payload);
        let queued = self.queue(Opcode::Pong, payload.len(), |frame| frame.extend_from_slice(&payload));
        self.pong.payload = payload;
        self.pong.after = self.bytes_out + self.outgoing.len() as u64;
        queued.map_err(|error| std::io::Error::other(error.text))
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
        READ_BUFFER.with_borrow_mut(|buffer| {
            if let Err(refused) = fill(buffer) {
                return Poll::Ready(Turn::Lost(refused));
            }
            for read in 0..READS_PER_TURN {
                let mut fresh = ReadBuf::new(buffer);
                match Pin::new(&mut self.stream).poll_read(cx, &mut fresh) {
                    Poll::Pending if read == 0 => return Poll::Pending,
                    Poll::Pending => return Poll::Ready(Turn::Progress),
                    Poll::Ready(Err(error)) => {
                        self.is_lost = true;
                        return Poll::Ready(Turn::Lost(lost(&error)));
                    }
                    Poll::Ready(Ok(())) if fresh.filled().is_empty() => {
                        self.is_lost = true;
                        let error = std::io::ErrorKind::UnexpectedEof.into();
                        return Poll::Ready(Turn::Lost(lost(&error)));
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
        })
    }

    /// Passes on the messages in `bytes` until the turn must end. Returns how many bytes those were, and whether the
    /// connection is over.
    fn digest(
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
            Err(violation) => (bytes.len(), Some(Turn::Lost(broke_the_rules(violation)))),
        };
        self.bytes_in += used as u64;
        (used, over)
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        self.gauge.close();
    }
}

/// The first session allocates it; all others reuse it.
fn fill(buffer: &mut Vec<u8>) -> Result<()> {
    memory::reserve(buffer, READ_BUFFER_BYTES - buffer.len())?;
    buffer.resize(READ_BUFFER_BYTES, 0);
    Ok(())
}

fn lost(error: &std::io::Error) -> Error {
    let text = match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the server closed the connection without a word".to_owned(),
        _ => format!("the connection broke: {error}"),
    };
    Error::new(Status::ConnectionLost, text)
}

fn broke_the_rules(violation: Violation) -> Error {
    if violation == Violation::TooLong {
        let text =
            format!("the server sent a message larger than the limit of {} MiB", MAX_MESSAGE_BYTES >> 20);
        return Error::new(Status::Protocol, text);
    }
    if violation == Violation::NoMemory {
        return Error::new(Status::Limit, violation.text());
    }
    Error::new(Status::Protocol, format!("the server broke the WebSocket protocol: {}", violation.text()))
}
