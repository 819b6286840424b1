//! A byte stream to the server, encrypted or not.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

use super::kernel;
use super::tcp::TcpStream;

/// Approximate overhead of a TLS record; it differs by version and cipher.
const RECORD_OVERHEAD: u64 = 22;
/// With a smaller limit the system would wake the library for every packet.
const LEAST_LIMIT: usize = 16 << 10;

pub enum Stream {
    Plain(TcpStream),
    Tls(Box<Encrypted>),
}

pub struct Encrypted {
    tls: TlsStream<Counted>,
    /// Bytes that TLS got to encrypt, including records, as far as known.
    sealed: u64,
}

/// Counts the bytes that the system took.
pub struct Counted {
    tcp: TcpStream,
    written: u64,
}

impl Stream {
    pub fn encrypted(tls: TlsStream<Counted>) -> Stream {
        let sealed = tls.get_ref().0.written;
        Stream::Tls(Box::new(Encrypted { tls, sealed }))
    }

    fn tcp(&self) -> &TcpStream {
        match self {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(stream) => &stream.tls.get_ref().0.tcp,
        }
    }

    /// Limits what may wait in TLS and in the system to one message of this many bytes.
    pub fn limit_unsent(&mut self, message: usize) {
        let limit = message.max(LEAST_LIMIT);
        if let Stream::Tls(stream) = self {
            // Includes the overhead of records, so that a message passes in one write.
            stream.tls.get_mut().1.set_buffer_limit(Some(limit + limit / 32));
        }
        kernel::limit_unsent(self.tcp(), limit);
    }

    /// Bytes that TLS holds because the system has not taken them yet.
    pub fn held(&self) -> u64 {
        match self {
            Stream::Plain(_) => 0,
            Stream::Tls(stream) => stream.sealed.saturating_sub(stream.tls.get_ref().0.written),
        }
    }

    /// See [`kernel::descriptor`].
    pub fn descriptor(&self) -> i32 {
        kernel::descriptor(self.tcp())
    }
}

impl Counted {
    pub fn new(tcp: TcpStream) -> Counted {
        Counted { tcp, written: 0 }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.count(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.tcp).poll_write_vectored(cx, parts);
        self.count(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

impl Counted {
    fn count(&mut self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = outcome {
            self.written += bytes as u64;
        }
        outcome
    }
}

impl Encrypted {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.tls).poll_write(cx, bytes);
        if let Poll::Ready(Ok(taken)) = outcome {
            self.sealed += taken as u64 + RECORD_OVERHEAD;
        }
        outcome
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.tls).poll_flush(cx);
        if outcome.is_ready() {
            self.sealed = self.tls.get_ref().0.written;
        }
        outcome
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Tls(stream) => Pin::new(&mut stream.tls).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => stream.poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => stream.poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(&mut stream.tls).poll_shutdown(cx),
        }
    }
}
