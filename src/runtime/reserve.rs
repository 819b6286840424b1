//! Rings of bytes whose pages are there, and a few of them in reserve, for senders whose own ring is full: memory for
//! bursts, which sessions share.
//!
//! Whoever sends takes one without waiting: each place is tried once. What was taken is made anew on the library's
//! thread.

use rtrb::{Consumer, Producer, RingBuffer};

use super::try_cell::TryCell;
use crate::error::Result;
use crate::memory;
use crate::sync::{AtomicUsize, Ordering};

/// The largest burst of a sender goes into about so many.
pub(crate) const BURST_RINGS: usize = 12;
/// Size of one in reserve: small ones serve more senders, and the end of each is left empty.
const LEAST_BYTES: usize = 8 << 10;
const MOST_BYTES: usize = 64 << 10;
const PLACES: usize = 64;
/// Many senders want no more than this, unless one of them does.
const USUAL_BYTES: usize = 512 << 10;

/// Both ends.
pub(crate) struct Ring {
    pub producer: Producer<u8>,
    pub consumer: Consumer<u8>,
}

impl Ring {
    pub(crate) fn new(bytes: usize) -> Result<Ring> {
        memory::ask(bytes)?;
        let (mut producer, consumer) = RingBuffer::new(bytes);
        // Writes every byte once: the first access to a page is a page fault, which must not happen on an audio thread.
        drop(producer.write_chunk(bytes));
        Ok(Ring { producer, consumer })
    }
}

pub(crate) struct Reserve {
    places: Box<[TryCell<Option<Ring>>]>,
    /// How many places are filled.
    wanted: AtomicUsize,
    ring_bytes: AtomicUsize,
    /// Saves a search for what is not there.
    there: AtomicUsize,
}

impl Default for Reserve {
    fn default() -> Reserve {
        Reserve {
            places: (0..PLACES).map(|_| TryCell::new(None)).collect(),
            wanted: AtomicUsize::new(0),
            ring_bytes: AtomicUsize::new(LEAST_BYTES),
            there: AtomicUsize::new(0),
        }
    }
}

impl Reserve {
    /// One more sender may need so much. From now on it holds that for several of them, as far as it ever does.
    pub(crate) fn want(&self, bytes: usize) {
        let ring = bytes.div_ceil(BURST_RINGS).clamp(LEAST_BYTES, MOST_BYTES);
        let ring = self.ring_bytes.fetch_max(ring, Ordering::Relaxed).max(ring);
        let rings = bytes.div_ceil(ring);
        let most = rings.max(USUAL_BYTES / ring).min(PLACES);
        let wanted = (self.wanted.load(Ordering::Relaxed) + rings).min(most);
        if self.wanted.fetch_max(wanted, Ordering::Relaxed) < wanted {
            self.fill();
        }
    }

    /// For audio threads.
    #[inline(never)]
    pub(crate) fn take(&self) -> Option<Ring> {
        if self.there.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let ring = self.places.iter().find_map(|place| place.try_with(Option::take).flatten())?;
        self.there.fetch_sub(1, Ordering::Relaxed);
        Some(ring)
    }

    /// Makes what was taken.
    #[inline(never)]
    pub(crate) fn fill(&self) {
        let (wanted, bytes) = (self.wanted.load(Ordering::Relaxed), self.ring_bytes.load(Ordering::Relaxed));
        for place in &self.places[..wanted] {
            if place.try_with(|ring| ring.is_none()) != Some(true) {
                continue;
            }
            // Without memory a burst finds less.
            let Ok(ring) = Ring::new(bytes) else { return };
            let mut ring = Some(ring);
            // Counted first: whoever takes it counts it out. One that is there meanwhile is freed behind the cell.
            self.there.fetch_add(1, Ordering::Relaxed);
            let _ = place.try_with(|present| std::mem::swap(present, &mut ring));
            if ring.is_some() {
                self.there.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(reserve: &Reserve) -> usize {
        std::iter::from_fn(|| reserve.take()).count()
    }

    #[test]
    fn it_holds_what_several_want() {
        let reserve = Reserve::default();
        assert_eq!(all(&reserve), 0);
        reserve.want(LEAST_BYTES + 1);
        reserve.want(1);
        assert_eq!(all(&reserve), 3);
        assert_eq!(all(&reserve), 0, "taken");
        reserve.fill();
        reserve.fill();
        assert_eq!(all(&reserve), 3);
        (0..100).for_each(|_| reserve.want(10 * LEAST_BYTES));
        assert_eq!(all(&reserve), PLACES);
    }

    #[test]
    fn its_rings_are_as_large_as_the_largest_sender_needs() {
        let reserve = Reserve::default();
        reserve.want(768_000);
        let ring = reserve.take().unwrap();
        assert_eq!((ring.producer.slots(), all(&reserve)), (768_000 / BURST_RINGS, BURST_RINGS - 1));
        reserve.want(100_000_000);
        assert_eq!(all(&reserve), PLACES);
    }
}
