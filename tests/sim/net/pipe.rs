//! One direction of a connection: the sender's buffer, what is under way, and what the receiver has not read.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use crate::draw::Dice;

/// How a line carries bytes.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub bytes_per_s: u64,
    pub delay: Duration,
    /// A packet takes up to this much longer.
    pub jitter_ms: u64,
    /// Nothing arrives.
    pub is_cut: bool,
}

impl Default for Line {
    fn default() -> Line {
        Line { bytes_per_s: 10_000_000, delay: Duration::from_millis(20), jitter_ms: 0, is_cut: false }
    }
}

/// The most bytes that leave at one moment.
const SEGMENT: usize = 16 << 10;

pub struct Pipe {
    pub line: Line,
    dice: Dice,
    unsent: VecDeque<u8>,
    /// What is under way, by the moment of its arrival.
    flying: VecDeque<(Instant, Vec<u8>)>,
    flying_bytes: usize,
    /// Acknowledgements under way.
    acks: VecDeque<(Instant, usize)>,
    unacknowledged: usize,
    line_free: Instant,
    /// Of the sender: the buffer, and how much of it may be unsent.
    buffer: usize,
    pub limit_unsent: usize,
    arrived: VecDeque<u8>,
    window: usize,
    /// The sender has no more.
    is_shut: bool,
    /// When the receiver learns that.
    end: Option<Instant>,
    has_ended: bool,
    /// The receiver is gone: what arrives resets the connection.
    pub is_deaf: bool,
    pub reader: Option<Waker>,
    pub writer: Option<Waker>,
}

impl Pipe {
    pub fn new(line: Line, buffer: usize, window: usize, dice: Dice, now: Instant) -> Pipe {
        Pipe {
            line,
            dice,
            unsent: VecDeque::new(),
            flying: VecDeque::new(),
            flying_bytes: 0,
            acks: VecDeque::new(),
            unacknowledged: 0,
            line_free: now,
            buffer,
            limit_unsent: usize::MAX,
            arrived: VecDeque::new(),
            window,
            is_shut: false,
            end: None,
            has_ended: false,
            is_deaf: false,
            reader: None,
            writer: None,
        }
    }

    /// As many bytes as the sender's system takes; 0: it has to wait.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        if self.unsent.len() >= self.limit_unsent {
            return 0;
        }
        let taken = bytes.len().min(self.buffer.saturating_sub(self.unsent.len() + self.unacknowledged));
        self.unsent.extend(&bytes[..taken]);
        taken
    }

    /// Moves what has arrived to the receiver; `None`: nothing has, 0: it was the end.
    pub fn read(&mut self, room: usize) -> Option<Vec<u8>> {
        if self.arrived.is_empty() {
            return self.has_ended.then(Vec::new);
        }
        let bytes = room.min(self.arrived.len());
        Some(self.arrived.drain(..bytes).collect())
    }

    pub fn shut(&mut self) {
        self.is_shut = true;
    }

    pub fn has_unread(&self) -> bool {
        !self.arrived.is_empty()
    }

    pub fn unsent(&self) -> usize {
        self.unsent.len()
    }

    pub fn unacknowledged(&self) -> usize {
        self.unsent.len() + self.unacknowledged
    }

    /// Does what is due. Returns whether bytes have reached a receiver that is gone.
    pub fn advance(&mut self, now: Instant) -> bool {
        self.send(now);
        let mut is_refused = false;
        while !self.line.is_cut
            && let Some((at, _)) = self.flying.front()
            && *at <= now
        {
            let Some((_, bytes)) = self.flying.pop_front() else { break };
            self.flying_bytes -= bytes.len();
            is_refused |= self.is_deaf;
            self.acks.push_back((now + self.line.delay, bytes.len()));
            self.arrived.extend(bytes);
            wake(&mut self.reader);
        }
        while !self.line.is_cut
            && let Some((at, bytes)) = self.acks.front().copied()
            && at <= now
        {
            self.acks.pop_front();
            self.unacknowledged -= bytes;
            wake(&mut self.writer);
        }
        if !self.line.is_cut && self.end.is_some_and(|at| at <= now) && self.flying.is_empty() {
            self.end = None;
            self.has_ended = true;
            wake(&mut self.reader);
        }
        self.send(now);
        is_refused
    }

    fn send(&mut self, now: Instant) {
        if self.line.is_cut {
            return;
        }
        while !self.unsent.is_empty() && self.line_free <= now {
            let window = self.window.saturating_sub(self.arrived.len() + self.flying_bytes);
            let at_once = (self.line.bytes_per_s / 500).clamp(1460, SEGMENT as u64) as usize;
            let bytes = self.unsent.len().min(window).min(at_once);
            if bytes == 0 {
                return;
            }
            let takes = Duration::from_micros(bytes as u64 * 1_000_000 / self.line.bytes_per_s.max(1));
            self.line_free = self.line_free.max(now) + takes;
            let late = Duration::from_millis(self.dice.below(self.line.jitter_ms + 1));
            let before = self.flying.back().map_or(now, |(at, _)| *at);
            let arrival = (self.line_free + self.line.delay + late).max(before);
            self.flying.push_back((arrival, self.unsent.drain(..bytes).collect()));
            self.flying_bytes += bytes;
            self.unacknowledged += bytes;
            if self.unsent.len() < self.limit_unsent {
                wake(&mut self.writer);
            }
        }
        if self.is_shut && self.unsent.is_empty() && self.end.is_none() && !self.has_ended {
            // Behind everything else.
            let last = self.flying.back().map_or(now, |(at, _)| *at);
            self.end = Some((self.line_free.max(now) + self.line.delay).max(last));
        }
    }

    /// When something is due next.
    pub fn next(&self) -> Option<Instant> {
        if self.line.is_cut {
            return None;
        }
        let may_send = !self.unsent.is_empty() && self.window > self.arrived.len() + self.flying_bytes;
        let send = may_send.then_some(self.line_free);
        let arrival = self.flying.front().map(|(at, _)| *at);
        let ack = self.acks.front().map(|(at, _)| *at);
        [send, arrival, ack, self.end].into_iter().flatten().min()
    }
}

pub fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}
