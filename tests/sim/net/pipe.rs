//! One direction of a connection: the sender's buffer, what is under way, and what the receiver has not read.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::ReadBuf;
use tokio::time::Instant;

use crate::draw::Dice;

/// How a line carries bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    pub bytes_per_s: u64,
    /// Towards the library; 0: as fast as the other way.
    pub down_bytes_per_s: u64,
    /// How much a receiver takes that it has not read.
    pub window: usize,
    pub delay: Duration,
    /// A packet takes up to this much longer.
    pub jitter_ms: u64,
    /// Nothing arrives.
    pub is_cut: bool,
}

impl Default for Line {
    fn default() -> Line {
        Line {
            bytes_per_s: 10_000_000,
            down_bytes_per_s: 0,
            window: 256 << 10,
            delay: Duration::from_millis(20),
            jitter_ms: 0,
            is_cut: false,
        }
    }
}

impl Line {
    /// There and back, at the latest.
    pub fn round_trip_ms(&self) -> usize {
        (2 * self.delay.as_millis() as usize + self.jitter_ms as usize).max(1)
    }
}

/// The most bytes that leave at one moment.
const SEGMENT: usize = 16 << 10;

pub struct Pipe {
    pub line: Line,
    is_down: bool,
    /// Nothing arrives, whatever becomes of the line.
    pub is_dead: bool,
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
    /// How often something has arrived.
    pub arrivals: u64,
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
    pub fn new(line: Line, is_down: bool, buffer: usize, dice: Dice, now: Instant) -> Pipe {
        Pipe {
            line,
            is_down,
            is_dead: false,
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
            arrivals: 0,
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

    /// Moves what has arrived to the receiver. Returns false when nothing has and more may come.
    pub fn read(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let bytes = buffer.remaining().min(self.arrived.len());
        let (first, second) = self.arrived.as_slices();
        let of_first = bytes.min(first.len());
        buffer.put_slice(&first[..of_first]);
        buffer.put_slice(&second[..bytes - of_first]);
        self.arrived.drain(..bytes);
        bytes > 0 || self.has_ended
    }

    pub fn shut(&mut self) {
        self.is_shut = true;
    }

    pub fn is_shut(&self) -> bool {
        self.is_shut
    }

    fn is_cut(&self) -> bool {
        self.line.is_cut || self.is_dead
    }

    fn rate(&self) -> u64 {
        let down = Some(self.line.down_bytes_per_s).filter(|rate| self.is_down && *rate > 0);
        down.unwrap_or(self.line.bytes_per_s).max(1)
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
        while !self.is_cut()
            && let Some((at, _)) = self.flying.front()
            && *at <= now
        {
            let Some((_, bytes)) = self.flying.pop_front() else { break };
            self.flying_bytes -= bytes.len();
            is_refused |= self.is_deaf;
            self.acks.push_back((now + self.line.delay, bytes.len()));
            self.arrived.extend(bytes);
            self.arrivals += 1;
            wake(&mut self.reader);
        }
        while !self.is_cut()
            && let Some((at, bytes)) = self.acks.front().copied()
            && at <= now
        {
            self.acks.pop_front();
            self.unacknowledged -= bytes;
            wake(&mut self.writer);
        }
        if !self.is_cut() && self.end.is_some_and(|at| at <= now) && self.flying.is_empty() {
            self.end = None;
            self.has_ended = true;
            wake(&mut self.reader);
        }
        self.send(now);
        is_refused
    }

    fn send(&mut self, now: Instant) {
        if self.is_cut() {
            return;
        }
        while !self.unsent.is_empty() && self.line_free <= now {
            let window = self.line.window.saturating_sub(self.arrived.len() + self.flying_bytes);
            let at_once = (self.rate() / 500).clamp(1460, SEGMENT as u64) as usize;
            let bytes = self.unsent.len().min(window).min(at_once);
            if bytes == 0 {
                return;
            }
            let takes = Duration::from_micros(bytes as u64 * 1_000_000 / self.rate());
            self.line_free = self.line_free.max(now) + takes;
            let late = Duration::from_millis(self.dice.below(self.line.jitter_ms + 1));
            let before = self.flying.back().map_or(now, |(at, _)| *at);
            let arrival = (self.line_free + self.line.delay + late).max(before);
            self.flying.push_back((arrival, first(&mut self.unsent, bytes)));
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
        if self.is_cut() {
            return None;
        }
        let may_send = !self.unsent.is_empty() && self.line.window > self.arrived.len() + self.flying_bytes;
        let send = may_send.then_some(self.line_free);
        let arrival = self.flying.front().map(|(at, _)| *at);
        let ack = self.acks.front().map(|(at, _)| *at);
        [send, arrival, ack, self.end].into_iter().flatten().min()
    }
}

/// Takes so many bytes from the front.
fn first(queue: &mut VecDeque<u8>, bytes: usize) -> Vec<u8> {
    let mut taken = Vec::with_capacity(bytes);
    let (first, second) = queue.as_slices();
    let of_first = bytes.min(first.len());
    taken.extend_from_slice(&first[..of_first]);
    taken.extend_from_slice(&second[..bytes - of_first]);
    queue.drain(..bytes);
    taken
}

pub fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}
