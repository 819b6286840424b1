//! Counts what this program has allocated and not freed, of that what the library's tasks and helpers have allocated, and
//! the panics.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Before each piece of memory stands whose it is.
struct Counting;

static LIVE: AtomicI64 = AtomicI64::new(0);
static LIBRARY: AtomicI64 = AtomicI64::new(0);
static LIBRARY_MOST: AtomicI64 = AtomicI64::new(0);

thread_local! {
    /// The library's own tasks and helpers run on this thread, at this moment.
    static IS_LIBRARY: Cell<bool> = const { Cell::new(false) };
}

/// The piece with what stands before it, which is so long.
fn with_prefix(layout: Layout) -> (Layout, usize) {
    let prefix = layout.align().max(16);
    let whole = Layout::from_size_align(layout.size() + prefix, layout.align());
    (whole.expect("memory of this size"), prefix)
}

fn count(is_library: bool, bytes: i64) {
    LIVE.fetch_add(bytes, Ordering::Relaxed);
    if is_library {
        let now = LIBRARY.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if bytes > 0 {
            LIBRARY_MOST.fetch_max(now, Ordering::Relaxed);
        }
    }
}

/// Marks a new piece. Returns what its user gets.
///
/// # Safety
/// `base` is NULL or has room for the prefix.
unsafe fn marked(base: *mut u8, prefix: usize, size: usize) -> *mut u8 {
    if base.is_null() {
        return base;
    }
    let is_library = IS_LIBRARY.get();
    count(is_library, size as i64);
    // SAFETY: the caller's promise.
    unsafe {
        base.add(prefix - 1).write(u8::from(is_library));
        base.add(prefix)
    }
}

// SAFETY: the system's allocator does it all; each piece is longer by its prefix.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (whole, prefix) = with_prefix(layout);
        // SAFETY: the caller's promise.
        unsafe { marked(System.alloc(whole), prefix, layout.size()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let (whole, prefix) = with_prefix(layout);
        // SAFETY: the caller's promise.
        unsafe { marked(System.alloc_zeroed(whole), prefix, layout.size()) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let (whole, prefix) = with_prefix(layout);
        // SAFETY: the caller's promise; the prefix stands before it.
        unsafe {
            count(memory.sub(1).read() != 0, -(layout.size() as i64));
            System.dealloc(memory.sub(prefix), whole);
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let (whole, prefix) = with_prefix(layout);
        // SAFETY: the caller's promise; the prefix stands before it, and moves with it.
        unsafe {
            let is_library = memory.sub(1).read() != 0;
            let base = System.realloc(memory.sub(prefix), whole, size + prefix);
            if base.is_null() {
                return base;
            }
            count(is_library, size as i64 - layout.size() as i64);
            base.add(prefix)
        }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes that are allocated now.
pub fn live() -> i64 {
    LIVE.load(Ordering::Relaxed)
}

/// What is allocated from here on is the library's, or is not.
fn of<R>(is_library: bool, run: impl FnOnce() -> R) -> R {
    let before = IS_LIBRARY.replace(is_library);
    let result = run();
    IS_LIBRARY.set(before);
    result
}

/// Runs a task or a helper of the library.
pub fn as_library<R>(run: impl FnOnce() -> R) -> R {
    of(true, run)
}

/// Runs what the library asks of the simulation.
pub fn as_world<R>(run: impl FnOnce() -> R) -> R {
    of(false, run)
}

/// What the library has is the most that it had from now on. Returns it.
pub fn begin_most() -> i64 {
    let now = LIBRARY.load(Ordering::Relaxed);
    LIBRARY_MOST.store(now, Ordering::Relaxed);
    now
}

/// The most bytes that the library's tasks and helpers had allocated at a moment.
pub fn most_of_library() -> i64 {
    LIBRARY_MOST.load(Ordering::Relaxed)
}

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Panics are noted from now on, also those that the library catches and keeps off stderr.
pub fn watch_panics() {
    // The library's hook stands behind this one, whatever comes later.
    palabra::runtime::panic::install_hook();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        panics().push(info.to_string().replace('\n', ": "));
        usual(info);
    }));
}

fn panics() -> std::sync::MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Those since the last call.
pub fn take_panics() -> Vec<String> {
    std::mem::take(&mut *panics())
}
