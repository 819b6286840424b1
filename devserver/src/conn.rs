//! One accepted connection, plain or TLS, as a stream that can be made to end in a TCP reset.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

pub struct Conn {
    stream: Stream,
    reset: ResetSwitch,
}

/// A connection that is no socket of the system.
pub trait Foreign: AsyncRead + AsyncWrite + Send + Unpin {
    /// The connection ends in a reset when it is dropped.
    fn reset(&self);
}

enum Stream {
    Plain(TcpStream),
    Foreign(Box<dyn Foreign>),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Once set, dropping the connection resets it instead of ending it in order.
#[derive(Clone, Default)]
pub struct ResetSwitch(Arc<AtomicBool>);

impl ResetSwitch {
    pub fn throw(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Conn {
    pub fn plain(tcp: TcpStream) -> Self {
        Self { stream: Stream::Plain(tcp), reset: ResetSwitch::default() }
    }

    pub fn foreign(io: impl Foreign + 'static) -> Self {
        Self { stream: Stream::Foreign(Box::new(io)), reset: ResetSwitch::default() }
    }

    pub fn tls(tls: TlsStream<TcpStream>) -> Self {
        Self { stream: Stream::Tls(Box::new(tls)), reset: ResetSwitch::default() }
    }

    pub fn reset_switch(&self) -> ResetSwitch {
        self.reset.clone()
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        if self.reset.0.load(Ordering::Relaxed) {
            // Without the option the drop is an ordinary close, which is the best alternative.
            let _ = match &self.stream {
                Stream::Plain(tcp) => tcp.set_zero_linger(),
                Stream::Tls(tls) => tls.get_ref().0.set_zero_linger(),
                Stream::Foreign(io) => {
                    io.reset();
                    Ok(())
                }
            };
        }
    }
}

macro_rules! on_stream {
    ($self:ident, $stream:ident => $call:expr) => {
        match &mut $self.get_mut().stream {
            Stream::Plain($stream) => $call,
            Stream::Tls($stream) => $call,
            Stream::Foreign($stream) => $call,
        }
    };
}

impl AsyncRead for Conn {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, s => Pin::new(s).poll_read(cx, buf))
    }
}

impl AsyncWrite for Conn {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        on_stream!(self, s => Pin::new(s).poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, s => Pin::new(s).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, s => Pin::new(s).poll_shutdown(cx))
    }
}
