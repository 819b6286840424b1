//! Panics are caught in `ffi` and in the tasks. This module keeps them off the host's stderr.

use std::cell::Cell;
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Installs a hook that is silent inside the library and calls the previous hook everywhere else.
pub fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.with(Cell::get) {
                previous(info);
            }
        }));
    });
}

/// Marks the calling thread as one of the library's.
pub fn keep_quiet_here() {
    QUIET.with(|quiet| quiet.set(true));
}

/// Marks a caller's thread while it is inside the library.
pub fn quietly<R>(call: impl FnOnce() -> R) -> R {
    let before = QUIET.with(|quiet| quiet.replace(true));
    let result = call();
    QUIET.with(|quiet| quiet.set(before));
    result
}
