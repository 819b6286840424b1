//! The names of `src/sync.rs`, as loom sees them.
//!
//! The library makes statics of mutexes, which loom cannot: here each is made at its first use in an execution.

use std::cell::{RefCell, UnsafeCell};
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::sync::{LockResult, PoisonError};
use std::time::Duration;

pub(crate) use loom::sync::atomic::Ordering;
pub(crate) use loom::thread::yield_now;
/// Of a static that no model is about.
pub(crate) use std::sync::atomic::AtomicI32;

use crate::run::execution;
use crate::weaker::order_here;

/// What loom knows of a value, once per execution. The threads of a model share one thread of the system.
struct Known<T>(RefCell<Option<(usize, Rc<T>)>>);

impl<T> Known<T> {
    const fn new() -> Known<T> {
        Known(RefCell::new(None))
    }

    fn get(&self, make: impl FnOnce() -> T) -> Rc<T> {
        let mut known = self.0.borrow_mut();
        match &*known {
            Some((of, value)) if *of == execution() => value.clone(),
            _ => known.insert((execution(), Rc::new(make()))).1.clone(),
        }
    }
}

macro_rules! atomics {
    ($($name:ident($value:ty) { $($function:ident($($argument:ident: $of:ty),*; $($order:ident),*) -> $result:ty;)* })*) => {
        $(
            #[derive(Default)]
            pub(crate) struct $name(loom::sync::atomic::$name);

            impl $name {
                pub(crate) fn new(value: $value) -> $name {
                    $name(loom::sync::atomic::$name::new(value))
                }

                $(#[track_caller]
                pub(crate) fn $function(&self, $($argument: $of,)* $($order: Ordering),*) -> $result {
                    self.0.$function($($argument,)* $(order_here($order)),*)
                })*
            }
        )*
    };
}

macro_rules! numbers {
    ($($name:ident($value:ty))*) => {
        atomics! {
            $($name($value) {
                load(; order) -> $value;
                store(value: $value; order) -> ();
                swap(value: $value; order) -> $value;
                compare_exchange(now: $value, new: $value; then, otherwise) -> Result<$value, $value>;
                compare_exchange_weak(now: $value, new: $value; then, otherwise) -> Result<$value, $value>;
                fetch_add(value: $value; order) -> $value;
                fetch_sub(value: $value; order) -> $value;
                fetch_or(value: $value; order) -> $value;
                fetch_and(value: $value; order) -> $value;
                fetch_max(value: $value; order) -> $value;
            })*
        }
    };
}

numbers! { AtomicI16(i16) AtomicU32(u32) AtomicU64(u64) AtomicUsize(usize) }

atomics! {
    AtomicBool(bool) {
        load(; order) -> bool;
        swap(value: bool; order) -> bool;
    }
}

impl AtomicBool {
    /// An exchange: loom would let an exchange after a store return what another thread exchanged before it.
    #[track_caller]
    pub(crate) fn store(&self, value: bool, order: Ordering) {
        self.0.swap(value, order_here(order));
    }
}

#[track_caller]
pub(crate) fn fence(order: Ordering) {
    // A relaxed fence is none.
    if order_here(order) != Ordering::Relaxed {
        loom::sync::atomic::fence(order);
    }
}

pub(crate) struct Guarded<T>(loom::cell::UnsafeCell<T>);

impl<T> Guarded<T> {
    pub(crate) fn new(value: T) -> Guarded<T> {
        Guarded(loom::cell::UnsafeCell::new(value))
    }

    pub(crate) fn read<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        self.0.with(access)
    }

    pub(crate) fn write<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        self.0.with_mut(access)
    }
}

pub(crate) struct Mutex<T> {
    value: UnsafeCell<T>,
    known: Known<loom::sync::Mutex<()>>,
}

// SAFETY: loom's mutex protects the value, and the threads of a model share one thread of the system.
unsafe impl<T: Send> Sync for Mutex<T> {}
unsafe impl<T: Send> Send for Mutex<T> {}

pub(crate) struct MutexGuard<'a, T> {
    /// Before what it borrows from.
    inner: Option<loom::sync::MutexGuard<'static, ()>>,
    _owner: Rc<loom::sync::Mutex<()>>,
    mutex: &'a Mutex<T>,
}

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Mutex<T> {
        Mutex { value: UnsafeCell::new(value), known: Known::new() }
    }

    pub(crate) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let owner = self.known.get(|| loom::sync::Mutex::new(()));
        // SAFETY: `_owner` outlives it.
        let inner = unsafe { &*Rc::as_ptr(&owner) }.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(MutexGuard { inner: Some(inner), _owner: owner, mutex: self })
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the mutex is held.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the mutex is held.
        unsafe { &mut *self.mutex.value.get() }
    }
}

pub(crate) struct Condvar(Known<loom::sync::Condvar>);

// SAFETY: the threads of a model share one thread of the system.
unsafe impl Sync for Condvar {}
unsafe impl Send for Condvar {}

impl Condvar {
    pub(crate) const fn new() -> Condvar {
        Condvar(Known::new())
    }

    pub(crate) fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let inner = guard.inner.take().expect("held");
        guard.inner = Some(self.known().wait(inner).unwrap_or_else(PoisonError::into_inner));
        Ok(guard)
    }

    /// Time does not pass in a model.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, ())> {
        Ok((self.wait(guard).unwrap_or_else(PoisonError::into_inner), ()))
    }

    pub(crate) fn notify_one(&self) {
        self.known().notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.known().notify_all();
    }

    fn known(&self) -> Rc<loom::sync::Condvar> {
        self.0.get(loom::sync::Condvar::new)
    }
}

impl Default for Condvar {
    fn default() -> Condvar {
        Condvar::new()
    }
}
