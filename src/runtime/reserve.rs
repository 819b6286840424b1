//! Rings of bytes whose pages are there, and a few of them in reserve, for senders whose own ring is full: memory for
//! bursts, which sessions share.
//!
//! Whoever sends takes one without waiting: each place is tried once. What was taken is made anew on the library's
//! thread.

use std::array;

use rtrb::{Consumer, Producer, RingBuffer};

use super::try_cell::TryCell;
use crate::error::Result;
use crate::memory;
use crate::sync::{AtomicUsize, Ordering};

/// Size of one in reserve.
pub(crate) const SPARE_BYTES: usize = 32 << 10;
pub(crate) const MOST_SPARE: usize = 32;
/// Many senders want no more than this, unless one of them does.
const USUAL_SPARE: usize = 12;

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
    places: [TryCell<Option<Ring>>; MOST_SPARE],
    /// How many places are filled.
    wanted: AtomicUsize,
}

impl Default for Reserve {
    fn default() -> Reserve {
        Reserve { places: array::from_fn(|_| TryCell::new(None)), wanted: AtomicUsize::new(0) }
    }
}

impl Reserve {
    /// One more sender may need so much. From now on it holds that for several of them, as far as it ever does.
    pub(crate) fn want(&self, bytes: usize) {
        let rings = bytes.div_ceil(SPARE_BYTES).min(MOST_SPARE);
        let wanted = (self.wanted.load(Ordering::Relaxed) + rings).min(USUAL_SPARE.max(rings));
        if self.wanted.fetch_max(wanted, Ordering::Relaxed) < wanted {
            self.fill();
        }
    }

    /// For audio threads.
    pub(crate) fn take(&self) -> Option<Ring> {
        self.places.iter().find_map(|place| place.try_with(Option::take).flatten())
    }

    /// Makes what was taken.
    pub(crate) fn fill(&self) {
        let wanted = self.wanted.load(Ordering::Relaxed);
        for place in &self.places[..wanted] {
            if place.try_with(|ring| ring.is_none()) != Some(true) {
                continue;
            }
            // Without memory a burst finds less.
            let Ok(ring) = Ring::new(SPARE_BYTES) else { return };
            let mut ring = Some(ring);
            // One that another thread has put there meanwhile is freed behind the cell.
            let _ = place.try_with(|present| std::mem::swap(present, &mut ring));
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
        reserve.want(SPARE_BYTES + 1);
        reserve.want(1);
        assert_eq!(all(&reserve), 3);
        assert_eq!(all(&reserve), 0, "taken");
        reserve.fill();
        reserve.fill();
        assert_eq!(all(&reserve), 3);
        (0..100).for_each(|_| reserve.want(SPARE_BYTES));
        assert_eq!(all(&reserve), USUAL_SPARE);
        reserve.want(usize::MAX);
        assert_eq!(all(&reserve), MOST_SPARE);
    }
}
