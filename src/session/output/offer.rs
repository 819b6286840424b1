//! Something new for a player, which takes it at its next read.

use crate::sync::{AtomicBool, Ordering, yield_now};

use crate::runtime::try_cell::TryCell;

/// Where it waits until the player takes it, and where the player leaves the previous one.
pub(crate) struct Offer<T> {
    is_new: AtomicBool,
    offered: TryCell<Option<T>>,
}

impl<T> Default for Offer<T> {
    fn default() -> Offer<T> {
        Offer { is_new: AtomicBool::new(false), offered: TryCell::new(None) }
    }
}

impl<T> Offer<T> {
    /// The previous value is freed here, not by the player.
    pub(crate) fn make(&self, new: T) {
        let mut new = Some(new);
        let mut offer = || {
            self.offered.try_with(|offered| {
                std::mem::swap(offered, &mut new);
                self.is_new.store(true, Ordering::Release);
            })
        };
        // The player is inside for a few instructions, once per offer.
        while offer().is_none() {
            yield_now();
        }
    }

    /// The player's end: returns whether there was something new. An offer that is being made is taken at the next
    /// read.
    pub(crate) fn exchange(&self, held: &mut Option<T>) -> bool {
        let exchange = |offered: &mut Option<T>| {
            self.is_new.store(false, Ordering::Relaxed);
            std::mem::swap(offered, held);
        };
        self.is_new.load(Ordering::Acquire) && self.offered.try_with(exchange).is_some()
    }
}
