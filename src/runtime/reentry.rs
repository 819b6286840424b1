//! Whether this thread is inside a callback of the caller's: calling back into the library from there
//! could deadlock, so it is refused.

use std::cell::Cell;

use super::float;
use crate::lock::assert_none_held;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

pub fn is_inside() -> bool {
    INSIDE.with(Cell::get)
}

/// Runs a callback of the caller's, in the floating point environment that it knows.
pub fn within(callback: impl FnOnce()) {
    assert_none_held("the caller's code");
    INSIDE.with(|inside| inside.set(true));
    float::as_host(callback);
    INSIDE.with(|inside| inside.set(false));
}
