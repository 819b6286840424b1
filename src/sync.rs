//! What threads share: the names of the standard library under which `tests/model` puts its own.
//!
//! There the files of the library are compiled unchanged, and every order in which the operations of their threads
//! can take effect is tried.

#[cfg(not(feature = "sim"))]
pub(crate) use std::sync::Condvar;
pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicI16, AtomicI32, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use std::sync::{Mutex, MutexGuard};
pub(crate) use std::thread::yield_now;

#[cfg(feature = "sim")]
pub(crate) use crate::world::Signal as Condvar;

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

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Tests count in modules of their own.
    fn check(folder: &Path, is_test: bool) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_test =
                is_test || path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tests"));
            if path.is_dir() {
                check(&path, is_test);
            } else if !is_test && !path.ends_with("src/sync.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let library = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
                let is_foreign = library.contains("std::sync::atomic");
                assert!(!is_foreign, "{}: a model does not see this", path.display());
            }
        }
    }

    #[test]
    fn what_threads_share_comes_from_here() {
        check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), false);
    }
}
