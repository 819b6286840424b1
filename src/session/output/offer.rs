//! Something new for an audio thread, which takes it at its next call.

use crate::sync::{AtomicBool, Ordering, yield_now};

use crate::runtime::try_cell::TryCell;

/// Where it waits until that thread takes it, and where the thread leaves the previous one.
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
    /// The previous value is freed here, not by the audio thread.
    pub(crate) fn make(&self, new: T) {
        let mut new = Some(new);
        let mut offer = || {
            self.offered.try_with(|offered| {
                std::mem::swap(offered, &mut new);
                self.is_new.store(true, Ordering::Release);
            })
        };
        // The audio thread is inside for a few instructions, once per offer.
        while offer().is_none() {
            yield_now();
        }
    }

    /// The audio thread's end: returns whether there was something new. An offer that is being made is taken at the
    /// next call.
    pub(crate) fn exchange(&self, held: &mut Option<T>) -> bool {
        let exchange = |offered: &mut Option<T>| {
            self.is_new.store(false, Ordering::Relaxed);
            std::mem::swap(offered, held);
        };
        self.is_new.load(Ordering::Acquire) && self.offered.try_with(exchange).is_some()
    }
}
