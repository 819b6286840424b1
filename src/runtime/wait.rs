//! How a caller's thread waits: for a condition that another thread fulfils, until a deadline.
//!
//! Every call that blocks waits here and nowhere else.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

use std::time::Duration;

use tokio::time::Instant;

use crate::lock::{Condvar, Guard};

/// Waits until `condition` returns a value, or `None` when the deadline passes first. Without a deadline there is no
/// limit. The mutex is released meanwhile; the condition is checked under it after every change.
pub(crate) fn wait<'a, T, R>(
    changed: &Condvar,
    mut guard: Guard<'a, T>,
    deadline: Option<Instant>,
    mut condition: impl FnMut(&mut T) -> Option<R>,
) -> (Guard<'a, T>, Option<R>) {
    loop {
        if let Some(value) = condition(&mut guard) {
            return (guard, Some(value));
        }
        if is_over(deadline) {
            return (guard, None);
        }
        guard = once(changed, guard, deadline);
    }
}

/// Waits for one change, or until the deadline.
#[cfg(not(feature = "sim"))]
pub(crate) fn once<'a, T>(changed: &Condvar, guard: Guard<'a, T>, deadline: Option<Instant>) -> Guard<'a, T> {
    match deadline {
        Some(at) => changed.wait_timeout(guard, at.saturating_duration_since(Instant::now())),
        None => changed.wait(guard),
    }
}

pub(crate) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|at| at <= Instant::now())
}

/// A moment so far from now; `None`, which is no limit, for one that the clock cannot express.
pub(crate) fn after(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}

/// Waits for this time, whatever happens.
#[cfg(not(feature = "sim"))]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

#[cfg(feature = "sim")]
pub(crate) fn once<'a, T>(changed: &Condvar, guard: Guard<'a, T>, deadline: Option<Instant>) -> Guard<'a, T> {
    changed.wait_until(guard, deadline)
}

#[cfg(feature = "sim")]
pub(crate) fn pause(time: Duration) {
    let end = after(time);
    while !is_over(end) {
        crate::world::world().wait(end);
    }
}
