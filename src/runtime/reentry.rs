//! Whether the calling thread is inside a callback of the caller. Calls into the library from there could deadlock,
//! so they are refused.

use std::cell::Cell;

use super::float;
use crate::lock::assert_none_held;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

pub fn is_inside() -> bool {
    INSIDE.with(Cell::get)
}

/// Runs a callback of the caller in the caller's floating point environment.
pub fn within(callback: impl FnOnce()) {
    assert_none_held("the caller's code");
    INSIDE.with(|inside| inside.set(true));
    float::as_host(callback);
    INSIDE.with(|inside| inside.set(false));
}
