//! How much of the queued data has left, for observers outside the socket.

use crate::sync::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use crate::net::kernel;

/// Written by the socket and read by the ticker, on the same thread.
pub struct Gauge {
    /// -1 when the socket is gone.
    descriptor: AtomicI32,
    /// Bytes of all frames so far.
    queued: AtomicU64,
    /// Bytes that the system has not taken: in the socket's own buffer, and in that of TLS.
    held: AtomicU64,
    /// Position of the beginning of the last frame.
    begun: AtomicU64,
    /// Everything before this position was sent.
    sent: AtomicU64,
    /// A message waits until the system has sent what it holds.
    is_awaited: AtomicBool,
}

/// Positions in the stream of bytes, counted from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    pub queued: u64,
    pub sent: u64,
    pub acknowledged: u64,
}

impl Gauge {
    pub(super) fn new(descriptor: i32) -> Arc<Gauge> {
        Arc::new(Gauge {
            descriptor: AtomicI32::new(descriptor),
            queued: AtomicU64::new(0),
            held: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            is_awaited: AtomicBool::new(false),
        })
    }

    pub(super) fn set(&self, queued: u64, held: u64) {
        self.queued.store(queued, Ordering::Relaxed);
        self.held.store(held, Ordering::Relaxed);
    }

    pub(super) fn begin_frame(&self) {
        self.begun.store(self.queued(), Ordering::Relaxed);
    }

    /// Returns whether fewer than this many bytes wait to be sent. The system is asked only if as many were queued since
    /// the position up to which everything is known to be sent.
    pub(super) fn has_less_unsent(&self, bytes: u64) -> bool {
        let queued = self.queued();
        let has_less =
            queued.saturating_sub(self.sent()) < bytes || queued.saturating_sub(self.ask_sent()) < bytes;
        self.is_awaited.store(!has_less, Ordering::Relaxed);
        has_less
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Returns the position up to which everything was sent. The overhead of TLS, about a thousandth, counts as the
    /// socket's own bytes, so the true position is never lower.
    fn note_sent(&self, unsent: u64) -> u64 {
        let held = self.held.load(Ordering::Relaxed);
        let sent = self.queued().saturating_sub(held + unsent).max(self.sent());
        self.sent.store(sent, Ordering::Relaxed);
        sent
    }

    fn ask_sent(&self) -> u64 {
        self.note_sent(match self.descriptor.load(Ordering::Relaxed) {
            -1 => 0,
            descriptor => kernel::unsent(descriptor),
        })
    }

    pub(super) fn close(&self) {
        self.descriptor.store(-1, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub fn of_nothing() -> Arc<Gauge> {
        Gauge::new(-1)
    }

    #[cfg(test)]
    pub fn pretend_queued(&self, queued: u64) {
        self.begin_frame();
        self.set(queued, 0);
    }

    /// Bytes of all frames so far.
    pub fn queued(&self) -> u64 {
        self.queued.load(Ordering::Relaxed)
    }

    /// Position of the beginning of the last frame.
    pub fn last_frame(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Measured by the system; zero when unknown.
    pub fn round_trip(&self) -> Duration {
        kernel::round_trip(self.descriptor.load(Ordering::Relaxed))
    }

    /// Returns whether a message waits until the system has sent what it holds.
    pub fn is_awaited(&self) -> bool {
        self.is_awaited.load(Ordering::Relaxed)
    }

    /// Asks the system for what is not known yet.
    pub fn look(&self) -> Level {
        let (queued, held) = (self.queued(), self.held.load(Ordering::Relaxed));
        let unacknowledged = match self.descriptor.load(Ordering::Relaxed) {
            -1 => 0,
            descriptor => kernel::unacknowledged(descriptor),
        };
        let sent = match unacknowledged {
            0 => self.note_sent(0),
            _ if self.sent() == queued => queued,
            _ => self.ask_sent(),
        };
        Level { queued, sent, acknowledged: queued.saturating_sub(held + unacknowledged) }
    }
}
