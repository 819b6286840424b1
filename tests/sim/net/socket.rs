//! The two ends of a connection.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::pipe::{Line, Pipe, wake};
use crate::draw::Dice;
use crate::hostile::Wire;
use crate::meter;
use crate::trace::{Trace, digest, shown};

/// Of each kernel.
const BUFFER: usize = 2 << 20;

pub struct Link {
    pub number: i32,
    /// From the library to the service, and back.
    pipes: Mutex<[Pipe; 2]>,
    state: Mutex<State>,
    /// How often something has arrived at the library, on all connections.
    arrivals: Arc<AtomicU64>,
    /// Something was written, read or changed.
    pub changed: Notify,
    trace: Arc<Trace>,
    start: Instant,
}

#[derive(Default)]
struct State {
    /// When each end learns that the connection was reset.
    reset: [Option<Instant>; 2],
    is_closed: [bool; 2],
}

/// Which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Library = 0,
    Service = 1,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Library => "up",
            Side::Service => "down",
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    pub fn new(
        number: i32,
        seed: u64,
        line: Line,
        arrivals: &Arc<AtomicU64>,
        trace: Arc<Trace>,
        start: Instant,
    ) -> Arc<Link> {
        let now = Instant::now();
        let pipe = |side: u64| {
            Pipe::new(line, side == 1, BUFFER, Dice::numbered(seed, "pipe", number as u64 * 2 + side), now)
        };
        Arc::new(Link {
            number,
            pipes: Mutex::new([pipe(0), pipe(1)]),
            state: Mutex::default(),
            arrivals: arrivals.clone(),
            changed: Notify::new(),
            trace,
            start,
        })
    }

    fn note(&self, who: &str, numbers: &[u64], words: impl FnOnce() -> String) {
        let number = self.number;
        let at = self.start.elapsed().as_micros() as u64;
        self.trace.note(at, who, numbers, || format!("c{number} {}", words()));
    }

    /// Carries bytes for as long as the connection exists.
    pub async fn carry(self: Arc<Link>) {
        loop {
            let next = {
                let mut pipes = lock(&self.pipes);
                let now = Instant::now();
                let before = pipes[1].arrivals;
                let is_refused = [pipes[0].advance(now), pipes[1].advance(now)];
                self.arrivals.fetch_add(pipes[1].arrivals - before, Ordering::Relaxed);
                let mut state = lock(&self.state);
                for (side, is_refused) in is_refused.into_iter().enumerate() {
                    if is_refused && state.reset[side].is_none() {
                        state.reset[side] = Some(now + pipes[side].line.delay);
                    }
                }
                for side in 0..2 {
                    if state.reset[side].is_some_and(|at| at <= now) {
                        wake(&mut pipes[side].writer);
                        wake(&mut pipes[1 - side].reader);
                    }
                }
                if state.is_closed == [true; 2] {
                    return;
                }
                let resets = state.reset.into_iter().flatten().filter(|at| *at > now);
                resets.chain(pipes[0].next()).chain(pipes[1].next()).min()
            };
            match next {
                None => self.changed.notified().await,
                Some(at) => {
                    let _ = tokio::time::timeout_at(at, self.changed.notified()).await;
                }
            }
        }
    }

    /// Changes how both directions carry.
    pub fn set_line(&self, line: Line) {
        lock(&self.pipes).iter_mut().for_each(|pipe| pipe.line = line);
        self.changed.notify_one();
    }

    /// One end was closed, and nothing of it is under way.
    pub fn is_closed(&self, side: Side) -> bool {
        lock(&self.state).is_closed[side as usize]
    }

    /// Nothing arrives any more, and nobody learns of it.
    pub fn kill(&self) {
        self.note("network", &[2], || "is dead".to_owned());
        lock(&self.pipes).iter_mut().for_each(|pipe| pipe.is_dead = true);
    }

    /// The service sends no more, and still reads.
    pub fn half_close(&self) {
        self.note("network", &[3], || "is half closed".to_owned());
        lock(&self.pipes)[Side::Service as usize].shut();
        self.changed.notify_one();
    }

    /// Both ends learn that the connection is gone.
    pub fn reset(&self) {
        let delay = lock(&self.pipes)[0].line.delay;
        let at = Instant::now() + delay;
        self.note("network", &[1], || "is reset".to_owned());
        let mut state = lock(&self.state);
        state.reset.iter_mut().for_each(|known| *known = Some(known.unwrap_or(at).min(at)));
        drop(state);
        self.changed.notify_one();
    }
}

