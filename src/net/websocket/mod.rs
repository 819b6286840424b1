//! A WebSocket seen as a state machine that one task can turn: reading never waits for writing.
//!
//! Our own framing and not a crate's, because it saves a third of the time of a message: frames are read in
//! place from a buffer that all sessions share, text is not checked to be UTF-8 where base64 is about to be
//! decoded, and a message is built, masked and written in the same bytes. Figures: docs/performance.md.

mod assembler;
mod frame;
mod handshake;
#[cfg(test)]
mod queued;
mod random;

use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::tls::Tls;
use super::url::Url;
use super::{Stream, dial};
use crate::error::{Error, Result, Status};
use assembler::Assembler;
use frame::{MAX_HEADER_BYTES, Opcode, Violation};
use random::MaskKeys;

pub use assembler::Incoming;
pub use handshake::ReadRefusal;

/// Holds a burst of a dozen audio messages; one for all sessions of the thread.
const READ_BUFFER_BYTES: usize = 256 << 10;
/// Reads in one turn before other sessions get theirs.
const READS_PER_TURN: usize = 4;
/// Above this a message has to wait for the network.
const HIGH_WATER_BYTES: usize = 64 << 10;

thread_local! {
    static READ_BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

pub struct WebSocket {
    stream: Stream,
    assembler: Assembler,
    mask_keys: MaskKeys,
    /// Frames that the system has not taken yet, and how much of them it has.
    unsent: Vec<u8>,
    sent: usize,
    /// What the server sent right behind its upgrade.
    early: Vec<u8>,
    bytes_in: u64,
    bytes_out: u64,
}

/// What a turn of the socket brought.
pub enum Turn {
    /// Something was read or written; messages were handed on meanwhile.
    Progress,
    /// The peer closed: code (1005 when it gave none) and reason.
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
        let connect = async {
            let stream = dial::open(url, tls, timeout).await?;
            handshake::upgrade(url, user_agent, stream, read_refusal).await
        };
        let (stream, early) = tokio::time::timeout(timeout, connect).await.unwrap_or_else(|_| {
            let text =
                format!("{} did not complete the upgrade within {} ms", url.server(), timeout.as_millis());
            Err(Error::new(Status::Connect, text))
        })?;
        Ok(WebSocket::over(stream, early.to_vec()))
    }

    fn over(stream: Stream, early: Vec<u8>) -> WebSocket {
        WebSocket {
            stream,
            assembler: Assembler::default(),
            mask_keys: MaskKeys::new(),
            unsent: Vec::new(),
            sent: 0,
            early,
            bytes_in: 0,
            bytes_out: 0,
        }
    }

    /// Whether one more message would not have to wait for the network.
    pub fn has_room(&self) -> bool {
        self.unsent.len() - self.sent < HIGH_WATER_BYTES
    }

    /// Bytes read and written so far.
    pub fn traffic(&self) -> (u64, u64) {
        (self.bytes_in, self.bytes_out)
    }

    /// Queues a text message that `write` appends to the buffer; `size_hint` spares it from growing.
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

    pub fn queue_ping(&mut self) -> Result<()> {
        self.queue(Opcode::Ping, 0, |_| ())
    }

    pub fn queue_close(&mut self) -> Result<()> {
        self.queue(Opcode::Close, 2, |payload| payload.extend_from_slice(&1000u16.to_be_bytes()))
    }

    fn queue(&mut self, opcode: Opcode, size_hint: usize, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let key = self.mask_keys.next()?;
        self.unsent.reserve(MAX_HEADER_BYTES + size_hint);
        let start = self.unsent.len();
        // The header's length depends on the payload's: the hint is nearly always right.
        let (_, guess) = frame::client_header(opcode, size_hint, key);
        self.unsent.resize(start + guess, 0);
        write(&mut self.unsent);
        let payload_bytes = self.unsent.len() - start - guess;
        let (header, header_bytes) = frame::client_header(opcode, payload_bytes, key);
        if header_bytes == guess {
            self.unsent[start..start + guess].copy_from_slice(&header[..header_bytes]);
        } else {
            self.unsent.splice(start..start + guess, header[..header_bytes].iter().copied());
        }
        frame::mask(&mut self.unsent[start + header_bytes..], key);
        Ok(())
    }

    /// Writes what it can, reads what there is and hands every message to `take`.
    pub fn poll_turn(&mut self, cx: &mut Context<'_>, take: &mut dyn FnMut(Incoming<'_>)) -> Poll<Turn> {
        let wrote = match self.poll_write(cx) {
            Ok(wrote) => wrote,
            // A peer that has closed still has things to say: reading decides.
            Err(_) => {
                self.forget_unsent();
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
        while self.sent < self.unsent.len() {
            match Pin::new(&mut self.stream).poll_write(cx, &self.unsent[self.sent..]) {
                Poll::Ready(Ok(0)) => return Err(std::io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(bytes)) => {
                    wrote = true;
                    self.sent += bytes;
                    self.bytes_out += bytes as u64;
                }
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => return Ok(wrote),
            }
        }
        if wrote {
            self.forget_unsent();
        }
        // TLS may hold back the end of a record.
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Ready(Err(error)) => Err(error),
            Poll::Ready(Ok(())) | Poll::Pending => Ok(wrote),
        }
    }

    /// Gives the buffer back: the allocator lends it to the next session that sends.
    fn forget_unsent(&mut self) {
        self.unsent = Vec::new();
        self.sent = 0;
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, take: &mut dyn FnMut(Incoming<'_>)) -> Poll<Turn> {
        if !self.early.is_empty() {
            let early = std::mem::take(&mut self.early);
            return Poll::Ready(self.digest(&early, take).unwrap_or(Turn::Progress));
        }
        READ_BUFFER.with_borrow_mut(|buffer| {
            buffer.resize(READ_BUFFER_BYTES, 0);
            for turn in 0..READS_PER_TURN {
                let mut unread = ReadBuf::new(buffer);
                match Pin::new(&mut self.stream).poll_read(cx, &mut unread) {
                    Poll::Pending if turn == 0 => return Poll::Pending,
                    Poll::Pending => break,
                    Poll::Ready(Err(error)) => return Poll::Ready(Turn::Lost(lost(&error))),
                    Poll::Ready(Ok(())) if unread.filled().is_empty() => {
                        let error = std::io::ErrorKind::UnexpectedEof.into();
                        return Poll::Ready(Turn::Lost(lost(&error)));
                    }
                    Poll::Ready(Ok(())) => {}
                }
                if let Some(end) = self.digest(unread.filled(), take) {
                    return Poll::Ready(end);
                }
            }
            Poll::Ready(Turn::Progress)
        })
    }

    /// Hands on the messages in `bytes`; says so when the connection is over.
    fn digest(&mut self, bytes: &[u8], take: &mut dyn FnMut(Incoming<'_>)) -> Option<Turn> {
        self.bytes_in += bytes.len() as u64;
        let mut closed = None;
        let mut pings = Vec::new();
        let fed = self.assembler.feed(bytes, &mut |incoming| match incoming {
            // Whatever follows a close is not said any more (RFC 6455 section 5.5.1).
            _ if closed.is_some() => {}
            Incoming::Close(code, reason) => closed = Some(Turn::Closed(code, reason)),
            Incoming::Ping(payload) => {
                pings.push(payload.to_vec());
                take(incoming);
            }
            other => take(other),
        });
        if let Some(closed) = closed {
            return Some(closed);
        }
        if let Err(violation) = fed {
            return Some(Turn::Lost(broke_the_rules(violation)));
        }
        for ping in pings {
            if let Err(error) =
                self.queue(Opcode::Pong, ping.len(), |payload| payload.extend_from_slice(&ping))
            {
                return Some(Turn::Lost(error));
            }
        }
        None
    }
}

fn lost(error: &std::io::Error) -> Error {
    let text = match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the server closed the connection without a word".to_owned(),
        _ => format!("the connection broke: {error}"),
    };
    Error::new(Status::ConnectionLost, text)
}

fn broke_the_rules(violation: Violation) -> Error {
    Error::new(Status::Protocol, format!("the server broke the WebSocket protocol: {}", violation.text()))
}
