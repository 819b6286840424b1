//! A value for one thread at a time. A second thread is refused instead of waiting.

use crate::sync::{AtomicBool, Guarded, Ordering};

/// Like a mutex that can only be tried: one atomic exchange to enter, one store to leave, never a system call.
///
/// On Linux a standard mutex would do. On some other systems it allocates at first use, which the audio path must
/// not.
pub struct TryCell<T> {
    taken: AtomicBool,
    value: Guarded<T>,
}

// SAFETY: `taken` admits one thread at a time, so the value is moved between threads but never shared.
unsafe impl<T: Send> Sync for TryCell<T> {}

struct Release<'a>(&'a AtomicBool);

impl<T> TryCell<T> {
    pub fn new(value: T) -> TryCell<T> {
        TryCell { taken: AtomicBool::new(false), value: Guarded::new(value) }
    }

    /// Runs `use_it` on the value. Returns `None` when another thread is using it.
    pub fn try_with<R>(&self, use_it: impl FnOnce(&mut T) -> R) -> Option<R> {
        if self.taken.swap(true, Ordering::Acquire) {
            return None;
        }
        // Released also when `use_it` panics.
        let _release = Release(&self.taken);
        #[cfg(all(test, debug_assertions))]
        let _inside = crate::lock::inside_a_cell();
        // SAFETY: `taken` was false and is ours until `_release` drops, so no other reference exists.
        Some(self.value.write(|place| use_it(unsafe { &mut *place })))
    }
}

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_user_is_refused_and_a_later_one_is_not() {
        let cell = TryCell::new(1);
        let inner = cell.try_with(|value| {
            *value += 1;
            cell.try_with(|_| ())
        });
        assert_eq!(inner, Some(None));
        assert_eq!(cell.try_with(|value| *value), Some(2));
    }

    #[test]
    fn a_panic_gives_the_value_back() {
        let cell = TryCell::new(());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cell.try_with(|_| panic!("on purpose"))
        }));
        assert!(panicked.is_err());
        assert!(cell.try_with(|_| ()).is_some());
    }

    #[test]
    fn threads_never_overlap() {
        let cell = TryCell::new((0u64, 0u64));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20_000 {
                        cell.try_with(|(a, b)| {
                            *a += 1;
                            *b += 1;
                            assert_eq!(a, b);
                        });
                    }
                });
            }
        });
    }
}
