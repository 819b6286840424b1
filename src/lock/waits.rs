//! How a caller's thread waits for a change.

#![allow(clippy::disallowed_methods, reason = "runtime::wait is the only caller")]

use std::sync::PoisonError;
use std::time::Duration;

use super::{Condvar, Guard};

impl Condvar {
    /// Releases the mutex, waits for a notification and locks it again.
    pub(crate) fn wait<'a, T>(&self, guard: Guard<'a, T>) -> Guard<'a, T> {
        let Guard { inner, held } = guard;
        held.check_wait();
        Guard { inner: self.0.wait(inner).unwrap_or_else(PoisonError::into_inner), held }
    }

    /// As [`Condvar::wait`], for at most `timeout`.
    pub(crate) fn wait_timeout<'a, T>(&self, guard: Guard<'a, T>, timeout: Duration) -> Guard<'a, T> {
        let Guard { inner, held } = guard;
        held.check_wait();
        Guard { inner: self.0.wait_timeout(inner, timeout).unwrap_or_else(PoisonError::into_inner).0, held }
    }
}
