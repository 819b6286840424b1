//! The caller's bytes on their way to the driver.
//!
//! A sender in real time fills a small ring that the driver empties in time. One that sends more at once goes on in a ring
//! of the reserve, and so on: the rings form a chain, which the driver follows. It gives a sender that needs it a larger
//! ring of its own. What it cannot send yet it takes out of the rings.

use std::mem::{replace, take};
use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::error::{Error, Result, Status};
use crate::memory;
use crate::runtime::reserve::{BURST_RINGS, Reserve, Ring};
use crate::sync::{AtomicU64, AtomicUsize, Ordering};

/// Rings that may wait behind the first: those for a burst, which may be smaller than it needs, and those that the driver gives.
const LINKS: usize = 2 * BURST_RINGS + RESIZED;
/// By which the memory for what is held grows.
const HELD_STEP: usize = 16 << 10;
/// One of the usual size may wait when the last is given.
const RESIZED: usize = 2;
/// For `largest`: more than there was space for.
const EVERYTHING: usize = usize::MAX;

#[derive(Default)]
struct Counts {
    /// Bytes that entered the chain.
    written: AtomicU64,
    /// The longest call of late, in bytes, or what came while the driver was late.
    largest: AtomicUsize,
}

/// The sender's end.
pub(super) struct ChainEntry {
    ring: Producer<u8>,
    /// The rings behind it, on their way to the driver.
    links: Producer<Consumer<u8>>,
    /// The driver's answer to what was sent of late: a ring of another size.
    resized: Consumer<Ring>,
    counts: Arc<Counts>,
}

/// The driver's end.
pub(super) struct Chain {
    /// What was taken out of the rings, and how much of it was read.
    held: Vec<u8>,
    read: usize,
    ring: Consumer<u8>,
    links: Consumer<Consumer<u8>>,
    resized: Producer<Ring>,
    counts: Arc<Counts>,
    /// Bytes that left the chain.
    gone: u64,
    frame_bytes: usize,
    /// Size of the first ring, the smallest one.
    least: usize,
    /// Bytes that may wait in all.
    most: usize,
    /// The longest call before those that `Counts` knows.
    largest: usize,
    /// It went on to another ring.
    has_followed: bool,
}

/// `first_bytes`: size of the first ring; `most` bytes may wait.
pub(super) fn open_chain(first_bytes: usize, most: usize, frame_bytes: usize) -> Result<(ChainEntry, Chain)> {
    let ring = Ring::new(first_bytes)?;
    let (links_in, links_out) = RingBuffer::new(LINKS);
    let (resized_in, resized_out) = RingBuffer::new(RESIZED);
    let counts = Arc::new(Counts::default());
    let entry =
        ChainEntry { ring: ring.producer, links: links_in, resized: resized_out, counts: counts.clone() };
    let chain = Chain {
        held: Vec::new(),
        read: 0,
        ring: ring.consumer,
        links: links_out,
        resized: resized_in,
        counts,
        gone: 0,
        frame_bytes,
        least: first_bytes,
        most,
        largest: 0,
        has_followed: false,
    };
    Ok((entry, chain))
}

impl ChainEntry {
    /// Takes of whole frames what finds a place, and returns its number of bytes. One copy of this is enough for all who send.
    #[inline(never)]
    pub(super) fn push(&mut self, bytes: &[u8], frame_bytes: usize, reserve: Option<&Reserve>) -> usize {
        if !self.resized.is_empty() && !self.links.is_abandoned() {
            if let Ok(ring) = self.resized.pop() {
                self.go_on(ring);
            }
        }
        let mut taken = 0;
        loop {
            let rest = &bytes[taken..];
            let fitting = self.ring.slots().min(rest.len());
            let (pushed, _) = self.ring.push_partial_slice(&rest[..fitting - fitting % frame_bytes]);
            taken += pushed.len();
            if taken == bytes.len() || !self.extend(reserve) {
                break;
            }
        }
        // One sender at a time: plain additions are enough.
        let written = self.counts.written.load(Ordering::Relaxed) + taken as u64;
        self.counts.written.store(written, Ordering::Release);
        let needed = if taken == bytes.len() { taken } else { EVERYTHING };
        if needed > self.counts.largest.load(Ordering::Relaxed) {
            self.counts.largest.store(needed, Ordering::Relaxed);
        }
        taken
    }

    fn extend(&mut self, reserve: Option<&Reserve>) -> bool {
        // Without a driver nothing is read any more, and memory would be freed here.
        let may_go_on = self.links.slots() > RESIZED && !self.links.is_abandoned();
        let Some(ring) = reserve.filter(|_| may_go_on).and_then(Reserve::take) else { return false };
        self.go_on(ring);
        true
    }

    fn go_on(&mut self, ring: Ring) {
        // In this order: whoever frees the ring before is the driver, which does not know of the next one yet.
        drop(replace(&mut self.ring, ring.producer));
        let _there_was_space = self.links.push(ring.consumer);
    }
}

impl Chain {
    pub(super) fn is_abandoned(&self) -> bool {
        self.links.is_abandoned()
    }

    /// Bytes that wait.
    pub(super) fn waiting(&self) -> usize {
        (self.counts.written.load(Ordering::Acquire) - self.gone) as usize
    }

