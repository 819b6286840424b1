//! Whether this process is the child of one in which the library had started.
//!
//! The runtime's thread does not exist in the child and its sockets belong to the parent, so every
//! call there fails and nothing is freed.

use std::sync::atomic::{AtomicBool, Ordering};

static IN_CHILD: AtomicBool = AtomicBool::new(false);

pub fn is_child() -> bool {
    IN_CHILD.load(Ordering::Relaxed)
}

/// Called in the child, between `fork` and its return: one store, nothing else is allowed there.
pub fn mark_child() {
    IN_CHILD.store(true, Ordering::Relaxed);
}
