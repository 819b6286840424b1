//! Closing a connection.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

use super::frame::Opcode;
use super::read_buffer;
use super::socket::WebSocket;
use crate::error::Result;

/// Limit of what is read and discarded while the server closes.
const MAX_DISCARDED_BYTES: usize = 16 << 20;
/// The usual close code, as in the official clients.
pub const NORMAL_CLOSURE: u16 = 1000;

impl WebSocket {
    /// Queues a close, which is the last frame: nothing is sent after it (RFC 6455 section 5.5.1).
    pub fn queue_close(&mut self) -> Result<()> {
        self.queue_close_with(NORMAL_CLOSURE)
    }

    fn queue_close_with(&mut self, code: u16) -> Result<()> {
        self.queue(Opcode::Close, 2, |payload| payload.extend_from_slice(&code.to_be_bytes()))?;
        self.is_closing = true;
        Ok(())
    }

    /// Sends a close with this code and waits until the server has closed the connection. Does nothing after a close or a broken
    /// connection.
    pub async fn part(&mut self, code: u16) {
        if self.is_closing || self.is_lost || self.queue_close_with(code).is_err() {
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
        read_buffer::with(|buffer| self.poll_discard(buffer, cx)).unwrap_or(Poll::Ready(()))
    }

    fn poll_discard(&mut self, buffer: &mut [u8], cx: &mut Context<'_>) -> Poll<()> {
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
    }
}
