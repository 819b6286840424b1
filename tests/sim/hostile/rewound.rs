//! A connection of which the beginning was read and is read again.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use palabra_devserver::conn::Foreign;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::act::{Wire, request};

pub struct Rewound<W> {
    head: Vec<u8>,
    io: W,
}

impl<W: Wire> Rewound<W> {
    /// Reads the head of a request. Returns the connection, and whether a stream is asked for.
    pub async fn after_head(mut io: W) -> io::Result<(Rewound<W>, bool)> {
        let head = request(&mut io).await?;
        let asks_stream = head.to_ascii_lowercase().contains("\r\nupgrade: websocket\r\n");
        Ok((Rewound { head: head.into_bytes(), io }, asks_stream))
    }
}

impl<W: Wire> Wire for Rewound<W> {
    fn is_left(&self) -> bool {
        self.io.is_left()
    }
}

impl<W: Wire> Foreign for Rewound<W> {
    fn reset(&self) {
        self.io.reset();
    }
}

impl<W: Wire> AsyncRead for Rewound<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.head.is_empty() {
            return Pin::new(&mut self.io).poll_read(cx, buffer);
        }
        let count = buffer.remaining().min(self.head.len());
        buffer.put_slice(&self.head[..count]);
        self.head.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl<W: Wire> AsyncWrite for Rewound<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
