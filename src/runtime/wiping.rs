//! The allocator of the library: every block but those of 16-bit samples is wiped before the system gets it back.
//!
//! Keys and tokens pass through buffers that are not ours: HTTP heads, TLS records, JSON trees, growing texts. Only the
//! allocator sees all of them end.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: Wiping<System> = Wiping(System);

/// Nothing but speech is kept in elements of two bytes: texts and keys are bytes, structs are aligned to more. Most of what
/// is freed is speech, and the thread that frees it is the caller's.
const SAMPLE_ALIGN: usize = align_of::<i16>();

struct Wiping<A>(A);

// SAFETY: every block comes from the allocator inside and goes back to it with the layout that it came with.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Wiping<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise: the block has this size, and nobody uses it any more.
        unsafe {
            if layout.align() != SAMPLE_ALIGN {
                block.write_bytes(0, layout.size());
            }
            // Without this the compiler may leave out a write that nobody reads.
            self.0.dealloc(black_box(block), layout);
        }
    }

    /// Not the allocator's own way, which leaves the old block as it was when it has to move.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise: `new_size` fits the alignment and is not 0. Both blocks hold what is copied.
        unsafe {
            let new = self.0.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(block, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts the bytes that are not zero in what it gets back.
    struct Witness<'a>(&'a AtomicUsize);

    // SAFETY: the system's allocator does the work.
    unsafe impl GlobalAlloc for Witness<'_> {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the caller's promise; the block was written when it was made.
            let left = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            self.0.fetch_add(left.iter().filter(|&&byte| byte != 0).count(), Ordering::Relaxed);
            // SAFETY: the caller's promise.
            unsafe { System.dealloc(block, layout) }
        }
    }

    #[test]
    fn nothing_is_left_in_a_block_that_is_freed_or_moves() {
        let left = AtomicUsize::new(0);
        let wiping = Wiping(Witness(&left));
        let layout = Layout::from_size_align(100, 8).unwrap();
        // SAFETY: each block is written within its size before it is read, and freed once with its layout.
        unsafe {
            let block = wiping.alloc(layout);
            block.write_bytes(0x5a, 100);
            let larger = wiping.realloc(block, layout, 300);
            assert!((0..100).all(|at| *larger.add(at) == 0x5a));
            larger.write_bytes(0x5a, 300);
            let smaller = wiping.realloc(larger, Layout::from_size_align(300, 8).unwrap(), 10);
            assert!((0..10).all(|at| *smaller.add(at) == 0x5a));
            wiping.dealloc(smaller, Layout::from_size_align(10, 8).unwrap());
        }
        assert_eq!(left.into_inner(), 0);
    }
}
