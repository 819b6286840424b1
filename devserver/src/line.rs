//! A network that is worse than the one that is there: delay, jitter and rate, for every byte of a connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::conn::Foreign;
use crate::world;

/// Each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub latency: Duration,
    /// Most that is added to the latency; nothing overtakes what was sent before.
    pub jitter: Duration,
    /// Bytes per second.
    pub rate: Option<u32>,
}

/// Pieces that are under way before the sender has to wait.
const UNDER_WAY: usize = 64;
/// Largest piece, in bytes; on a slow line it takes a fiftieth of a second.
const PIECE: usize = 16 * 1024;
/// How long a client may go on sending that was told the end.
const LAST_WORDS: Duration = Duration::from_secs(5);
const SMALLEST_PIECE: usize = 64;
const PIECES_PER_SECOND: u32 = 50;

impl Line {
    pub fn is_perfect(&self) -> bool {
        *self == Line::default()
    }

    fn piece(&self) -> usize {
        self.rate.map_or(PIECE, |rate| ((rate / PIECES_PER_SECOND) as usize).clamp(SMALLEST_PIECE, PIECE))
    }
}

/// The end of a line at the server. What it sends and receives is under way for a while.
pub struct End<S> {
    io: S,
    reset: Arc<AtomicBool>,
}

/// The server's end of a line whose other end is this connection.
pub fn behind(line: Line, tcp: TcpStream) -> End<DuplexStream> {
    let (near, far) = tokio::io::duplex(PIECE);
    let (from_client, to_client) = tcp.into_split();
    let (from_server, to_server) = tokio::io::split(far);
    let reset = Arc::new(AtomicBool::new(false));
    let mut reading = tokio::spawn(carry(line, from_client, to_server, Arc::default()));
    let is_reset = Arc::clone(&reset);
    tokio::spawn(async move {
        let (_, to_client) = carry(line, from_server, to_client, Arc::clone(&is_reset)).await;
        if is_reset.load(Ordering::Relaxed) {
            reading.abort();
            // The other half has to be gone first: the last one takes the socket along.
            let _ = reading.await;
            break_off(to_client);
        } else if tokio::time::timeout(LAST_WORDS, &mut reading).await.is_err() {
            reading.abort();
        }
    });
    End { io: near, reset }
}

fn break_off(half: OwnedWriteHalf) {
    // Without the option the drop is an ordinary close, which is the best alternative.
    let _ = half.as_ref().set_zero_linger();
    half.forget();
}

impl<S> End<S> {
    /// The same end with another protocol on it.
    pub async fn through<T, F>(self, protocol: impl FnOnce(S) -> F) -> io::Result<End<T>>
    where
        F: Future<Output = io::Result<T>>,
    {
        Ok(End { io: protocol(self.io).await?, reset: self.reset })
    }
}

/// What one end writes arrives at the other when it is due. Returns when one of them is gone.
async fn carry<R, W>(line: Line, mut from: R, mut to: W, reset: Arc<AtomicBool>) -> (R, W)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (sent, mut under_way) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
    let leave = async {
        let mut clock = Departures::new(line);
        let mut piece = vec![0; line.piece()];
        while let Ok(size @ 1..) = from.read(&mut piece).await {
            if sent.send((clock.arrival(size), piece[..size].to_vec())).await.is_err() {
                break;
            }
        }
        drop(sent);
    };
    let arrive = async {
        while let Some((due, piece)) = under_way.recv().await {
            tokio::time::sleep_until(due).await;
            if to.write_all(&piece).await.is_err() {
                under_way.close();
                break;
            }
        }
        // An orderly end would come before the reset.
        if !reset.load(Ordering::Relaxed) {
            let _ = to.shutdown().await;
        }
    };
    tokio::join!(leave, arrive);
    (from, to)
}

/// When what leaves now arrives, if nothing that left before is later.
struct Departures {
    line: Line,
    /// When the line has taken in all that was sent.
    free: Instant,
}

impl Departures {
    fn new(line: Line) -> Self {
        Self { line, free: Instant::now() }
    }

    fn arrival(&mut self, size: usize) -> Instant {
        let takes = self
            .line
            .rate
            .map_or(Duration::ZERO, |rate| Duration::from_secs_f64(size as f64 / f64::from(rate)));
        self.free = self.free.max(Instant::now()) + takes;
        let share = f64::from(u32::from_ne_bytes(world::random())) / f64::from(u32::MAX);
        self.free + self.line.latency + self.line.jitter.mul_f64(share)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for End<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for End<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Foreign for End<S> {
    fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }
}
