//! What threads share: the names of the standard library under which `tests/model` puts its own.
//!
//! There the files of the library are compiled unchanged, and every order in which the operations of their threads
//! can take effect is tried.

pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};
pub(crate) use std::thread::yield_now;

/// A value that the owner of this cell protects. An access is the call of a function, so that a model sees its extent.
pub(crate) struct Guarded<T>(std::cell::UnsafeCell<T>);

impl<T> Guarded<T> {
    pub(crate) const fn new(value: T) -> Guarded<T> {
        Guarded(std::cell::UnsafeCell::new(value))
    }

    /// Where threads may read at the same time.
    #[inline]
    pub(crate) fn read<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        access(self.0.get())
    }

    /// Where one thread alone has access.
    #[inline]
    pub(crate) fn write<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        access(self.0.get())
    }
}
