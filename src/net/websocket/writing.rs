//! Outgoing frames: messages, and the answers to the server's pings.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::AsyncWrite;

use super::frame::Opcode;
use super::socket::WebSocket;
use crate::error::Result;

impl WebSocket {
    /// Sends a text message that `write` appends to the buffer, or queues what the system does not take. `size_hint`
    /// avoids growing the buffer.
    pub fn queue_text(&mut self, size_hint: usize, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        self.queue(Opcode::Text, size_hint, write)?;
        self.write_at_once();
        Ok(())
    }

    /// Sends or queues a binary message, given as the two halves of a ring's contents.
    pub fn queue_binary(&mut self, first: &[u8], second: &[u8]) -> Result<()> {
        self.queue(Opcode::Binary, first.len() + second.len(), |frame| {
            frame.extend_from_slice(first);
            frame.extend_from_slice(second);
        })?;
        self.write_at_once();
        Ok(())
    }

    /// Saves a turn for each message of a burst. The next turn reports what was written here.
    fn write_at_once(&mut self) {
        // The next turn asks the system again and registers its waker.
        let written = self.poll_write(&mut Context::from_waker(Waker::noop()));
        self.has_written |= self.note_written(written);
    }

    /// Returns whether something was written. Nothing is after a failure, perhaps in the middle of a frame. A peer that
    /// has closed may have sent messages before: reading decides.
    pub(super) fn note_written(&mut self, written: std::io::Result<bool>) -> bool {
        let wrote = written.unwrap_or_else(|_| {
            self.is_lost = true;
            self.outgoing.forget();
            self.pong.is_owed = false;
            false
        });
        self.set_gauge();
        wrote
    }

    /// Queues a ping with a number. The pong that answers it carries the same number.
    pub fn queue_ping(&mut self, number: u64) -> Result<()> {
        self.queue(Opcode::Ping, 8, |payload| payload.extend_from_slice(&number.to_be_bytes()))
    }

    /// Returns the number of the latest pong since the last call.
    pub fn take_pong(&mut self) -> Option<u64> {
        self.answered.take()
    }

    pub(super) fn queue(
        &mut self,
        opcode: Opcode,
        size_hint: usize,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<()> {
        if self.is_closing || self.is_lost {
            return Ok(());
        }
        let key = self.mask_keys.next()?;
        self.gauge.begin_frame();
        self.outgoing.queue(opcode, key, size_hint, write)?;
        self.set_gauge();
        Ok(())
    }

    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> std::io::Result<bool> {
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
    pub(super) fn queue_pong(&mut self) -> std::io::Result<()> {
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
}