/// One end. The connection is closed when it is dropped by its owner.
pub struct End {
    pub link: Arc<Link>,
    pub side: Side,
}

impl End {
    fn is_reset(&self) -> bool {
        lock(&self.link.state).reset[self.side as usize].is_some_and(|at| at <= Instant::now())
    }

    fn out(&self) -> usize {
        self.side as usize
    }

    fn poll_in(&self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut pipes = lock(&self.link.pipes);
        let pipe = &mut pipes[1 - self.out()];
        if pipe.read(buffer) {
            drop(pipes);
            self.link.changed.notify_one();
            return Poll::Ready(Ok(()));
        }
        if self.is_reset() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        pipe.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn poll_out(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_reset() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let mut pipes = lock(&self.link.pipes);
        let pipe = &mut pipes[self.out()];
        if pipe.is_shut() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let taken = pipe.write(bytes);
        if taken == 0 && !bytes.is_empty() {
            pipe.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        drop(pipes);
        let written = &bytes[..taken];
        self.link.note(self.side.name(), &[taken as u64, digest(written)], || {
            format!("{taken} bytes {}", shown(String::from_utf8_lossy(written)))
        });
        self.link.changed.notify_one();
        Poll::Ready(Ok(taken))
    }

    fn shut(&self) {
        lock(&self.link.pipes)[self.out()].shut();
        self.link.note(self.side.name(), &[0], || "no more".to_owned());
        self.link.changed.notify_one();
    }

    fn leave(&self) {
        let mut pipes = lock(&self.link.pipes);
        let has_unread = pipes[1 - self.out()].has_unread();
        pipes[1 - self.out()].is_deaf = true;
        pipes[self.out()].shut();
        drop(pipes);
        lock(&self.link.state).is_closed[self.out()] = true;
        self.link.note(self.side.name(), &[2], || "closed".to_owned());
        if has_unread {
            self.link.reset();
        }
        self.link.changed.notify_one();
    }
}

impl palabra::world::Socket for End {
    fn number(&self) -> i32 {
        self.link.number
    }

    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.poll_in(cx, buffer)
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        meter::as_world(|| self.poll_out(cx, bytes))
    }

    fn shut_down(&self) {
        self.shut();
    }

    fn close(&self) {
        self.leave();
    }

    fn unsent(&self) -> u64 {
        lock(&self.link.pipes)[self.out()].unsent() as u64
    }

    fn unacknowledged(&self) -> u64 {
        lock(&self.link.pipes)[self.out()].unacknowledged() as u64
    }

    fn round_trip(&self) -> Duration {
        lock(&self.link.pipes)[self.out()].line.delay * 2
    }

    fn limit_unsent(&self, bytes: usize) {
        lock(&self.link.pipes)[self.out()].limit_unsent = bytes;
    }
}

/// The service's end, as its server takes it.
pub struct ServiceEnd(pub End);

impl Wire for ServiceEnd {
    fn is_left(&self) -> bool {
        self.0.link.is_closed(Side::Library)
    }
}

impl Drop for ServiceEnd {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl palabra_devserver::conn::Foreign for ServiceEnd {
    fn reset(&self) {
        self.0.link.reset();
    }
}

impl AsyncRead for ServiceEnd {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.poll_in(cx, buffer)
    }
}

impl AsyncWrite for ServiceEnd {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.poll_out(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.shut();
        Poll::Ready(Ok(()))
    }
}
