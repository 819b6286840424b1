//! Whether this process is the child of one in which the library had started.
//!
//! In the child the runtime's thread does not exist and its sockets belong to the parent. So every call fails there,
//! and nothing is freed.

use crate::sync::{AtomicBool, Ordering};

static IN_CHILD: AtomicBool = AtomicBool::new(false);

pub fn is_child() -> bool {
    IN_CHILD.load(Ordering::Relaxed)
}

/// Called in the child between `fork` and its return. Only a store is allowed there.
pub fn mark_child() {
    IN_CHILD.store(true, Ordering::Relaxed);
}
