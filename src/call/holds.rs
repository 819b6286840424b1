//! Which parties are on hold. Read by the threads that send, so no lock.

use crate::sync::{AtomicBool, Ordering};

/// The parties of a call.
pub(super) const LEGS: usize = 2;

/// While one of the parties is away, nothing is said to the service in either direction.
pub(super) struct Holds([AtomicBool; LEGS]);

impl Default for Holds {
    fn default() -> Holds {
        Holds([(); LEGS].map(|()| AtomicBool::new(false)))
    }
}

impl Holds {
    pub(super) fn any(&self) -> bool {
        self.0.iter().any(|is_away| is_away.load(Ordering::Relaxed))
    }

    pub(super) fn set(&self, number: usize, is_away: bool) {
        self.0[number].store(is_away, Ordering::Relaxed);
    }
}
