//! A connection whose messages are compressed, if client and server agreed on that.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::incoming::Incoming;
use super::offer::Agreed;
use super::outgoing::Outgoing;
use crate::conn::{Conn, ResetSwitch};

/// Bytes that are read or compressed at a time.
const PIECE: usize = 16 * 1024;

pub struct Wire {
    conn: Conn,
    packing: Option<Box<Packing>>,
}

struct Packing {
    incoming: Incoming,
    outgoing: Outgoing,
}

impl Wire {
    pub fn plain(conn: Conn) -> Self {
        Self { conn, packing: None }
    }

    /// `already_read` arrived with the request. A message may have at most `limit` bytes when it is decompressed.
    pub fn packed(conn: Conn, agreed: Agreed, limit: usize, already_read: &[u8]) -> Self {
        let packing = Packing {
            incoming: Incoming::new(agreed.client_keeps, limit, already_read),
            outgoing: Outgoing::new(agreed.server_keeps, agreed.server_bits),
        };
        Self { conn, packing: Some(Box::new(packing)) }
    }

    pub fn reset_switch(&self) -> ResetSwitch {
        self.conn.reset_switch()
    }

    /// Writes what was compressed.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(packing) = &mut self.packing else { return Poll::Ready(Ok(())) };
        while !packing.outgoing.ready().is_empty() {
            match ready!(Pin::new(&mut self.conn).poll_write(cx, packing.outgoing.ready()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => packing.outgoing.sent(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(packing) = &mut this.packing else { return Pin::new(&mut this.conn).poll_read(cx, buf) };
        loop {
            let plain = packing.incoming.take(buf.remaining())?;
            if !plain.is_empty() {
                buf.put_slice(plain);
                return Poll::Ready(Ok(()));
            }
            let mut bytes = [0; PIECE];
            let mut arrived = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.conn).poll_read(cx, &mut arrived))?;
            if arrived.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            packing.incoming.add(arrived.filled());
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        let Some(packing) = &mut this.packing else { return Pin::new(&mut this.conn).poll_write(cx, buf) };
        let piece = &buf[..buf.len().min(PIECE)];
        packing.outgoing.add(piece)?;
        Poll::Ready(Ok(piece.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        Pin::new(&mut this.conn).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_drain(cx))?;
        Pin::new(&mut this.conn).poll_shutdown(cx)
    }
}