    /// Passes so many bytes of those that wait, in two halves; if that succeeds they are taken.
    pub(super) fn read(&mut self, bytes: usize, pass: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<()> {
        let is_in_place = self.held.is_empty() && self.ring.buffer().capacity() % self.frame_bytes == 0;
        let chunk = if is_in_place { self.ring.read_chunk(bytes).ok() } else { None };
        if let Some(chunk) = chunk {
            let (first, second) = chunk.as_slices();
            pass(first, second)?;
            chunk.commit_all();
        } else {
            self.hold(bytes)?;
            let held = self.held.get(self.read..self.read + bytes);
            pass(held.ok_or_else(|| Error::from(Status::Internal))?, &[])?;
            self.read += bytes;
            if self.read == self.held.len() {
                drop(take(&mut self.held));
                self.read = 0;
            }
        }
        self.gone += bytes as u64;
        Ok(())
    }

    /// Takes out of the rings what is missing to so many bytes. One copy of this is enough for all who read.
    #[inline(never)]
    fn hold(&mut self, bytes: usize) -> Result<()> {
        loop {
            let missing = bytes.saturating_sub(self.held.len() - self.read);
            let there = self.ring.slots().min(missing);
            if there > 0 {
                self.reserve(there)?;
                let chunk = self.ring.read_chunk(there).map_err(|_| Error::from(Status::Internal))?;
                let (first, second) = chunk.as_slices();
                self.held.extend_from_slice(first);
                self.held.extend_from_slice(second);
                chunk.commit_all();
            }
            if there == missing {
                return Ok(());
            }
            // What was counted and is not here is in the next ring, which the sender fills after this one.
            self.ring = self.links.pop().map_err(|_| Error::from(Status::Internal))?;
            self.has_followed = true;
        }
    }

    /// Space for so many more bytes that are held.
    fn reserve(&mut self, more: usize) -> Result<()> {
        if self.held.capacity() - self.held.len() < more {
            self.held.drain(..take(&mut self.read));
            if self.held.capacity() - self.held.len() < more {
                memory::reserve(&mut self.held, more.next_multiple_of(HELD_STEP))?;
            }
        }
        Ok(())
    }

    /// Makes space in the ring unless more than `beside` bytes are free, and returns those that are free beside them. `None`:
    /// all that may wait has space.
    pub(super) fn make_space(&mut self, beside: usize) -> Option<usize> {
        let capacity = self.ring.buffer().capacity();
        let is_last = self.links.is_empty();
        if is_last && capacity >= self.most {
            return None;
        }
        let free = if is_last { capacity - self.ring.slots() } else { 0 };
        if free > beside.min(capacity / 2) {
            return Some(free - beside.min(capacity / 2));
        }
        // Without memory it stays where it is, and the sender keeps the rest.
        let _ = self.hold(self.waiting());
        let capacity = self.ring.buffer().capacity();
        Some((capacity - self.ring.slots()).saturating_sub(beside.min(capacity / 2)))
    }

    /// Whether it went on to another ring since the last call.
    pub(super) fn take_followed(&mut self) -> bool {
        take(&mut self.has_followed)
    }

    /// How much may come at once, as it did of late.
    pub(super) fn largest(&self) -> usize {
        self.largest.max(self.counts.largest.load(Ordering::Relaxed))
    }

    /// The driver came so late that more than a chunk, so many bytes, was there. It may come later the next time.
    pub(super) fn note_late(&mut self, chunk: usize) {
        let late = 2 * self.ring.slots().saturating_sub(chunk);
        if late > self.counts.largest.load(Ordering::Relaxed) {
            self.counts.largest.store(late, Ordering::Relaxed);
        }
    }

    /// What was sent so far is forgotten after the next call.
    pub(super) fn forget(&mut self) {
        self.largest = self.counts.largest.load(Ordering::Relaxed);
        self.counts.largest.store(0, Ordering::Relaxed);
    }

    /// Gives the sender a ring of about so many bytes in place of its own.
    pub(super) fn resize(&mut self, bytes: usize) {
        let wanted = bytes.clamp(self.least, self.most).next_multiple_of(self.frame_bytes);
        let present = self.ring.buffer().capacity();
        let is_known = self.links.is_empty() && self.resized.slots() == RESIZED;
        if is_known && (present < wanted || present > 2 * wanted) {
            self.give(wanted);
        }
    }

    /// Gives the sender a ring for all that may wait.
    pub(super) fn enlarge(&mut self) {
        self.give(self.most);
    }

    fn give(&mut self, bytes: usize) {
        if self.resized.slots() > 0 {
            if let Ok(ring) = Ring::new(bytes) {
                let _there_is_space = self.resized.push(ring);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_ring_is_space_when_more_than_it_holds_is_to_be_free_beside() {
        let (mut entry, mut chain) = open_chain(1000, 100_000, 2).unwrap();
        let capacity = chain.ring.buffer().capacity();
        assert_eq!(entry.push(&vec![1; capacity], 2, None), capacity);
        assert_eq!(chain.make_space(5 * capacity), Some(capacity - capacity / 2));
        assert_eq!(chain.waiting(), capacity, "it is held beside the ring");
    }
}
